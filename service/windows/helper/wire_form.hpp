#pragma once

#include "engine/session_agent.hpp"
#include "proto/helper_wire.hpp"

#include <optional>
#include <span>
#include <vector>

/// The engine's words on the wire to the helper, and back.
namespace rmb::win {

[[nodiscard]] proto::ProcessId to_wire(const core::ProcessKey& process);
[[nodiscard]] std::vector<proto::ProcessId> to_wire(std::span<const core::ProcessKey> processes);
[[nodiscard]] proto::helper::PresenceInfo to_wire(const engine::Presence& presence);
[[nodiscard]] std::uint32_t to_wire(engine::Vote vote);
[[nodiscard]] proto::helper::CreateParams to_wire(const engine::ProgramStart& program);

[[nodiscard]] core::ProcessKey from_wire(const proto::ProcessId& process);
[[nodiscard]] std::vector<core::ProcessKey> from_wire(
    const std::vector<proto::ProcessId>& processes);
[[nodiscard]] engine::Presence from_wire(proto::helper::PresenceInfo presence);
/// nullopt for a number that stands for no vote.
[[nodiscard]] std::optional<engine::Vote> vote_from_wire(std::uint32_t vote);
[[nodiscard]] engine::ProgramStart from_wire(proto::helper::CreateParams program);

}  // namespace rmb::win
