#include "windows/helper/wire_form.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace rmb::win {
namespace {

// In the order of their numbers on the wire.
constexpr std::array kVotes{engine::Vote::agreed, engine::Vote::refused, engine::Vote::silent,
                            engine::Vote::no_window};

}  // namespace

proto::ProcessId to_wire(const core::ProcessKey& process) {
    return {process.pid, process.start_time};
}

std::vector<proto::ProcessId> to_wire(std::span<const core::ProcessKey> processes) {
    std::vector<proto::ProcessId> written;
    written.reserve(processes.size());
    for (const auto& process : processes) {
        written.push_back(to_wire(process));
    }
    return written;
}

proto::helper::PresenceInfo to_wire(const engine::Presence& presence) {
    return {presence.has_main_window, presence.has_other_window, presence.is_shell,
            presence.console};
}

std::uint32_t to_wire(engine::Vote vote) {
    std::uint32_t number = 0;
    while (kVotes[number] != vote) {
        ++number;
    }
    return number;
}

proto::helper::CreateParams to_wire(const engine::ProgramStart& program) {
    return {program.program, program.command_line, program.directory, program.new_console};
}

core::ProcessKey from_wire(const proto::ProcessId& process) {
    return {process.pid, process.start_time};
}

std::vector<core::ProcessKey> from_wire(const std::vector<proto::ProcessId>& processes) {
    std::vector<core::ProcessKey> read;
    read.reserve(processes.size());
    for (const auto& process : processes) {
        read.push_back(from_wire(process));
    }
    return read;
}

engine::Presence from_wire(proto::helper::PresenceInfo presence) {
    return {presence.main_window, presence.other_window, presence.shell,
            std::move(presence.console)};
}

std::optional<engine::Vote> vote_from_wire(std::uint32_t vote) {
    return vote < kVotes.size() ? std::optional{kVotes[vote]} : std::nullopt;
}

engine::ProgramStart from_wire(proto::helper::CreateParams program) {
    return {std::move(program.program), std::move(program.command_line),
            std::move(program.directory), program.new_console};
}

}  // namespace rmb::win
