#pragma once

#include <rmbclient/restartmanager.h>

namespace rmb::client {

/// Calls the program's function. The type of these functions is cdecl on x86; programs in other
/// languages pass stdcall ones, which take the argument off the stack themselves: both are good.
/// A C++ exception ends here, where it can be caught: the task of which is told goes on.
void tell_percent(RM_WRITE_STATUS_CALLBACK callback, UINT percent) noexcept;

}  // namespace rmb::client
