/* What every function refuses before it asks anybody. */
#pragma once

#include "api.h"
#include "check.h"

enum { untouched = 0x5A5A };

static void check_session_arguments(const struct api* api) {
    DWORD handle = untouched;
    WCHAR key[CCH_RM_SESSION_KEY + 1] = {untouched};
    check_equal(api->start(NULL, 0, key), ERROR_BAD_ARGUMENTS, "start without handle");
    check_equal(api->start(&handle, 0, NULL), ERROR_BAD_ARGUMENTS, "start without key");
    check_equal(api->start(&handle, 1, key), ERROR_BAD_ARGUMENTS, "start with flags");
    check_equal(api->join(NULL, key), ERROR_BAD_ARGUMENTS, "join without handle");
    check_equal(api->join(&handle, NULL), ERROR_BAD_ARGUMENTS, "join without key");
    check(handle == untouched && key[0] == untouched, "failures wrote nothing");
}

static void check_register_arguments(const struct api* api) {
    check_equal(api->register_resources(1, 1, NULL, 0, NULL, 0, NULL), ERROR_BAD_ARGUMENTS,
                "register without files");
    check_equal(api->register_resources(1, 0, NULL, 1, NULL, 0, NULL), ERROR_BAD_ARGUMENTS,
                "register without processes");
    check_equal(api->register_resources(1, 0, NULL, 0, NULL, 1, NULL), ERROR_BAD_ARGUMENTS,
                "register without services");
}

static void check_task_arguments(const struct api* api) {
    UINT needed = untouched;
    UINT room = 1;
    UINT no_room = 0;
    DWORD reasons = untouched;
    RM_PROCESS_INFO info;
    check_equal(api->get_list(1, NULL, &room, &info, &reasons), ERROR_BAD_ARGUMENTS,
                "list without needed");
    check_equal(api->get_list(1, &needed, NULL, &info, &reasons), ERROR_BAD_ARGUMENTS,
                "list without room");
    check_equal(api->get_list(1, &needed, &no_room, NULL, NULL), ERROR_BAD_ARGUMENTS,
                "list without reasons");
    check_equal(api->get_list(1, &needed, &room, NULL, &reasons), ERROR_BAD_ARGUMENTS,
                "list with room and no array");
    check(needed == untouched && room == 1 && reasons == untouched, "failures wrote nothing");
    check_equal(api->shutdown(1, 0x2, NULL), ERROR_BAD_ARGUMENTS, "shutdown with unknown flags");
    check_equal(api->restart(1, 1, NULL), ERROR_BAD_ARGUMENTS, "restart with flags");
    check_equal(api->reserve_heap(4096), ERROR_SUCCESS, "reserve heap");
}

static void check_filter_arguments(const struct api* api) {
    RM_UNIQUE_PROCESS process = {1, {1, 1}};
    check_equal(api->add_filter(1, NULL, NULL, NULL, RmNoRestart), ERROR_BAD_ARGUMENTS,
                "filter of nothing");
    check_equal(api->add_filter(1, L"a", NULL, L"b", RmNoRestart), ERROR_BAD_ARGUMENTS,
                "filter of two");
    check_equal(api->add_filter(1, NULL, &process, L"b", RmNoRestart), ERROR_BAD_ARGUMENTS,
                "filter of two others");
    check_equal(api->add_filter(1, L"a", &process, L"b", RmNoRestart), ERROR_BAD_ARGUMENTS,
                "filter of three");
    check_equal(api->add_filter(1, NULL, &process, NULL, RmInvalidFilterAction),
                ERROR_BAD_ARGUMENTS, "filter without action");
    check_equal(api->add_filter(1, NULL, &process, NULL, (RM_FILTER_ACTION)3), ERROR_BAD_ARGUMENTS,
                "filter with unknown action");
    check_equal(api->remove_filter(1, NULL, NULL, NULL), ERROR_BAD_ARGUMENTS, "remove nothing");
    check_equal(api->remove_filter(1, L"a", &process, NULL), ERROR_BAD_ARGUMENTS, "remove two");
    check_equal(api->remove_filter(1, L"a", &process, L"b"), ERROR_BAD_ARGUMENTS, "remove three");
    check_equal(api->get_filters(1, NULL, 0, NULL), ERROR_MORE_DATA, "filters without a size");
}

static void check_arguments(const struct api* api) {
    check_session_arguments(api);
    check_register_arguments(api);
    check_task_arguments(api);
    check_filter_arguments(api);
}
