#pragma once

#include "engine/session_agent.hpp"

#include <vector>

namespace rmb::win {

/// Remembers what it was asked, and answers as told.
class FakeAgent final : public engine::SessionAgent {
public:
    std::vector<core::ProcessKey> processes;
    std::vector<std::uint32_t> attached;
    engine::ProgramStart program;
    engine::Milliseconds limit{0};
    bool flag = false;
    core::ProcessKey released;

    engine::result<std::vector<engine::Presence>> presences = std::vector<engine::Presence>{};
    engine::result<std::vector<engine::Vote>> votes = std::vector<engine::Vote>{};
    engine::result<void> outcome = {};
    engine::result<core::ProcessKey> created = core::ProcessKey{77, 770};

    engine::result<std::vector<engine::Presence>> look(std::span<const core::ProcessKey> asked,
                                                       std::stop_token /*stop*/) override {
        processes = {asked.begin(), asked.end()};
        return presences;
    }
    engine::result<std::vector<engine::Vote>> ask_to_end(std::span<const core::ProcessKey> asked,
                                                         bool until_refusal,
                                                         engine::Milliseconds at_most,
                                                         std::stop_token /*stop*/) override {
        processes = {asked.begin(), asked.end()};
        flag = until_refusal;
        limit = at_most;
        return votes;
    }
    engine::result<void> tell_end(std::span<const core::ProcessKey> told, bool ending,
                                  engine::Milliseconds at_most, std::stop_token /*stop*/) override {
        processes = {told.begin(), told.end()};
        flag = ending;
        limit = at_most;
        return outcome;
    }
    engine::result<void> close(std::span<const core::ProcessKey> closed,
                               std::stop_token /*stop*/) override {
        processes = {closed.begin(), closed.end()};
        return outcome;
    }
    engine::result<void> interrupt(const core::ProcessKey& process,
                                   std::span<const std::uint32_t> all,
                                   std::stop_token /*stop*/) override {
        processes = {process};
        attached = {all.begin(), all.end()};
        return outcome;
    }
    engine::result<core::ProcessKey> create(const engine::ProgramStart& start) override {
        program = start;
        return created;
    }
    engine::result<void> release(const core::ProcessKey& process) override {
        released = process;
        return outcome;
    }
};

}  // namespace rmb::win
