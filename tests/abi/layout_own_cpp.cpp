// Our own declarations, in C++.
#define RMBCLIENT_OWN_TYPES
#include <rmbclient/restartmanager.h>

#include "layout.h"

extern "C" int layout_own_cpp() {
    return layout_links();
}
