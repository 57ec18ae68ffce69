#include "client/dll/system_restart_manager.hpp"

#include <bit>
#include <string>

namespace rmb::client {
namespace {

std::wstring system_folder() {
    std::wstring path(MAX_PATH, L'\0');
    const auto length = GetSystemDirectoryW(path.data(), static_cast<UINT>(path.size()));
    path.resize(length < path.size() ? length : 0);
    return path;
}

template <class Function>
Function find(HMODULE library, const char* name) {
    return std::bit_cast<Function>(GetProcAddress(library, name));
}

}  // namespace

bool SystemRestartManager::load() {
    const auto folder = system_folder();
    if (folder.empty()) {
        return false;
    }
    const auto library =
        LoadLibraryExW((folder + L"\\rstrtmgr.dll").c_str(), nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
    if (library == nullptr) {
        return false;
    }
    start_ = find<Start>(library, "RmStartSession");
    join_ = find<Join>(library, "RmJoinSession");
    end_ = find<End>(library, "RmEndSession");
    return start_ != nullptr && join_ != nullptr && end_ != nullptr;
}

}  // namespace rmb::client
