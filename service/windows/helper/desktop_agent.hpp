#pragma once

#include "engine/session_agent.hpp"
#include "windows/helper/held_programs.hpp"
#include "windows/helper/user_api.hpp"

namespace rmb::win {

/// Acts on the desktop of this very process, in the helper. One thread. Stops are not looked at:
/// the service ends the helper.
class DesktopAgent final : public engine::SessionAgent {
public:
    explicit DesktopAgent(const UserApi& api) : api_{api} {}

    [[nodiscard]] bool holds_programs() const {
        return !programs_.empty();
    }

    result<std::vector<engine::Presence>> look(std::span<const core::ProcessKey> processes,
                                               std::stop_token stop) override;
    result<std::vector<engine::Vote>> ask_to_end(std::span<const core::ProcessKey> processes,
                                                 bool until_refusal, engine::Milliseconds limit,
                                                 std::stop_token stop) override;
    result<void> tell_end(std::span<const core::ProcessKey> processes, bool ending,
                          engine::Milliseconds limit, std::stop_token stop) override;
    result<void> close(std::span<const core::ProcessKey> processes, std::stop_token stop) override;
    result<void> interrupt(const core::ProcessKey& process, std::span<const std::uint32_t> attached,
                           std::stop_token stop) override;
    result<core::ProcessKey> create(const engine::ProgramStart& program) override;
    result<void> release(const core::ProcessKey& process) override;

private:
    const UserApi& api_;
    HeldPrograms programs_;
};

}  // namespace rmb::win
