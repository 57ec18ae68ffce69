#include "child/client_dll.hpp"

#include <algorithm>
#include <bit>
#include <cwctype>

namespace rmb::e2e {

DWORD ClientDll::load(const std::wstring& path) {
    library_ = LoadLibraryW(path.c_str());
    if (library_ == nullptr) {
        return GetLastError();
    }
    path_ = path;
    const auto find = [this](const char* name) { return GetProcAddress(library_, name); };
    start_session = std::bit_cast<decltype(start_session)>(find("RmStartSession"));
    join_session = std::bit_cast<decltype(join_session)>(find("RmJoinSession"));
    end_session = std::bit_cast<decltype(end_session)>(find("RmEndSession"));
    if (start_session == nullptr || join_session == nullptr || end_session == nullptr) {
        unload();
        return ERROR_PROC_NOT_FOUND;
    }
    return ERROR_SUCCESS;
}

DWORD ClientDll::unload() {
    if (library_ == nullptr) {
        return ERROR_SUCCESS;
    }
    start_session = nullptr;
    join_session = nullptr;
    end_session = nullptr;
    if (FreeLibrary(library_) == FALSE) {
        return GetLastError();
    }
    library_ = nullptr;
    return GetModuleHandleW(path_.c_str()) == nullptr ? ERROR_SUCCESS : ERROR_BUSY;
}

std::string StartArguments::key() const {
    std::string text;
    for (const WCHAR unit : buffer) {
        if (unit == 0 || unit == kCanary) {
            break;
        }
        text.push_back(unit < 0x80 ? static_cast<char>(unit) : '?');
    }
    return text;
}

std::string StartArguments::written() const {
    const auto is_canary = [](WCHAR unit) { return unit == kCanary; };
    if (handle == kHandleCanary && std::ranges::all_of(buffer, is_canary)) {
        return "untouched";
    }
    const auto end_of_key = buffer.begin() + CCH_RM_SESSION_KEY;
    const bool exact = handle != kHandleCanary &&
                       std::all_of(buffer.begin(), end_of_key,
                                   [](WCHAR unit) { return std::iswxdigit(unit) != 0; }) &&
                       *end_of_key == 0 && std::all_of(end_of_key + 1, buffer.end(), is_canary);
    return exact ? "exact" : "wrong";
}

}  // namespace rmb::e2e
