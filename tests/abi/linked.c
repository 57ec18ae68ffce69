/* Linked to the import library: the names and, on x86, the calling convention agree. */
#define RMBCLIENT_OWN_TYPES
#include <rmbclient/restartmanager.h>

#include "check.h"

int layout_own(void);
int layout_own_cpp(void);
int layout_sdk(void);

int main(void) {
    DWORD handle = 0;
    WCHAR key[CCH_RM_SESSION_KEY + 1] = {0};
    UINT count = 0;
    check_equal(RmStartSession(NULL, 0, key), ERROR_BAD_ARGUMENTS, "start without handle");
    check_equal(RmStartSession(&handle, 0, NULL), ERROR_BAD_ARGUMENTS, "start without key");
    check_equal(RmJoinSession(&handle, NULL), ERROR_BAD_ARGUMENTS, "join without key");
    check(RmEndSession(0) != ERROR_BAD_ARGUMENTS, "end");
    check_equal(RmRegisterResources(0, 1, NULL, 0, NULL, 0, NULL), ERROR_BAD_ARGUMENTS,
                "register without files");
    check_equal(RmGetList(0, &count, &count, NULL, NULL), ERROR_BAD_ARGUMENTS,
                "list without reasons");
    check_equal(RmShutdown(0, 2, NULL), ERROR_BAD_ARGUMENTS, "shutdown with unknown flags");
    check_equal(RmRestart(0, 1, NULL), ERROR_BAD_ARGUMENTS, "restart with flags");
    check_equal(RmAddFilter(0, NULL, NULL, NULL, RmNoRestart), ERROR_BAD_ARGUMENTS,
                "filter without target");
    check_equal(RmRemoveFilter(0, NULL, NULL, NULL), ERROR_BAD_ARGUMENTS, "no filter to remove");
    check_equal(RmGetFilterList(0, NULL, 0, NULL), ERROR_MORE_DATA, "filters without a size");
    check_equal(RmReserveHeap(4096), ERROR_SUCCESS, "reserve heap");
    check(layout_own() && layout_own_cpp() && layout_sdk(), "links from C and C++");
    return exit_code();
}
