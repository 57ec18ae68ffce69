#pragma once

#include <windows.h>

#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

/// The lines between a test and its child are ASCII.
namespace rmb::e2e {

[[nodiscard]] inline DWORD number(const std::string& text) {
    return static_cast<DWORD>(std::strtoul(text.c_str(), nullptr, 10));
}

[[nodiscard]] inline std::wstring wide(const std::string& text) {
    return {text.begin(), text.end()};
}

[[nodiscard]] inline std::string narrow(std::wstring_view text) {
    std::string ascii;
    for (const wchar_t unit : text) {
        ascii.push_back(unit < 0x80 ? static_cast<char>(unit) : '?');
    }
    return ascii;
}

[[nodiscard]] inline std::string text_of(DWORD code) {
    return std::to_string(code);
}

[[nodiscard]] inline std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream stream{text};
    for (std::string part; std::getline(stream, part, separator);) {
        parts.push_back(part);
    }
    return parts;
}

}  // namespace rmb::e2e
