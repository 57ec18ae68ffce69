// The exports that start, join and end sessions.
#include "client/dll/carry_out.hpp"

#include <rmbclient/restartmanager.h>

#include <algorithm>

using rmb::client::carry_out;

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
                return rmb::proto::Code::session_credential_conflict;
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
