#include "windows/api.hpp"

namespace rmb::win {

Error error_as(Code as, std::string_view what, DWORD code) {
    return {as, std::string{what} + " failed: error " + std::to_string(code)};
}

Error win32_error(std::string_view what, DWORD code) {
    return error_as(static_cast<Code>(code), what, code);
}

Error last_error(std::string_view what) {
    return win32_error(what, GetLastError());
}

std::string narrow(std::wstring_view text) {
    if (text.empty()) {
        return {};
    }
    const auto units = static_cast<int>(text.size());
    const int size =
        WideCharToMultiByte(CP_UTF8, 0, text.data(), units, nullptr, 0, nullptr, nullptr);
    std::string bytes(static_cast<std::size_t>(size), '\0');
    WideCharToMultiByte(CP_UTF8, 0, text.data(), units, bytes.data(), size, nullptr, nullptr);
    return bytes;
}

std::wstring wide(std::string_view text) {
    if (text.empty()) {
        return {};
    }
    const auto bytes = static_cast<int>(text.size());
    const int size = MultiByteToWideChar(CP_UTF8, 0, text.data(), bytes, nullptr, 0);
    std::wstring units(static_cast<std::size_t>(size), L'\0');
    MultiByteToWideChar(CP_UTF8, 0, text.data(), bytes, units.data(), size);
    return units;
}

}  // namespace rmb::win
