/* A session's contents and its tasks, with a broker. */
#pragma once

#include "api.h"
#include "check.h"

/* Not in every edition of winerror.h. */
enum { fail_noaction_reboot = 350, request_out_of_sequence = 776 };

static const WCHAR missing_file[] = L"C:\\there is no such folder\\file.txt";

enum { none_told = -1, whole = 100 };

static int last_percent = none_told;

static void rise(UINT percent) {
    check(percent <= whole && (int)percent > last_percent, "percentages rise");
    last_percent = (int)percent;
}

static void check_list(const struct api* api, DWORD session) {
    UINT needed = 77;
    UINT room = 0;
    DWORD reasons = 77;
    LPCWSTR files[] = {missing_file, NULL, L"", L"relative.txt", L"C:/with/slashes.txt"};
    const WCHAR unpaired[] = {0xD800, 0};
    LPCWSTR ill_formed[] = {unpaired};
    check_equal(api->register_resources(session, 0, NULL, 0, NULL, 0, NULL), ERROR_SUCCESS,
                "register nothing");
    check_equal(api->register_resources(session, 5, files, 0, NULL, 0, NULL), ERROR_SUCCESS,
                "register files that nobody holds");
    check_equal(api->register_resources(session, 1, ill_formed, 0, NULL, 0, NULL),
                ERROR_BAD_ARGUMENTS, "register ill-formed text");
    check_equal(api->get_list(session, &needed, &room, NULL, &reasons), ERROR_SUCCESS, "list");
    check(needed == 0 && room == 0 && reasons == RmRebootReasonNone, "nobody holds them");
}

/* What would affect this program, with what cannot be registered. */
static void check_all_or_nothing(const struct api* api, DWORD session) {
    const WCHAR unpaired[] = {'a', 0xD800, 0};
    WCHAR path[MAX_PATH];
    LPCWSTR files[] = {path, unpaired};
    LPCWSTR own[] = {path};
    LPCWSTR services[] = {NULL, L"", L"rmbroker-abi-none"};
    LPCWSTR ill_formed[] = {unpaired};
    UINT needed = 77;
    UINT room = 0;
    DWORD reasons = 77;
    GetModuleFileNameW(NULL, path, MAX_PATH);
    check_equal(api->register_resources(session, 0, NULL, 0, NULL, 3, services), ERROR_SUCCESS,
                "register services that are none");
    check_equal(api->register_resources(session, 2, files, 0, NULL, 0, NULL), ERROR_BAD_ARGUMENTS,
                "register this program and ill-formed text");
    check_equal(api->register_resources(session, 1, own, 0, NULL, 1, ill_formed),
                ERROR_BAD_ARGUMENTS, "register this program and an ill-formed service");
    check_equal(api->get_list(session, &needed, &room, NULL, &reasons), ERROR_SUCCESS, "list");
    check(needed == 0 && room == 0 && reasons == RmRebootReasonNone, "nothing was registered");
}

/* The program itself holds its executable. */
static void check_own_process(const struct api* api, DWORD session) {
    WCHAR path[MAX_PATH];
    LPCWSTR files[] = {path};
    UINT needed = 0;
    UINT room = 0;
    DWORD reasons = 0;
    RM_PROCESS_INFO info[8];
    FILETIME unused;
    FILETIME started;
    GetModuleFileNameW(NULL, path, MAX_PATH);
    check_equal(api->register_resources(session, 1, files, 0, NULL, 0, NULL), ERROR_SUCCESS,
                "register this program");
    check_equal(api->get_list(session, &needed, &room, NULL, &reasons), ERROR_MORE_DATA, "probe");
    check(needed >= 1 && room == 0, "the probe tells how many");
    check((reasons & RmRebootReasonDetectedSelf) != 0, "and that this is one");
    room = 8;
    check_equal(api->get_list(session, &needed, &room, info, &reasons), ERROR_SUCCESS, "list");
    GetProcessTimes(GetCurrentProcess(), &started, &unused, &unused, &unused);
    UINT found = 0;
    for (UINT i = 0; i < room && i < 8; ++i) {
        found += info[i].Process.dwProcessId == GetCurrentProcessId() &&
                 CompareFileTime(&info[i].Process.ProcessStartTime, &started) == 0;
    }
    check(room == needed && found == 1, "this process is in it");
    check_equal(api->shutdown(session, 0, NULL), fail_noaction_reboot, "shutdown of itself");
}

static void check_tasks(const struct api* api, DWORD session) {
    check_equal(api->cancel(session), ERROR_SUCCESS, "cancel where nothing runs");
    check_equal(api->restart(session, 0, NULL), request_out_of_sequence, "restart before shutdown");
    last_percent = none_told;
    check_equal(api->shutdown(session, RmForceShutdown, rise), ERROR_SUCCESS,
                "shutdown of nothing");
    check_equal((unsigned long)last_percent, whole, "percent at its end");
    last_percent = none_told;
    check_equal(api->restart(session, 0, rise), ERROR_SUCCESS, "restart of nothing");
    check_equal((unsigned long)last_percent, whole, "percent at its end");
    check_equal(api->shutdown(session, 0, NULL), ERROR_SUCCESS, "shutdown that tells nobody");
    check_equal(api->restart(session, 0, NULL), ERROR_SUCCESS, "restart that tells nobody");
}

static void check_filters(const struct api* api, DWORD session) {
    RM_UNIQUE_PROCESS process = {7, {8, 9}};
    DWORD needed = 77;
    /* Of pointers, so that the records are aligned. */
    void* buffer[64];
    BYTE* bytes = (BYTE*)buffer;
    check_equal(api->get_filters(session, NULL, 0, &needed), ERROR_SUCCESS, "no filters");
    check_equal(needed, 0, "they need nothing");
    check_equal(api->add_filter(session, L"C:\\a.exe", NULL, NULL, RmNoRestart), ERROR_SUCCESS,
                "filter of a program");
    check_equal(api->add_filter(session, NULL, &process, NULL, RmNoShutdown), ERROR_SUCCESS,
                "filter of a process");
    check_equal(api->get_filters(session, bytes, 1, &needed), ERROR_MORE_DATA, "small buffer");
    const DWORD exact = needed;
    check_equal(api->get_filters(session, bytes, exact - 1, &needed), ERROR_MORE_DATA, "less");
    check_equal(api->get_filters(session, bytes, exact, &needed), ERROR_SUCCESS, "exact buffer");
    const RM_FILTER_INFO* first = (const RM_FILTER_INFO*)(void*)bytes;
    check(first->FilterTrigger == RmFilterTriggerFile && first->FilterAction == RmNoRestart &&
              lstrcmpW(first->strFilename, L"C:\\a.exe") == 0,
          "the first");
    const RM_FILTER_INFO* second = (const RM_FILTER_INFO*)(void*)(bytes + first->cbNextOffset);
    check(second->FilterTrigger == RmFilterTriggerProcess && second->FilterAction == RmNoShutdown &&
              second->cbNextOffset == 0 && second->Process.dwProcessId == 7 &&
              CompareFileTime(&second->Process.ProcessStartTime, &process.ProcessStartTime) == 0,
          "the second");
    check_equal(api->remove_filter(session, NULL, &process, NULL), ERROR_SUCCESS, "remove");
    check_equal(api->remove_filter(session, NULL, &process, NULL), ERROR_FILE_NOT_FOUND,
                "remove again");
}

static void check_secondary(const struct api* api, DWORD session) {
    const DWORD refused = ERROR_SESSION_CREDENTIAL_CONFLICT;
    UINT needed = 0;
    UINT room = 0;
    DWORD reasons = 0;
    LPCWSTR files[] = {missing_file};
    check_equal(api->register_resources(session, 1, files, 0, NULL, 0, NULL), ERROR_SUCCESS,
                "a secondary registers");
    check_equal(api->get_list(session, &needed, &room, NULL, &reasons), refused, "but no list");
    check_equal(api->shutdown(session, 0, NULL), refused, "no shutdown");
    check_equal(api->restart(session, 0, NULL), refused, "no restart");
    check_equal(api->cancel(session), refused, "no cancel");
    check_equal(api->add_filter(session, L"C:\\a.exe", NULL, NULL, RmNoRestart), refused,
                "no filter");
    check_equal(api->remove_filter(session, L"C:\\a.exe", NULL, NULL), refused, "none to remove");
    check_equal(api->get_filters(session, NULL, 0, &reasons), refused, "none to list");
}

static void check_ended(const struct api* api, DWORD session) {
    UINT needed = 0;
    UINT room = 0;
    DWORD reasons = 0;
    check_equal(api->register_resources(session, 0, NULL, 0, NULL, 0, NULL), ERROR_INVALID_HANDLE,
                "register when ended");
    check_equal(api->get_list(session, &needed, &room, NULL, &reasons), ERROR_INVALID_HANDLE,
                "list when ended");
    check_equal(api->shutdown(session, 0, NULL), ERROR_INVALID_HANDLE, "shutdown when ended");
    check_equal(api->restart(session, 0, NULL), ERROR_INVALID_HANDLE, "restart when ended");
    check_equal(api->cancel(session), ERROR_INVALID_HANDLE, "cancel when ended");
    check_equal(api->add_filter(session, L"C:\\a.exe", NULL, NULL, RmNoRestart),
                ERROR_INVALID_HANDLE, "filter when ended");
    check_equal(api->remove_filter(session, L"C:\\a.exe", NULL, NULL), ERROR_INVALID_HANDLE,
                "remove when ended");
    check_equal(api->get_filters(session, NULL, 0, &reasons), ERROR_INVALID_HANDLE,
                "filters when ended");
}

/* The session lives; it is the primary's handle, and a secondary's. */
static void check_contents(const struct api* api, DWORD primary, DWORD secondary) {
    check_list(api, primary);
    check_all_or_nothing(api, primary);
    check_tasks(api, primary);
    check_filters(api, primary);
    check_secondary(api, secondary);
    check_own_process(api, primary);
}
