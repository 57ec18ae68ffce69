#include "child/client_dll.hpp"

#include <algorithm>
#include <bit>
#include <cwctype>
#include <type_traits>

namespace rmb::e2e {

template <class Visit>
void ClientDll::for_each_function(Visit visit) {
    visit("RmStartSession", start_session);
    visit("RmJoinSession", join_session);
    visit("RmEndSession", end_session);
    visit("RmRegisterResources", register_resources);
    visit("RmGetList", get_list);
    visit("RmShutdown", shut_down);
    visit("RmRestart", restart);
    visit("RmCancelCurrentTask", cancel);
    visit("RmAddFilter", add_filter);
    visit("RmRemoveFilter", remove_filter);
    visit("RmGetFilterList", get_filter_list);
}

DWORD ClientDll::load(const std::wstring& path) {
    library_ = LoadLibraryW(path.c_str());
    if (library_ == nullptr) {
        return GetLastError();
    }
    path_ = path;
    bool has_all = true;
    for_each_function([&](const char* name, auto& function) {
        function = std::bit_cast<std::remove_reference_t<decltype(function)>>(
            GetProcAddress(library_, name));
        has_all = has_all && function != nullptr;
    });
    if (!has_all) {
        unload();
        return ERROR_PROC_NOT_FOUND;
    }
    return ERROR_SUCCESS;
}

DWORD ClientDll::unload() {
    if (library_ == nullptr) {
        return ERROR_SUCCESS;
    }
    for_each_function([](const char* /*name*/, auto& function) { function = nullptr; });
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
