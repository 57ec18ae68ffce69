#pragma once

#include "windows/api.hpp"

namespace rmb::win {

/// What the helper needs of user32.dll. Loaded, not linked: the service is the same program, and in
/// session 0 it has no business with windows.
struct UserApi {
    decltype(&EnumWindows) enum_windows = nullptr;
    decltype(&GetWindowThreadProcessId) window_process = nullptr;
    decltype(&IsWindow) is_window = nullptr;
    decltype(&IsWindowVisible) is_visible = nullptr;
    decltype(&GetWindow) get_window = nullptr;
    decltype(&GetShellWindow) shell_window = nullptr;
    decltype(&GetClassNameW) class_name = nullptr;
    decltype(&SendMessageCallbackW) send_with_callback = nullptr;
    decltype(&PostMessageW) post_message = nullptr;
    decltype(&PeekMessageW) peek_message = nullptr;
    decltype(&DispatchMessageW) dispatch_message = nullptr;
    decltype(&MsgWaitForMultipleObjects) wait_for_message = nullptr;
};

[[nodiscard]] result<UserApi> load_user_api();

}  // namespace rmb::win
