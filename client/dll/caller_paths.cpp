#include "client/dll/caller_paths.hpp"

#include <windows.h>

#include <string_view>

namespace rmb::client {
namespace {

std::u16string to_u16(std::wstring_view text) {
    return {text.begin(), text.end()};
}

bool is_wow64() {
    BOOL answer = FALSE;
    return IsWow64Process(GetCurrentProcess(), &answer) != FALSE && answer != FALSE;
}

/// Not the user's own, which GetWindowsDirectory gives on a terminal server.
std::u16string windows_folder() {
    std::wstring path(MAX_PATH, L'\0');
    const auto length = GetSystemWindowsDirectoryW(path.data(), static_cast<UINT>(path.size()));
    path.resize(length < path.size() ? length : 0);
    return to_u16(path);
}

}  // namespace

CallerPaths::CallerPaths() {
    if (is_wow64()) {
        redirected_windows_ = windows_folder();
    }
}

std::optional<std::u16string> CallerPaths::full_path(const std::u16string& path) const {
    const std::wstring wide{path.begin(), path.end()};
    std::wstring full(MAX_PATH, L'\0');
    for (;;) {
        const auto length =
            GetFullPathNameW(wide.c_str(), static_cast<DWORD>(full.size()), full.data(), nullptr);
        if (length == 0) {
            return std::nullopt;
        }
        const bool fits = length < full.size();
        full.resize(length);
        if (fits) {
            return to_u16(full);
        }
    }
}

}  // namespace rmb::client
