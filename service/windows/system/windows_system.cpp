#include "windows/system/windows_system.hpp"

#include "windows/system/file_naming.hpp"
#include "windows/system/look.hpp"
#include "windows/system/process_list.hpp"

namespace rmb::win {

result<engine::FileFacts> WindowsSystem::identify(const std::string& path) {
    return identify_path(watchdog_, path);
}

result<std::vector<engine::FolderEntry>> WindowsSystem::enumerate(const std::string& folder) {
    return list_folder(watchdog_, folder);
}

std::string WindowsSystem::join(const std::string& folder, const std::string& name) const {
    return join_path(folder, name);
}

result<engine::Snapshot> WindowsSystem::look(std::stop_token stop) {
    return look_at_system(watchdog_, jobs_, stop);
}

bool WindowsSystem::may_query(const core::ProcessKey& process) {
    return can_query(process);
}

}  // namespace rmb::win
