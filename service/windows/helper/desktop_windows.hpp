#pragma once

#include "windows/helper/user_api.hpp"

#include <cstdint>
#include <vector>

namespace rmb::win {

struct TopWindow {
    HWND window = nullptr;
    std::uint32_t pid = 0;
    bool is_main = false;  // visible and without owner
};

/// The top-level windows of this thread's desktop, in one pass. Without those of consoles: the
/// system gives them out as the program's that runs in the console, which knows nothing of them.
[[nodiscard]] std::vector<TopWindow> top_windows(const UserApi& api);

/// Whose the desktop and the task bar are; 0 where nobody's.
[[nodiscard]] std::uint32_t shell_process(const UserApi& api);

/// The window is there still, and that process's.
[[nodiscard]] bool is_window_of(const UserApi& api, HWND window, std::uint32_t pid);

}  // namespace rmb::win
