#pragma once

#include "engine/session_agent.hpp"

namespace rmb::os_linux {

/// A host without a desktop: nothing is asked to end, nothing is started again.
class NoAgents final : public engine::AgentDirectory {
public:
    engine::result<std::shared_ptr<engine::SessionAgent>> acting(
        std::uint32_t windows_session, const std::shared_ptr<const core::Rights>& rights) override;
    engine::result<std::shared_ptr<engine::SessionAgent>> starting(
        std::uint32_t windows_session, const std::string& user) override;
    /// Whether the process runs: whatever does was created by somebody else, and released.
    bool resume(const core::ProcessKey& process) override;
};

}  // namespace rmb::os_linux
