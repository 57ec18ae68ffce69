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
bool find(HMODULE library, const char* name, Function& function) {
    function = std::bit_cast<Function>(GetProcAddress(library, name));
    return function != nullptr;
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
    return find(library, "RmStartSession", start_session) &&
           find(library, "RmJoinSession", join_session) &&
           find(library, "RmEndSession", end_session) &&
           find(library, "RmRegisterResources", register_resources) &&
           find(library, "RmGetList", get_list) && find(library, "RmShutdown", shutdown) &&
           find(library, "RmRestart", restart) &&
           find(library, "RmCancelCurrentTask", cancel_current_task) &&
           find(library, "RmAddFilter", add_filter) &&
           find(library, "RmRemoveFilter", remove_filter) &&
           find(library, "RmGetFilterList", get_filter_list);
}

}  // namespace rmb::client
