#include "windows/helper/user_api.hpp"

#include "windows/helper/optional_call.hpp"

#include <string>

namespace rmb::win {
namespace {

class Finder {
public:
    template <class Function>
    void find(Function& function, const char* name) {
        function = find_system_call<Function>(L"user32.dll", name);
        if (function == nullptr && missing_ == nullptr) {
            missing_ = name;
        }
    }
    [[nodiscard]] const char* missing() const {
        return missing_;
    }

private:
    const char* missing_ = nullptr;
};

}  // namespace

result<UserApi> load_user_api() {
    UserApi api;
    Finder finder;
    finder.find(api.enum_windows, "EnumWindows");
    finder.find(api.window_process, "GetWindowThreadProcessId");
    finder.find(api.is_window, "IsWindow");
    finder.find(api.is_visible, "IsWindowVisible");
    finder.find(api.get_window, "GetWindow");
    finder.find(api.shell_window, "GetShellWindow");
    finder.find(api.class_name, "GetClassNameW");
    finder.find(api.send_with_callback, "SendMessageCallbackW");
    finder.find(api.post_message, "PostMessageW");
    finder.find(api.peek_message, "PeekMessageW");
    finder.find(api.dispatch_message, "DispatchMessageW");
    finder.find(api.wait_for_message, "MsgWaitForMultipleObjects");
    if (finder.missing() != nullptr) {
        return Error{Code::not_ready, std::string{"user32.dll lacks "} + finder.missing()};
    }
    return api;
}

}  // namespace rmb::win
