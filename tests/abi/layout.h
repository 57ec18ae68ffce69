/* Sizes and offsets that callers have compiled in (restart-manager-contract.md, section 13). */
#pragma once

#include <assert.h>
#include <stddef.h>

static_assert(sizeof(RM_UNIQUE_PROCESS) == 12, "RM_UNIQUE_PROCESS");
static_assert(offsetof(RM_UNIQUE_PROCESS, ProcessStartTime) == 4, "ProcessStartTime");

static_assert(sizeof(RM_PROCESS_INFO) == 668, "RM_PROCESS_INFO");
static_assert(offsetof(RM_PROCESS_INFO, strAppName) == 12, "strAppName");
static_assert(offsetof(RM_PROCESS_INFO, strServiceShortName) == 524, "strServiceShortName");
static_assert(offsetof(RM_PROCESS_INFO, ApplicationType) == 652, "ApplicationType");
static_assert(offsetof(RM_PROCESS_INFO, AppStatus) == 656, "AppStatus");
static_assert(offsetof(RM_PROCESS_INFO, TSSessionId) == 660, "TSSessionId");
static_assert(offsetof(RM_PROCESS_INFO, bRestartable) == 664, "bRestartable");

static_assert(sizeof(RM_FILTER_INFO) == (sizeof(void*) == 8 ? 32 : 24), "RM_FILTER_INFO");
static_assert(offsetof(RM_FILTER_INFO, cbNextOffset) == 8, "cbNextOffset");
static_assert(offsetof(RM_FILTER_INFO, Process) == (sizeof(void*) == 8 ? 16 : 12), "the union");

static_assert(RM_SESSION_KEY_LEN == 16 && CCH_RM_SESSION_KEY == 32, "key");
static_assert(CCH_RM_MAX_APP_NAME == 255 && CCH_RM_MAX_SVC_NAME == 63, "names");
static_assert(RM_INVALID_TS_SESSION == -1 && RM_INVALID_PROCESS == -1, "invalid");

static_assert(RmUnknownApp == 0 && RmMainWindow == 1 && RmOtherWindow == 2 && RmService == 3 &&
                  RmExplorer == 4 && RmConsole == 5 && RmCritical == 1000,
              "RM_APP_TYPE");
static_assert(RmForceShutdown == 0x1 && RmShutdownOnlyRegistered == 0x10, "RM_SHUTDOWN_TYPE");
static_assert(RmStatusUnknown == 0 && RmStatusRunning == 0x1 && RmStatusStopped == 0x2 &&
                  RmStatusStoppedOther == 0x4 && RmStatusRestarted == 0x8 &&
                  RmStatusErrorOnStop == 0x10 && RmStatusErrorOnRestart == 0x20 &&
                  RmStatusShutdownMasked == 0x40 && RmStatusRestartMasked == 0x80,
              "RM_APP_STATUS");
static_assert(RmRebootReasonNone == 0 && RmRebootReasonPermissionDenied == 0x1 &&
                  RmRebootReasonSessionMismatch == 0x2 && RmRebootReasonCriticalProcess == 0x4 &&
                  RmRebootReasonCriticalService == 0x8 && RmRebootReasonDetectedSelf == 0x10,
              "RM_REBOOT_REASON");
static_assert(RmFilterTriggerInvalid == 0 && RmFilterTriggerFile == 1 &&
                  RmFilterTriggerProcess == 2 && RmFilterTriggerService == 3,
              "RM_FILTER_TRIGGER");
static_assert(RmInvalidFilterAction == 0 && RmNoRestart == 1 && RmNoShutdown == 2,
              "RM_FILTER_ACTION");

/* Compiles only where the prototypes agree with these. */
static DWORD(WINAPI* volatile layout_start)(DWORD*, DWORD, WCHAR[]) = RmStartSession;
static DWORD(WINAPI* volatile layout_join)(DWORD*, const WCHAR[]) = RmJoinSession;
static DWORD(WINAPI* volatile layout_end)(DWORD) = RmEndSession;
static DWORD(WINAPI* volatile layout_register)(DWORD, UINT, LPCWSTR[], UINT, RM_UNIQUE_PROCESS[],
                                               UINT, LPCWSTR[]) = RmRegisterResources;
static DWORD(WINAPI* volatile layout_get_list)(DWORD, UINT*, UINT*, RM_PROCESS_INFO[],
                                               LPDWORD) = RmGetList;
static DWORD(WINAPI* volatile layout_shutdown)(DWORD, ULONG, RM_WRITE_STATUS_CALLBACK) = RmShutdown;
static DWORD(WINAPI* volatile layout_restart)(DWORD, DWORD, RM_WRITE_STATUS_CALLBACK) = RmRestart;
static DWORD(WINAPI* volatile layout_cancel)(DWORD) = RmCancelCurrentTask;
static DWORD(WINAPI* volatile layout_add_filter)(DWORD, LPCWSTR, RM_UNIQUE_PROCESS*, LPCWSTR,
                                                 RM_FILTER_ACTION) = RmAddFilter;
static DWORD(WINAPI* volatile layout_remove_filter)(DWORD, LPCWSTR, RM_UNIQUE_PROCESS*,
                                                    LPCWSTR) = RmRemoveFilter;
static DWORD(WINAPI* volatile layout_filters)(DWORD, PBYTE, DWORD, LPDWORD) = RmGetFilterList;

/* Whether the import library has them all. */
static int layout_links(void) {
    return layout_start != NULL && layout_join != NULL && layout_end != NULL &&
           layout_register != NULL && layout_get_list != NULL && layout_shutdown != NULL &&
           layout_restart != NULL && layout_cancel != NULL && layout_add_filter != NULL &&
           layout_remove_filter != NULL && layout_filters != NULL;
}
