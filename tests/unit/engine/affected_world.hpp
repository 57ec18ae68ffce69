#pragma once

#include "engine/affected.hpp"
#include "support/fake_machine.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rmb::test {

using Lines = std::vector<std::string>;

/// A machine and a session on it; its primary is process 1, a user's in Windows session 1.
class AffectedWorld : public FakeMachine {
public:
    AffectedWorld() {
        request.primary.process = {1, kStartTime};
        request.primary.owner = {kUser, 1};
        request.primary.rights = rights;
    }

    /// By the primary, unless somebody else's rights are given.
    void enlist(core::Resources resources,
                std::shared_ptr<const core::Rights> registrant = nullptr) {
        auto made = std::make_shared<core::Registered>();
        made->resources = std::move(resources);
        made->rights = std::move(registrant);
        request.contents.registered.push_back(std::move(made));
    }
    void enlist_files(std::vector<std::string> files) {
        enlist({std::move(files), {}, {}});
    }
    void enlist_services(std::vector<std::string> names) {
        enlist({{}, {}, std::move(names)});
    }
    void enlist_process(std::uint32_t pid, std::uint64_t start_time = kStartTime) {
        enlist({{}, {{pid, start_time}}, {}});
    }
    /// A secondary with rights of its own: their number for FakeSystem::denied_to.
    std::size_t enlist_by_secondary(core::Resources resources) {
        auto theirs = std::make_shared<FakeRights>();
        enlist(std::move(resources), theirs);
        secondaries.push_back(theirs);
        return system.add_rights(theirs);
    }
    void filter(core::FilterTarget target,
                core::FilterAction action = core::FilterAction::no_shutdown) {
        request.contents.filters.push_back({std::move(target), action});
    }
    core::LedgerEntry& remember(core::Stage stage, std::uint32_t pid,
                                const std::string& service = {}) {
        if (!request.ledger) {
            request.ledger.emplace();
        }
        auto& entry = request.ledger->entries.emplace_back();
        entry.stage = stage;
        entry.app.process = {pid, kStartTime};
        entry.app.service = service;
        entry.app.name = "as recorded";
        entry.app.type = service.empty() ? core::AppType::main_window : core::AppType::service;
        return entry;
    }

    [[nodiscard]] engine::result<engine::AffectedList> ask() {
        return engine::find_affected(ports(), request, stop.get_token());
    }

    engine::TaskRequest request;
    std::stop_source stop;
    std::vector<std::shared_ptr<FakeRights>> secondaries;
};

[[nodiscard]] inline std::string_view show(core::AppType type) {
    switch (type) {
        case core::AppType::unknown:
            return "unknown";
        case core::AppType::main_window:
            return "main";
        case core::AppType::other_window:
            return "other";
        case core::AppType::service:
            return "service";
        case core::AppType::explorer:
            return "explorer";
        case core::AppType::console:
            return "console";
        case core::AppType::critical:
            return "critical";
    }
    return "?";
}

/// "10 main status 1", "20/spooler critical status 1 reasons 8".
[[nodiscard]] inline std::string show(const engine::Affected& affected) {
    const auto& app = affected.app;
    auto line = std::to_string(app.process.pid);
    line += app.service.empty() ? "" : '/' + app.service;
    line += ' ' + std::string{show(app.type)} + " status " + std::to_string(app.status);
    line += affected.reasons == 0 ? "" : " reasons " + std::to_string(affected.reasons);
    return line;
}

[[nodiscard]] inline Lines show(const engine::AffectedList& list) {
    Lines lines;
    for (const auto& affected : list.applications) {
        lines.push_back(show(affected));
    }
    if (list.hidden != 0) {
        lines.push_back(std::to_string(list.hidden) + " hidden");
    }
    return lines;
}

/// What was done in somebody's name that should have been done in another's, and what was done
/// more often than it may be; empty when all is well.
[[nodiscard]] inline Lines broken_affected_rules(const AffectedWorld& world) {
    using Op = FakeSystem::Op;
    static const std::set<Op> kOwn{Op::look, Op::services, Op::details};
    Lines broken;
    std::multiset<std::string> asked;
    for (const auto& call : world.system.calls) {
        if (call.assumed == kOwn.contains(call.op)) {
            broken.push_back("whose rights: " + call.what);
        }
        asked.insert(std::to_string(static_cast<int>(call.op)) + ' ' + call.what + " by " +
                     std::to_string(call.whose));
    }
    for (auto at = asked.begin(); at != asked.end(); at = asked.upper_bound(*at)) {
        if (asked.count(*at) > 1) {
            broken.push_back("asked again: " + *at);
        }
    }
    for (const auto& call : world.calls) {
        if (call.assumed) {
            broken.push_back("a helper called with rights assumed: " + call.what);
        }
    }
    if (world.count("acting") != world.count("look")) {
        broken.emplace_back("a helper was not used");
    }
    auto all = world.secondaries;
    all.push_back(world.rights);
    for (const auto& rights : all) {
        if (rights->is_assumed() || rights->deepest() > 1 || rights->most_acts() > 1) {
            broken.emplace_back("rights kept, nested, or for more than one act");
        }
    }
    return broken;
}

/// A session, and the list that must come: as show() gives it, and the reasons of all together.
struct AffectedScenario {
    const char* name;
    void (*build)(AffectedWorld& world);
    Lines lines;
    std::uint32_t reasons = 0;
};

/// kFile is registered where the scenario registers nothing.
inline void check_affected(const std::vector<AffectedScenario>& scenarios) {
    for (const auto& scenario : scenarios) {
        SCOPED_TRACE(scenario.name);
        AffectedWorld world;
        scenario.build(world);
        if (world.request.contents.registered.empty()) {
            world.enlist_files({AffectedWorld::kFile});
        }
        const auto list = world.ask();
        ASSERT_TRUE(list) << list.error().message;
        EXPECT_EQ(show(*list), scenario.lines);
        EXPECT_EQ(list->reasons, scenario.reasons);
        EXPECT_EQ(broken_affected_rules(world), Lines{});
    }
}

}  // namespace rmb::test
