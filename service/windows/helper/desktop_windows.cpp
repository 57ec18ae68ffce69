#include "windows/helper/desktop_windows.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <string_view>

namespace rmb::win {
namespace {

struct Walk {
    const UserApi& api;
    std::vector<TopWindow> found;
};

bool is_console(const UserApi& api, HWND window) {
    std::array<wchar_t, 64> name{};
    const int length = api.class_name(window, name.data(), static_cast<int>(name.size()));
    const std::wstring_view text{name.data(), static_cast<std::size_t>(length)};
    return text == L"ConsoleWindowClass" || text == L"PseudoConsoleWindow";
}

std::uint32_t process_of(const UserApi& api, HWND window) {
    DWORD pid = 0;
    api.window_process(window, &pid);
    return pid;
}

BOOL CALLBACK on_window(HWND window, LPARAM parameter) {
    auto& walk = *std::bit_cast<Walk*>(parameter);
    if (!is_console(walk.api, window)) {
        const bool is_main = walk.api.is_visible(window) != FALSE &&
                             walk.api.get_window(window, GW_OWNER) == nullptr;
        walk.found.push_back({window, process_of(walk.api, window), is_main});
    }
    return TRUE;
}

}  // namespace

std::vector<TopWindow> top_windows(const UserApi& api) {
    Walk walk{api, {}};
    api.enum_windows(on_window, std::bit_cast<LPARAM>(&walk));
    return std::move(walk.found);
}

std::uint32_t shell_process(const UserApi& api) {
    const HWND shell = api.shell_window();
    return shell == nullptr ? 0 : process_of(api, shell);
}

bool is_window_of(const UserApi& api, HWND window, std::uint32_t pid) {
    return api.is_window(window) != FALSE && process_of(api, window) == pid;
}

}  // namespace rmb::win
