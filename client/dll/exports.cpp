#include "client/dll/dll_state.hpp"

#include <rmbclient/restartmanager.h>

#include <algorithm>
#include <new>

namespace {

using rmb::client::BackEnd;
using rmb::client::DllState;

/// Runs the call that belongs to this process's back end. Nothing is thrown across the ABI: no
/// memory is ERROR_OUTOFMEMORY; for anything else, which no code here throws knowingly, stands
/// ERROR_WRITE_FAULT, the documented "Restart Manager's state could not be used".
template <class ByBroker, class BySystem>
DWORD carry_out(ByBroker by_broker, BySystem by_system) noexcept {
    try {
        auto& state = rmb::client::dll_state();
        switch (state.back_end()) {
            case BackEnd::broker:
                return static_cast<DWORD>(by_broker(state.broker()));
            case BackEnd::system:
                return by_system(state.system());
            case BackEnd::none:
                break;
        }
        return ERROR_SERVICE_NOT_ACTIVE;
    } catch (const std::bad_alloc&) {
        return ERROR_OUTOFMEMORY;
    } catch (...) {
        return ERROR_WRITE_FAULT;
    }
}

}  // namespace

extern "C" {

DWORD WINAPI RmStartSession(DWORD* pSessionHandle, DWORD dwSessionFlags, WCHAR strSessionKey[]) {
    if (pSessionHandle == nullptr || strSessionKey == nullptr || dwSessionFlags != 0) {
        return ERROR_BAD_ARGUMENTS;
    }
    return carry_out(
        [&](auto& broker) {
            const auto started = broker.start(dwSessionFlags);
            if (started.code == rmb::proto::Code::ok) {
                *pSessionHandle = started.session.handle;
                // 32 digits; the 33rd is the NUL.
                std::copy_n(started.session.key.c_str(), CCH_RM_SESSION_KEY + 1, strSessionKey);
            }
            return started.code;
        },
        [&](const auto& system) {
            return system.start_session(pSessionHandle, dwSessionFlags, strSessionKey);
        });
}

DWORD WINAPI RmJoinSession(DWORD* pSessionHandle, const WCHAR strSessionKey[]) {
    if (pSessionHandle == nullptr || strSessionKey == nullptr) {
        return ERROR_BAD_ARGUMENTS;
    }
    return carry_out(
        [&](auto& broker) {
            const auto key = rmb::client::read_key(strSessionKey);
            if (!key) {
                return rmb::proto::Code::bad_arguments;
            }
            const auto joined = broker.join(*key);
            if (joined.code == rmb::proto::Code::ok) {
                *pSessionHandle = joined.handle;
            }
            return joined.code;
        },
        [&](const auto& system) { return system.join_session(pSessionHandle, strSessionKey); });
}

DWORD WINAPI RmEndSession(DWORD dwSessionHandle) {
    return carry_out([&](auto& broker) { return broker.end(dwSessionHandle); },
                     [&](const auto& system) { return system.end_session(dwSessionHandle); });
}

}  // extern "C"
