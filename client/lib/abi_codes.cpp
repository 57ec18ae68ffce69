#include "client/lib/abi_codes.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>

namespace rmb::client {
namespace {

using proto::Code;

// Reference pages and SDK header of each function, and 1062 for a broker that does not run.
constexpr std::array kStart{Code::ok,
                            Code::out_of_memory,
                            Code::write_fault,
                            Code::sem_timeout,
                            Code::bad_arguments,
                            Code::max_sessions_reached,
                            Code::service_not_active};
constexpr std::array kJoin{Code::ok,
                           Code::out_of_memory,
                           Code::write_fault,
                           Code::sem_timeout,
                           Code::bad_arguments,
                           Code::max_sessions_reached,
                           Code::session_credential_conflict,
                           Code::service_not_active};
constexpr std::array kEnd{
    Code::ok,          Code::invalid_handle, Code::out_of_memory,     Code::write_fault,
    Code::sem_timeout, Code::bad_arguments,  Code::service_not_active};

std::span<const Code> documented(Function function) {
    switch (function) {
        case Function::start_session:
            return kStart;
        case Function::join_session:
            return kJoin;
        case Function::end_session:
            return kEnd;
    }
    return {};
}

struct Nearest {
    Code code;
    Code documented;
};
constexpr std::array kNearest{
    // Uninstalled after this process had chosen the broker.
    Nearest{Code::service_does_not_exist, Code::service_not_active},
    // The dialer's: no broker that this caller can reach and trust.
    Nearest{Code::access_denied, Code::service_not_active},
    Nearest{Code::not_enough_quota, Code::out_of_memory},
    // Of a join: the session ended while the join waited for its turn.
    Nearest{Code::invalid_handle, Code::session_credential_conflict},
    Nearest{Code::cancelled, Code::session_credential_conflict},
};

}  // namespace

Code abi_code(Function function, Code code) {
    const auto allowed = documented(function);
    const auto is_allowed = [&](Code candidate) {
        return std::ranges::find(allowed, candidate) != allowed.end();
    };
    if (is_allowed(code)) {
        return code;
    }
    const auto* const row = std::ranges::find(kNearest, code, &Nearest::code);
    return row != kNearest.end() && is_allowed(row->documented) ? row->documented
                                                                : Code::write_fault;
}

}  // namespace rmb::client
