#pragma once

#include "engine/session_agent.hpp"
#include "windows/helper/helper_link.hpp"
#include "windows/helper/session_tokens.hpp"
#include "windows/own_helpers.hpp"

#include <functional>
#include <memory>

namespace rmb::win {

/// The helpers of this service. One that is handed out belongs to whoever has it, for a helper
/// does one thing at a time and must not let one session wait for another's programs; then it is
/// kept for the next with the very same token and Windows session, until it ends by itself (idle).
/// The same token means all of its facts: one logon can have tokens of several integrity levels.
class HelperDirectory final : public engine::AgentDirectory {
public:
    using StartHelper = std::function<result<std::unique_ptr<HelperLink>>(HANDLE token)>;

    /// `tokens` must outlive this and all agents.
    HelperDirectory(SessionTokens& tokens, StartHelper start_helper);
    /// On the system itself. `helpers` must outlive this and all agents.
    explicit HelperDirectory(OwnHelpers& helpers);

    result<std::shared_ptr<engine::SessionAgent>> acting(
        std::uint32_t windows_session, const std::shared_ptr<const core::Rights>& rights) override;
    result<std::shared_ptr<engine::SessionAgent>> starting(std::uint32_t windows_session,
                                                           const std::string& user) override;
    bool resume(const core::ProcessKey& process) override;

private:
    struct Key;
    class Pool;
    using MakeToken = std::function<result<HelperToken>()>;

    result<std::shared_ptr<engine::SessionAgent>> hand_out(std::uint32_t windows_session,
                                                           bool is_starting,
                                                           const MakeToken& make_token);

    SessionTokens& tokens_;
    StartHelper start_helper_;
    std::shared_ptr<Pool> pool_;
};

}  // namespace rmb::win
