#include "linux/no_agents.hpp"

#include "linux/processes.hpp"

namespace rmb::os_linux {
namespace {

engine::Error no_desktop() {
    return {engine::Code::not_ready, "no desktop on this host"};
}

}  // namespace

engine::result<std::shared_ptr<engine::SessionAgent>> NoAgents::acting(
    std::uint32_t /*windows_session*/, const std::shared_ptr<const core::Rights>& /*rights*/) {
    return no_desktop();
}

engine::result<std::shared_ptr<engine::SessionAgent>> NoAgents::starting(
    std::uint32_t /*windows_session*/, const std::string& /*user*/) {
    return no_desktop();
}

bool NoAgents::resume(const core::ProcessKey& process) {
    return start_time_of(process.pid) == process.start_time;
}

}  // namespace rmb::os_linux
