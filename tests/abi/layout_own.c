/* Our own declarations, in C; the SDK's header after them adds nothing. */
#define RMBCLIENT_OWN_TYPES
#include <rmbclient/restartmanager.h>

#ifdef __MINGW32__
#include <restartmanager.h>
#endif

#include "layout.h"

int layout_own(void) {
    return layout_links();
}
