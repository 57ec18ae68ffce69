#include "windows/system/windows_system.hpp"

#include "engine/locks.hpp"
#include "windows/system/file_naming.hpp"
#include "windows/system/path_parts.hpp"
#include "windows/system/process_details.hpp"
#include "windows/system/process_handle.hpp"
#include "windows/system/process_list.hpp"
#include "windows/system/service_list.hpp"

namespace rmb::win {

result<engine::FileFacts> WindowsSystem::identify(const std::string& path) {
    return identify_path(watchdog_, path);
}

result<std::vector<engine::FolderEntry>> WindowsSystem::enumerate(const std::string& folder) {
    return list_folder(watchdog_, folder, engine::kMaxQueriedFiles);
}

std::string WindowsSystem::join(const std::string& folder, const std::string& name) const {
    return join_path(folder, name);
}

result<engine::Snapshot> WindowsSystem::look(std::stop_token stop) {
    return look_at_system(helpers_, watchdog_, look_jobs_, stop);
}

bool WindowsSystem::may_query(const core::ProcessKey& process) {
    return can_query(process);
}

std::optional<engine::PathParts> WindowsSystem::take_apart(const std::string& path) const {
    return take_path_apart(path);
}

std::string WindowsSystem::name_key(const std::string& name) const {
    return name_key_of(name);
}

result<std::vector<engine::ServiceFacts>> WindowsSystem::services() {
    return list_services();
}

std::vector<result<engine::ProcessDetails>> WindowsSystem::details(
    std::span<const core::ProcessKey> processes, std::stop_token stop) {
    return read_details(watchdog_, details_jobs_, processes, stop);
}

bool WindowsSystem::may_stop(const core::ProcessKey& process) {
    return open_running(process, PROCESS_TERMINATE).has_value();
}

bool WindowsSystem::may_stop_service(const std::string& name) {
    return open_service(name, SERVICE_STOP | SERVICE_START | SERVICE_QUERY_STATUS).has_value();
}

}  // namespace rmb::win
