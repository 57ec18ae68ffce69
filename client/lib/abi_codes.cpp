#include "client/lib/abi_codes.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace rmb::client {
namespace {

using proto::Code;

// Of every function: the common ones of the reference pages and the SDK header, and 1062 for a
// broker that does not run.
constexpr std::array kCommon{Code::ok,          Code::out_of_memory, Code::write_fault,
                             Code::sem_timeout, Code::bad_arguments, Code::service_not_active};

// What each has besides. Those of the primary alone have 1219 for a secondary.
constexpr std::array kStart{Code::max_sessions_reached};
constexpr std::array kJoin{Code::max_sessions_reached, Code::session_credential_conflict};
constexpr std::array kOfAnySession{Code::invalid_handle};
constexpr std::array kGetList{Code::invalid_handle, Code::access_denied, Code::more_data,
                              Code::session_credential_conflict, Code::cancelled};
constexpr std::array kShutdown{Code::invalid_handle, Code::fail_noaction_reboot,
                               Code::fail_shutdown, Code::session_credential_conflict,
                               Code::cancelled};
constexpr std::array kRestart{
    Code::invalid_handle, Code::fail_noaction_reboot,    Code::fail_shutdown,
    Code::fail_restart,   Code::request_out_of_sequence, Code::session_credential_conflict,
    Code::cancelled};
constexpr std::array kOfPrimary{Code::invalid_handle, Code::session_credential_conflict};
constexpr std::array kRemoveFilter{Code::invalid_handle, Code::session_credential_conflict,
                                   Code::file_not_found};
constexpr std::array kGetFilterList{Code::invalid_handle, Code::session_credential_conflict,
                                    Code::more_data};

std::span<const Code> documented_besides(Function function) {
    switch (function) {
        case Function::start_session:
            return kStart;
        case Function::join_session:
            return kJoin;
        case Function::end_session:
        case Function::register_resources:
            return kOfAnySession;
        case Function::get_list:
            return kGetList;
        case Function::shutdown:
            return kShutdown;
        case Function::restart:
            return kRestart;
        case Function::cancel_current_task:
        case Function::add_filter:
            return kOfPrimary;
        case Function::remove_filter:
            return kRemoveFilter;
        case Function::get_filter_list:
            return kGetFilterList;
    }
    return {};
}

struct Nearest {
    std::optional<Function> function;  // nullopt: of each
    Code code = Code::ok;
    Code documented = Code::ok;
};
// The first that fits.
constexpr std::array kNearest{
    // The session ended while the join waited for its turn.
    Nearest{Function::join_session, Code::invalid_handle, Code::session_credential_conflict},
    Nearest{Function::join_session, Code::cancelled, Code::session_credential_conflict},
    // A folder is registered: what holds it is not looked for, so it was not stopped.
    Nearest{Function::shutdown, Code::access_denied, Code::fail_shutdown},
    // Nothing may be started with the rights that the caller has now.
    Nearest{Function::restart, Code::access_denied, Code::fail_restart},
    // Uninstalled after this process had chosen the broker.
    Nearest{std::nullopt, Code::service_does_not_exist, Code::service_not_active},
    // The dialer's: no broker that this caller can reach and trust.
    Nearest{std::nullopt, Code::access_denied, Code::service_not_active},
    Nearest{std::nullopt, Code::not_enough_quota, Code::out_of_memory},
};

bool is_in(std::span<const Code> codes, Code code) {
    return std::ranges::find(codes, code) != codes.end();
}

}  // namespace

Code abi_code(Function function, Code code) {
    if (is_in(kCommon, code) || is_in(documented_besides(function), code)) {
        return code;
    }
    const auto* const row = std::ranges::find_if(kNearest, [&](const Nearest& each) {
        return each.code == code && each.function.value_or(function) == function;
    });
    return row != kNearest.end() ? row->documented : Code::write_fault;
}

}  // namespace rmb::client
