#include "tasks_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace {

using namespace rmb::engine;
using namespace rmb::test;
using rmb::core::Code;
using rmb::core::Stage;

const std::map<std::uint32_t, std::string> kCommands{{10, R"("/bin/10" /again)"},
                                                     {11, R"("/bin/11" /again)"},
                                                     {12, R"("/bin/12" /again)"},
                                                     {13, R"("/bin/13" /again)"}};

/// Runs `task` until the service dies in the call of this number; whether it died.
template <class Task>
bool dies(TasksWorld& world, std::size_t number, Task task) {
    at_call(world, number, [] { throw ServiceDeath{}; });
    bool died = false;
    try {
        (void)task();
    } catch (const ServiceDeath&) {
        died = true;
    }
    at_no_call(world);
    return died;
}

/// Each program that was stopped runs again, once; the others were left alone.
void expect_all_run_once(TasksWorld& world) {
    for (const auto& [pid, command] : kCommands) {
        EXPECT_EQ(world.starts[command], world.runs(pid) ? 0 : 1) << pid;
    }
    for (const auto* name : {"spooler", "fax"}) {
        EXPECT_TRUE(world.service_runs(name)) << name;
        EXPECT_LE(world.starts[name], 1) << name;
    }
    EXPECT_FALSE(world.rights->is_assumed());
}

TEST(TasksCrash, ServiceDiesInAnyCallOfAShutdown_TheRepeatStopsAllAndTheRestartStartsAll) {
    for (std::size_t number = 0;; ++number) {
        SCOPED_TRACE(number);
        TasksWorld world;
        run_five(world);
        if (!dies(world, number, [&] { return world.shut_down(); })) {
            ASSERT_GT(number, 40U);
            return;
        }
        world.revive(number % 2 == 0);
        ASSERT_EQ(code_of(world.shut_down()), Code::ok);
        for (const auto& [pid, command] : kCommands) {
            EXPECT_FALSE(world.runs(pid));
        }
        ASSERT_EQ(code_of(world.start_again()), Code::ok);
        expect_all_run_once(world);
    }
}

TEST(TasksCrash, ServiceDiesInAnyCallOfAShutdown_TheRestartAloneLosesNothing) {
    for (std::size_t number = 0;; ++number) {
        SCOPED_TRACE(number);
        TasksWorld world;
        run_five(world);
        if (!dies(world, number, [&] { return world.shut_down(); })) {
            return;
        }
        world.revive(false);
        if (world.stored) {
            EXPECT_EQ(code_of(world.start_again()), Code::ok);
        }
        expect_all_run_once(world);
    }
}

TEST(TasksCrash, ServiceDiesInAnyCallOfARestart_NothingIsLostAndNothingStartsTwice) {
    for (const bool sooner : {false, true}) {
        for (std::size_t number = 0;; ++number) {
            SCOPED_TRACE(number);
            TasksWorld world;
            run_five(world);
            ASSERT_EQ(code_of(world.shut_down()), Code::ok);
            if (!dies(world, number, [&] { return world.start_again(); })) {
                ASSERT_GT(number, 20U);
                break;
            }
            world.revive(sooner);
            ASSERT_EQ(code_of(world.start_again()), Code::ok);
            expect_all_run_once(world);
            EXPECT_TRUE(std::ranges::all_of(world.stored->entries, [](const auto& entry) {
                return entry.stage == Stage::restarted;
            }));
        }
    }
}

/// What the ledger says of a program is so.
void expect_truth(TasksWorld& world) {
    for (const auto& [pid, command] : kCommands) {
        const auto& entries = world.stored->entries;
        const auto entry =
            std::ranges::find(entries, pid, [](const auto& one) { return one.app.process.pid; });
        if (world.runs(pid)) {
            EXPECT_TRUE(entry == entries.end() || entry->stage == Stage::stopping ||
                        entry->stage == Stage::left)
                << pid;
        } else {
            ASSERT_NE(entry, entries.end()) << pid;
            EXPECT_EQ(entry->stage, Stage::stopped) << pid;
        }
    }
}

TEST(TasksCancel, InAnyCallOfAShutdown_NothingMoreIsToldAndTheLedgerIsTrue) {
    for (std::size_t number = 0;; ++number) {
        SCOPED_TRACE(number);
        TasksWorld world;
        run_five(world);
        std::size_t acts = 0;
        at_call(world, number, [&] {
            acts = world.acts().size();
            world.stop.request_stop();
        });
        const auto outcome = world.shut_down();
        if (!world.stop.stop_requested()) {
            EXPECT_EQ(code_of(outcome), Code::ok);
            return;
        }
        at_no_call(world);
        EXPECT_LE(world.now, Milliseconds{3'000});
        auto later = world.acts();
        later.erase(later.begin(), later.begin() + static_cast<std::ptrdiff_t>(acts));
        std::erase_if(later, [](const auto& act) { return act.starts_with("undo"); });
        EXPECT_EQ(later, Lines{});
        if (!outcome) {
            EXPECT_EQ(code_of(outcome), Code::cancelled);
        } else {
            EXPECT_EQ(world.percents.back(), 100U);
        }
        expect_truth(world);
        for (const std::string programs : {"10,11", "13"}) {
            EXPECT_EQ(world.count("ask " + programs),
                      world.count("end " + programs) + world.count("undo " + programs));
        }

        world.stop = std::stop_source{};
        EXPECT_EQ(code_of(world.start_again()), Code::ok);
        expect_all_run_once(world);
    }
}

TEST(TasksCancel, InAnyCallOfARestart_TheNextStartsTheRest) {
    for (std::size_t number = 0;; ++number) {
        SCOPED_TRACE(number);
        TasksWorld world;
        run_five(world);
        ASSERT_EQ(code_of(world.shut_down()), Code::ok);
        at_call(world, number, [&] { world.stop.request_stop(); });
        const auto outcome = world.start_again();
        if (!world.stop.stop_requested()) {
            EXPECT_EQ(code_of(outcome), Code::ok);
            return;
        }
        at_no_call(world);
        EXPECT_TRUE(outcome || outcome.error().code == Code::cancelled);
        world.stop = std::stop_source{};
        EXPECT_EQ(code_of(world.start_again()), Code::ok);
        expect_all_run_once(world);
    }
}

}  // namespace
