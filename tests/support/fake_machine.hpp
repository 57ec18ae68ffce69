#pragma once

#include "engine/affected.hpp"
#include "support/fake_programs.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace rmb::test {

class FakeControl final : public engine::Control {
public:
    explicit FakeControl(FakePrograms& world) : world_(world) {}

    core::result<void> terminate(const core::ProcessKey& process) override {
        if (auto noted = world_.note("terminate", std::to_string(process.pid)); !noted) {
            return noted;
        }
        if (world_.alive(process) == nullptr) {
            return core::Error{core::Code::file_not_found, "it has ended"};
        }
        world_.end(process);
        return {};
    }

    std::vector<bool> wait_for_end(std::span<const core::ProcessKey> processes,
                                   engine::Milliseconds limit, std::stop_token stop) override {
        (void)world_.note("wait", FakePrograms::list(processes));
        const auto has_ended = [this](const core::ProcessKey& process) {
            return world_.alive(process) == nullptr;
        };
        world_.pass(limit, stop, [&] { return std::ranges::all_of(processes, has_ended); });
        std::vector<bool> ended;
        for (const auto& process : processes) {
            ended.push_back(has_ended(process));
        }
        return ended;
    }

    core::result<std::vector<std::string>> dependents(const std::string& service) override {
        if (const auto noted = world_.note("dependents", service); !noted) {
            return noted.error();
        }
        const auto found = world_.services.find(service);
        if (found == world_.services.end()) {
            return std::vector<std::string>{};
        }
        auto running = found->second.dependents;
        std::erase_if(running, [this](const auto& name) { return !world_.service_runs(name); });
        return running;
    }

    core::result<void> stop_service(const std::string& name) override {
        if (auto noted = world_.note("stop", name); !noted) {
            return noted;
        }
        const auto& service = world_.services.at(name);
        if (std::ranges::any_of(service.dependents,
                                [this](const auto& one) { return world_.service_runs(one); })) {
            return core::Error{core::Code::access_denied, "running services depend on it"};
        }
        if (service.is_running && !service.is_stubborn) {
            world_.stop_service(name);
        }
        return {};
    }

    core::result<void> start_service(const std::string& name) override {
        auto noted = world_.note("start", name);
        if (const auto found = world_.services.find(name); found == world_.services.end()) {
            return core::Error{core::Code::service_does_not_exist, "no such service"};
        } else if (noted && found->second.stops_at) {
            return core::Error{core::Code::access_denied, "it is about to stop"};
        }
        if (noted) {
            world_.start(name);
        }
        return noted;
    }

    std::vector<bool> wait_for_services(std::span<const std::string> names, bool running,
                                        engine::Milliseconds limit, std::stop_token stop) override {
        std::string list;
        for (const auto& name : names) {
            list += (list.empty() ? "" : ",") + name;
        }
        (void)world_.note("await", list);
        const auto is_so = [&](const std::string& name) {
            return world_.service_runs(name) == running;
        };
        world_.pass(limit, stop, [&] { return std::ranges::all_of(names, is_so); });
        std::vector<bool> all;
        for (const auto& name : names) {
            all.push_back(is_so(name));
        }
        return all;
    }

    engine::Milliseconds application_limit(const std::string& user) override {
        (void)world_.note("limit", user);
        return world_.hang_limit;
    }
    engine::Milliseconds service_limit() override {
        (void)world_.note("limit", "services");
        return engine::kServiceLimit;
    }

private:
    FakePrograms& world_;
};

/// Sees the programs of its Windows session only.
class FakeAgent final : public engine::SessionAgent {
public:
    FakeAgent(FakePrograms& world, std::uint32_t windows_session)
        : world_(world), windows_session_(windows_session) {}

    core::result<std::vector<engine::Presence>> look(std::span<const core::ProcessKey> processes,
                                                     std::stop_token stop) override {
        if (const auto noted = note("look", processes, stop); !noted) {
            return noted.error();
        }
        std::vector<engine::Presence> all;
        for (const auto& process : processes) {
            const auto* program = here(process);
            auto& presence = all.emplace_back();
            if (program != nullptr) {
                const bool has_window = FakePrograms::has_window(program->kind);
                presence = {has_window && program->kind != Kind::tray, has_window,
                            program->kind == Kind::explorer, program->console};
            }
        }
        return all;
    }

    core::result<std::vector<engine::Vote>> ask_to_end(std::span<const core::ProcessKey> processes,
                                                       bool until_refusal,
                                                       engine::Milliseconds limit,
                                                       std::stop_token stop) override {
        if (const auto noted = note("ask", processes, stop); !noted) {
            return noted.error();
        }
        std::vector<engine::Vote> votes;
        for (const auto& process : processes) {
            votes.push_back(vote(process));
        }
        const bool refused = std::ranges::count(votes, engine::Vote::refused) != 0;
        if (std::ranges::count(votes, engine::Vote::silent) != 0 && !(refused && until_refusal)) {
            world_.pass(limit, stop, [] { return false; });
        }
        return votes;
    }

    core::result<void> tell_end(std::span<const core::ProcessKey> processes, bool ending,
                                engine::Milliseconds limit, std::stop_token stop) override {
        if (auto noted = note(ending ? "end" : "undo", processes, stop); !noted) {
            return noted;
        }
        bool all_took_it = true;
        for (const auto& process : processes) {
            auto* program = here(process);
            all_took_it = all_took_it && (program == nullptr || program->kind != Kind::deaf);
            if (ending && program != nullptr && leaves_when_told(program->kind)) {
                world_.leave(*program);
            }
        }
        world_.pass(limit, stop, [&] { return all_took_it; });
        return {};
    }

    core::result<void> close(std::span<const core::ProcessKey> processes,
                             std::stop_token stop) override {
        if (auto noted = note("close", processes, stop); !noted) {
            return noted;
        }
        for (const auto& process : processes) {
            if (auto* program = here(process);
                program != nullptr && program->kind == Kind::closing) {
                world_.leave(*program);
            }
        }
        return {};
    }

    core::result<void> interrupt(const core::ProcessKey& process,
                                 std::span<const std::uint32_t> attached,
                                 std::stop_token stop) override {
        if (auto noted = note("ctrl-c", {&process, 1}, stop); !noted) {
            return noted;
        }
        const auto* asked = here(process);
        if (asked == nullptr || !std::ranges::equal(asked->console, attached)) {
            return core::Error{core::Code::access_denied, "others are attached to its console"};
        }
        for (const auto pid : attached) {
            if (auto* program = here({pid, FakePrograms::kStartTime});
                program != nullptr && program->kind == Kind::console) {
                world_.leave(*program);
            }
        }
        return {};
    }

    core::result<core::ProcessKey> create(const engine::ProgramStart& start) override {
        const auto console = start.new_console ? " in a console" : "";
        const auto noted = world_.note("create", start.command_line + console);
        if (!noted) {
            return noted.error();
        }
        return world_.create(start, windows_session_);
    }

    core::result<void> release(const core::ProcessKey& process) override {
        if (auto noted = world_.note("release", std::to_string(process.pid)); !noted) {
            return noted;
        }
        auto* program = here(process);
        if (program == nullptr) {
            return core::Error{core::Code::not_ready, "it has ended"};
        }
        world_.let_run(*program);
        return {};
    }

private:
    [[nodiscard]] static bool leaves_when_told(Kind kind) {
        return kind == Kind::gui || kind == Kind::tray || kind == Kind::explorer ||
               kind == Kind::vetoing;
    }
    [[nodiscard]] engine::Vote vote(const core::ProcessKey& process) {
        const auto* program = here(process);
        if (program == nullptr || !FakePrograms::has_window(program->kind)) {
            return engine::Vote::no_window;
        }
        if (program->registers_when_asked) {
            world_.system.details_of[process].restart = program->registers_when_asked;
        }
        return program->kind == Kind::vetoing ? engine::Vote::refused
               : program->kind == Kind::deaf  ? engine::Vote::silent
                                              : engine::Vote::agreed;
    }
    [[nodiscard]] FakeProgram* here(const core::ProcessKey& process) {
        auto* program = world_.alive(process);
        return program != nullptr && program->windows_session == windows_session_ ? program
                                                                                  : nullptr;
    }
    core::result<void> note(const std::string& act, std::span<const core::ProcessKey> processes,
                            const std::stop_token& stop) {
        auto noted = world_.note(act, FakePrograms::list(processes));
        if (stop.stop_requested()) {
            return core::Error{core::Code::cancelled, "stopped"};
        }
        return noted;
    }

    FakePrograms& world_;
    std::uint32_t windows_session_;
};

class FakeAgents final : public engine::AgentDirectory {
public:
    explicit FakeAgents(FakePrograms& world) : world_(world) {}

    core::result<std::shared_ptr<engine::SessionAgent>> acting(
        std::uint32_t windows_session, const std::shared_ptr<const core::Rights>& rights) override {
        if (const auto noted = world_.note("acting", std::to_string(windows_session)); !noted) {
            return noted.error();
        }
        if (rights == nullptr) {
            return core::Error{core::Code::access_denied, "nobody's rights"};
        }
        return agent(windows_session);
    }

    core::result<std::shared_ptr<engine::SessionAgent>> starting(std::uint32_t windows_session,
                                                                 const std::string& user) override {
        if (const auto noted = world_.note("starting", std::to_string(windows_session)); !noted) {
            return noted.error();
        }
        const auto found = world_.logged_on.find(windows_session);
        if (found == world_.logged_on.end()) {
            return core::Error{core::Code::file_not_found, "nobody is logged on there"};
        }
        if (found->second != user) {
            return core::Error{core::Code::access_denied, "somebody else is logged on there"};
        }
        return agent(windows_session);
    }

    bool resume(const core::ProcessKey& process) override {
        (void)world_.note("resume", std::to_string(process.pid));
        auto* program = world_.alive(process);
        if (program != nullptr) {
            world_.let_run(*program);
        }
        return program != nullptr;
    }

private:
    [[nodiscard]] std::shared_ptr<engine::SessionAgent> agent(std::uint32_t windows_session) {
        return std::make_shared<FakeAgent>(world_, windows_session);
    }

    FakePrograms& world_;
};

/// All ports of a task over one little world.
class FakeMachine : public FakePrograms {
public:
    [[nodiscard]] engine::Machine ports() {
        return {system, control, agents};
    }

    FakeControl control{*this};
    FakeAgents agents{*this};
};

}  // namespace rmb::test
