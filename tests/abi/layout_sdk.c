/* The SDK's header before, through and after ours. */
#include <windows.h>

#include <restartmanager.h>
#include <rmbclient/restartmanager.h>

#include "layout.h"

int layout_sdk(void) {
    return layout_links();
}
