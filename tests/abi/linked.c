/* Linked to the import library: the names and, on x86, the calling convention agree. */
#include <rmbclient/restartmanager.h>

#include "check.h"

int layout_own(void);
int layout_own_cpp(void);
int layout_sdk(void);

int main(void) {
    DWORD handle = 0;
    WCHAR key[CCH_RM_SESSION_KEY + 1] = {0};
    check_equal(RmStartSession(NULL, 0, key), ERROR_BAD_ARGUMENTS, "start without handle");
    check_equal(RmStartSession(&handle, 0, NULL), ERROR_BAD_ARGUMENTS, "start without key");
    check_equal(RmJoinSession(&handle, NULL), ERROR_BAD_ARGUMENTS, "join without key");
    check(RmEndSession(0) != ERROR_BAD_ARGUMENTS, "end");
    check(layout_own() && layout_own_cpp() && layout_sdk(), "links from C and C++");
    return exit_code();
}
