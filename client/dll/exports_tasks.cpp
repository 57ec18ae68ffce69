// The exports that look at the system and act on it.
#include "client/dll/carry_out.hpp"
#include "client/dll/status_callback.hpp"
#include "client/lib/process_info.hpp"

#include <rmbclient/restartmanager.h>

#include <algorithm>
#include <cstdint>

namespace {

using rmb::client::carry_out;
using rmb::client::OnPercent;
using rmb::proto::Code;

OnPercent percent_to(RM_WRITE_STATUS_CALLBACK callback) {
    if (callback == nullptr) {
        return {};
    }
    return [callback](std::uint32_t percent) { rmb::client::tell_percent(callback, percent); };
}

}  // namespace

extern "C" {

DWORD WINAPI RmGetList(DWORD dwSessionHandle, UINT* pnProcInfoNeeded, UINT* pnProcInfo,
                       RM_PROCESS_INFO rgAffectedApps[], LPDWORD lpdwRebootReasons) {
    if (pnProcInfoNeeded == nullptr || pnProcInfo == nullptr || lpdwRebootReasons == nullptr ||
        (*pnProcInfo != 0 && rgAffectedApps == nullptr)) {
        return ERROR_BAD_ARGUMENTS;
    }
    return carry_out(
        [&](auto& broker) {
            const auto listed = broker.list(dwSessionHandle);
            if (!listed) {
                return listed.error().code;
            }
            const auto needed = static_cast<UINT>(listed->processes.size());
            const bool fits = needed <= *pnProcInfo;
            *pnProcInfo = fits ? needed : 0;
            *pnProcInfoNeeded = needed;
            *lpdwRebootReasons = listed->reboot_reasons;
            if (!fits) {
                return Code::more_data;
            }
            std::ranges::transform(listed->processes, rgAffectedApps,
                                   rmb::client::process_info<RM_PROCESS_INFO>);
            return Code::ok;
        },
        [&](const auto& system) {
            return system.get_list(dwSessionHandle, pnProcInfoNeeded, pnProcInfo, rgAffectedApps,
                                   lpdwRebootReasons);
        });
}

DWORD WINAPI RmShutdown(DWORD dwSessionHandle, ULONG lActionFlags,
                        RM_WRITE_STATUS_CALLBACK fnStatus) {
    constexpr ULONG kFlags = ULONG{RmForceShutdown} | ULONG{RmShutdownOnlyRegistered};
    if ((lActionFlags & ~kFlags) != 0) {
        return ERROR_BAD_ARGUMENTS;
    }
    return carry_out(
        [&](auto& broker) {
            return broker.shutdown(dwSessionHandle, lActionFlags, percent_to(fnStatus));
        },
        [&](const auto& system) {
            return system.shutdown(dwSessionHandle, lActionFlags, fnStatus);
        });
}

DWORD WINAPI RmRestart(DWORD dwSessionHandle, DWORD dwRestartFlags,
                       RM_WRITE_STATUS_CALLBACK fnStatus) {
    if (dwRestartFlags != 0) {
        return ERROR_BAD_ARGUMENTS;
    }
    return carry_out(
        [&](auto& broker) {
            return broker.restart(dwSessionHandle, dwRestartFlags, percent_to(fnStatus));
        },
        [&](const auto& system) {
            return system.restart(dwSessionHandle, dwRestartFlags, fnStatus);
        });
}

DWORD WINAPI RmCancelCurrentTask(DWORD dwSessionHandle) {
    return carry_out(
        [&](auto& broker) { return broker.cancel(dwSessionHandle); },
        [&](const auto& system) { return system.cancel_current_task(dwSessionHandle); });
}

DWORD WINAPI RmReserveHeap(DWORD /*unknown*/) {
    return ERROR_SUCCESS;
}

}  // extern "C"
