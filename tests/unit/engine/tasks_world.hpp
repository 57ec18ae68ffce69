#pragma once

#include "affected_world.hpp"
#include "engine/tasks.hpp"
#include "support/results.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rmb::test {

/// Thrown out of a call: the service dies there.
struct ServiceDeath {};

/// A session in which kFile is registered, and where its ledger is stored.
class TasksWorld : public AffectedWorld {
public:
    TasksWorld() {
        enlist_files({kFile});
    }

    /// The next task of the session, which goes on with what is stored.
    engine::result<void> shut_down(engine::ShutdownFlags flags = {}) {
        percents.clear();
        request.ledger = stored;
        return engine::shut_down(ports(), request, {}, flags, write(), tell(), stop.get_token());
    }
    engine::result<void> start_again(engine::RestartRules rules = {}) {
        percents.clear();
        return engine::start_again(ports(), stored.value(), request.primary, rules, write(), tell(),
                                   stop.get_token());
    }
    /// The service is dead and comes again, sooner than its helpers go or later.
    void revive(bool sooner) {
        service_dies(sooner);
        if (stored) {
            stored = engine::reconcile(ports(), *stored);
        }
        helpers_are_gone();
    }

    /// "10 stopped 2", "spooler left 16": stages and status.
    [[nodiscard]] Lines stages() const {
        Lines lines;
        for (const auto& entry : stored.value().entries) {
            const auto& app = entry.app;
            lines.push_back((app.service.empty() ? std::to_string(app.process.pid) : app.service) +
                            ' ' + std::string{to_string(entry.stage)} + ' ' +
                            std::to_string(app.status));
        }
        return lines;
    }
    [[nodiscard]] const core::LedgerEntry& entry(std::size_t place) const {
        return stored.value().entries.at(place);
    }

    std::optional<core::Ledger> stored;
    std::size_t writes = 0;
    /// The place of the write that the store refuses.
    std::optional<std::size_t> refused_write;
    /// Runs before each write, and after it.
    std::function<void()> on_write;
    std::vector<std::uint32_t> percents;

private:
    engine::WriteLedger write() {
        return [this](const core::Ledger& ledger) -> engine::result<void> {
            const auto place = writes++;
            if (on_write) {
                on_write();
            }
            if (refused_write == place) {
                return core::Error{core::Code::write_fault, "the store refuses"};
            }
            stored = ledger;
            if (on_write) {
                on_write();
            }
            return {};
        };
    }
    engine::OnPercent tell() {
        return [this](std::uint32_t percent) {
            EXPECT_TRUE(percents.empty() || percents.back() < percent);
            EXPECT_LE(percent, 100U);
            percents.push_back(percent);
        };
    }
};

/// Five programs of all steps, one of them a service with a dependent; each takes its time.
inline void run_five(TasksWorld& world) {
    for (const auto& [kind, pid] : {std::pair{Kind::gui, 10U},
                                    {Kind::tray, 11U},
                                    {Kind::console, 12U},
                                    {Kind::explorer, 13U}}) {
        world.run(kind, pid).leaves_after = engine::Milliseconds{1'000};
    }
    world.run_service("fax", 21, {}, "/app/other");
    world.run_service("spooler", 20, {"fax"});
}

/// `happens` runs within the call of this number, of all calls of all ports and all writes.
inline void at_call(TasksWorld& world, std::size_t number, std::function<void()> happens) {
    auto left = std::make_shared<std::size_t>(number);
    const auto count = [left, happens = std::move(happens)] {
        if ((*left)-- == 0) {
            happens();
        }
    };
    world.on_call = [count](const auto&) { count(); };
    world.system.on_call = [count](const auto&) { count(); };
    world.on_write = count;
}
inline void at_no_call(TasksWorld& world) {
    world.on_call = nullptr;
    world.system.on_call = nullptr;
    world.on_write = nullptr;
}

}  // namespace rmb::test
