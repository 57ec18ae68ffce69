#include "tasks_world.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace rmb::engine;
using namespace rmb::test;
using rmb::core::Code;

constexpr ShutdownFlags kForce{true, false};
constexpr ShutdownFlags kOnlyRegistered{false, true};
constexpr ShutdownFlags kBoth{true, true};

struct ShutdownScenario {
    const char* name;
    void (*build)(TasksWorld& world);
    ShutdownFlags flags;
    Code code;
    Lines acts;
    Lines stages;
};

void check(const std::vector<ShutdownScenario>& scenarios) {
    for (const auto& scenario : scenarios) {
        SCOPED_TRACE(scenario.name);
        TasksWorld world;
        scenario.build(world);
        const auto outcome = world.shut_down(scenario.flags);
        EXPECT_EQ(code_of(outcome), scenario.code);
        EXPECT_EQ(world.acts(), scenario.acts);
        EXPECT_EQ(world.stages(), scenario.stages);
        EXPECT_EQ(!world.percents.empty() && world.percents.back() == 100, outcome.has_value());
        EXPECT_LE(world.rights->most_acts(), 1U);
        for (const auto& call : world.calls) {
            const bool is_act = call.what.starts_with("terminate") || call.what.starts_with("stop");
            EXPECT_EQ(call.assumed, is_act) << call.what;
        }
    }
}

template <Kind kKind>
void one(TasksWorld& world) {
    world.run(kKind, 10);
}
template <Kind kKind>
void one_unregistered(TasksWorld& world) {
    world.run(kKind, 10);
    world.details(10).restart.reset();
}

TEST(Shutdown, EachKind_IsToldInItsWay) {
    check({
        {"nobody", [](TasksWorld&) {}, {}, Code::ok, {}, {}},
        {"gui", one<Kind::gui>, {}, Code::ok, {"ask 10", "end 10"}, {"10 stopped 2"}},
        {"closing",
         one<Kind::closing>,
         {},
         Code::ok,
         {"ask 10", "end 10", "close 10"},
         {"10 stopped 2"}},
        {"vetoing",
         one<Kind::vetoing>,
         {},
         Code::fail_shutdown,
         {"ask 10", "undo 10"},
         {"10 left 16"}},
        {"deaf", one<Kind::deaf>, {}, Code::fail_shutdown, {"ask 10", "undo 10"}, {"10 left 16"}},
        {"staying",
         one<Kind::staying>,
         {},
         Code::fail_shutdown,
         {"ask 10", "end 10", "close 10"},
         {"10 stopping 16"}},
        {"tray", one<Kind::tray>, {}, Code::ok, {"ask 10", "end 10"}, {"10 stopped 2"}},
        {"console", one<Kind::console>, {}, Code::ok, {"ctrl-c 10"}, {"10 stopped 2"}},
        {"stubborn",
         one<Kind::stubborn>,
         {},
         Code::fail_shutdown,
         {"ctrl-c 10"},
         {"10 stopping 16"}},
        {"faceless", one<Kind::faceless>, {}, Code::fail_shutdown, {}, {"10 left 16"}},
        {"explorer", one<Kind::explorer>, {}, Code::ok, {"ask 10", "end 10"}, {"10 stopped 2"}},
        {"service",
         [](TasksWorld& world) { world.run_service("spooler", 20); },
         {},
         Code::ok,
         {"stop spooler"},
         {"spooler stopped 2"}},
    });
}

TEST(Shutdown, EachKindWithForce_EndsAfterItsLimit) {
    check({
        {"gui", one<Kind::gui>, kForce, Code::ok, {"ask 10", "end 10"}, {"10 stopped 2"}},
        {"vetoing", one<Kind::vetoing>, kForce, Code::ok, {"ask 10", "end 10"}, {"10 stopped 2"}},
        {"deaf",
         one<Kind::deaf>,
         kForce,
         Code::ok,
         {"ask 10", "end 10", "close 10", "terminate 10"},
         {"10 stopped 2"}},
        {"staying",
         one<Kind::staying>,
         kForce,
         Code::ok,
         {"ask 10", "end 10", "close 10", "terminate 10"},
         {"10 stopped 2"}},
        {"console", one<Kind::console>, kForce, Code::ok, {"ctrl-c 10"}, {"10 stopped 2"}},
        {"stubborn",
         one<Kind::stubborn>,
         kForce,
         Code::ok,
         {"ctrl-c 10", "terminate 10"},
         {"10 stopped 2"}},
        {"faceless", one<Kind::faceless>, kForce, Code::ok, {"terminate 10"}, {"10 stopped 2"}},
        {"explorer", one<Kind::explorer>, kForce, Code::ok, {"ask 10", "end 10"}, {"10 stopped 2"}},
    });
}

TEST(Shutdown, OnlyRegistered_IsAllOrNothing) {
    const auto add_registered = [](TasksWorld& world) {
        world.run(Kind::gui, 9);
        world.run(Kind::console, 10);
        world.details(10).restart.reset();
    };
    const auto registers_late = [](TasksWorld& world) {
        one_unregistered<Kind::gui>(world);
        world.program(10).registers_when_asked = RestartRegistration{"/late", 0};
    };
    const auto no_patch = [](TasksWorld& world) {
        world.run(Kind::gui, 10);
        world.details(10).restart->flags = kRestartNoPatch;
    };
    check({
        {"registered",
         one<Kind::gui>,
         kOnlyRegistered,
         Code::ok,
         {"ask 10", "end 10"},
         {"10 stopped 2"}},
        {"gui",
         one_unregistered<Kind::gui>,
         kOnlyRegistered,
         Code::fail_shutdown,
         {"ask 10", "undo 10"},
         {"10 left 0"}},
        {"not after patches",
         no_patch,
         kOnlyRegistered,
         Code::fail_shutdown,
         {"ask 10", "undo 10"},
         {"10 left 0"}},
        {"while it is asked",
         registers_late,
         kOnlyRegistered,
         Code::ok,
         {"ask 10", "end 10"},
         {"10 stopped 2"}},
        {"console",
         one_unregistered<Kind::console>,
         kOnlyRegistered,
         Code::fail_shutdown,
         {},
         {"10 left 0"}},
        {"one of two", add_registered, kOnlyRegistered, Code::fail_shutdown, {}, {"10 left 0"}},
        {"with force",
         one_unregistered<Kind::faceless>,
         kBoth,
         Code::fail_shutdown,
         {},
         {"10 left 0"}},
        {"with force, gui",
         one_unregistered<Kind::gui>,
         kBoth,
         Code::fail_shutdown,
         {"ask 10", "undo 10"},
         {"10 left 0"}},
        {"with force, registered",
         one<Kind::deaf>,
         kBoth,
         Code::ok,
         {"ask 10", "end 10", "close 10", "terminate 10"},
         {"10 stopped 2"}},
        {"a shell is always started again",
         one_unregistered<Kind::explorer>,
         kOnlyRegistered,
         Code::ok,
         {"ask 10", "end 10"},
         {"10 stopped 2"}},
        {"a service, too",
         [](TasksWorld& world) { world.run_service("spooler", 20); },
         kOnlyRegistered,
         Code::ok,
         {"stop spooler"},
         {"spooler stopped 2"}},
    });
}

TEST(Shutdown, SeveralPrograms_StopInTheOrderOfKindsAndSideBySide) {
    const auto two_on_one_console = [](TasksWorld& world) {
        world.run(Kind::console, 10);
        world.run(Kind::console, 11);
        world.attach_to_one_console({10, 11});
    };
    const auto two_sessions = [](TasksWorld& world) {
        world.request.primary.administrator = true;
        world.run(Kind::gui, 10);
        world.move(world.run(Kind::gui, 11), 2, FakeMachine::kUser);
    };
    const auto veto_in_second = [](TasksWorld& world) {
        world.request.primary.administrator = true;
        world.run(Kind::gui, 10);
        world.move(world.run(Kind::vetoing, 11), 2, FakeMachine::kUser);
        world.run(Kind::console, 12);
    };
    const auto stubborn_console = [](TasksWorld& world) {
        world.run(Kind::gui, 10);
        world.run(Kind::stubborn, 11);
        world.run_service("spooler", 20);
    };
    check({
        {"all kinds",
         run_five,
         {},
         Code::ok,
         {"ask 10,11", "end 10,11", "ctrl-c 12", "stop fax", "stop spooler", "ask 13", "end 13"},
         {"10 stopped 2", "11 stopped 2", "12 stopped 2", "spooler stopped 2", "13 stopped 2"}},
        {"no kind, before services",
         [](TasksWorld& world) {
             world.run_service("spooler", 20);
             world.run(Kind::faceless, 10);
             world.run(Kind::gui, 11);
         },
         kForce,
         Code::ok,
         {"ask 11", "end 11", "terminate 10", "stop spooler"},
         {"11 stopped 2", "10 stopped 2", "spooler stopped 2"}},
        {"one Ctrl-C a console",
         two_on_one_console,
         {},
         Code::ok,
         {"ctrl-c 10"},
         {"10 stopped 2", "11 stopped 2"}},
        {"two Windows sessions",
         two_sessions,
         {},
         Code::ok,
         {"ask 10", "ask 11", "end 10", "end 11"},
         {"10 stopped 2", "11 stopped 2"}},
        {"a veto undoes all questions",
         veto_in_second,
         {},
         Code::fail_shutdown,
         {"ask 10", "ask 11", "undo 10", "undo 11"},
         {"11 left 16"}},
        {"a failure ends it",
         stubborn_console,
         {},
         Code::fail_shutdown,
         {"ask 10", "end 10", "ctrl-c 11"},
         {"10 stopped 2", "11 stopping 16"}},
        {"without force nobody is stopped beside one of no kind",
         [](TasksWorld& world) {
             world.run(Kind::gui, 10);
             world.run(Kind::faceless, 11);
         },
         {},
         Code::fail_shutdown,
         {},
         {"11 left 16"}},
    });
}

TEST(Shutdown, RebootReason_TouchesNothing) {
    const auto self = [](TasksWorld& world) {
        world.run(Kind::gui, 10);
        world.run(Kind::console, 1);
    };
    const auto critical = [](TasksWorld& world) {
        world.run(Kind::gui, 10);
        world.details(10).is_critical = true;
    };
    const auto not_mine = [](TasksWorld& world) {
        world.system.unstoppable_processes.insert(world.run(Kind::gui, 10).key);
    };
    const auto elsewhere = [](TasksWorld& world) {
        world.move(world.run(Kind::gui, 10), 2, FakeMachine::kUser);
    };
    const auto hidden = [](TasksWorld& world) {
        world.run(Kind::gui, 9);
        world.system.protected_processes.insert(world.run(Kind::gui, 10).key);
    };
    const auto reboot = Code::fail_noaction_reboot;
    check({{"self", self, kForce, reboot, {}, {}},
           {"critical", critical, kForce, reboot, {}, {}},
           {"not the primary's", not_mine, kForce, reboot, {}, {}},
           {"another session", elsewhere, kForce, reboot, {}, {}},
           {"hidden", hidden, kForce, reboot, {}, {}}});
}

TEST(Shutdown, FilteredProgram_IsLeftAloneWhateverItIs) {
    TasksWorld world;
    world.run(Kind::vetoing, 10);
    world.run(Kind::gui, 11);
    world.details(10).is_critical = true;
    world.filter(rmb::core::ProcessKey{10, FakeMachine::kStartTime});
    EXPECT_EQ(code_of(world.shut_down()), Code::ok);
    EXPECT_EQ(world.acts(), (Lines{"ask 11", "end 11"}));
    EXPECT_TRUE(world.runs(10));
}

}  // namespace
