#include "tasks_world.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace rmb::engine;
using namespace rmb::test;
using rmb::core::Code;
using rmb::core::FilterAction;
using rmb::core::LedgerEntry;
using rmb::core::ProcessKey;
using rmb::core::Stage;

constexpr const char* kOther = "S-1-5-21-1-2-3-1002";

/// What was done since the shutdown.
Lines acts_of_restart(TasksWorld& world, RestartRules rules = {}) {
    world.calls.clear();
    (void)world.start_again(rules);
    return world.acts();
}

TEST(StartAgain, WhatWasStopped_StartsInReverseOrder) {
    TasksWorld world;
    run_five(world);
    ASSERT_EQ(code_of(world.shut_down()), Code::ok);
    EXPECT_EQ(acts_of_restart(world),
              (Lines{R"(create "/bin/13" /again)", "release 5001", "start spooler", "start fax",
                     R"(create "/bin/12" /again in a console)", "release 5004",
                     R"(create "/bin/11" /again)", "release 5005", R"(create "/bin/10" /again)",
                     "release 5006"}));
    EXPECT_EQ(world.stages(), (Lines{"10 restarted 10", "11 restarted 10", "12 restarted 10",
                                     "spooler restarted 10", "13 restarted 10"}));
    EXPECT_EQ(world.entry(0).started, (ProcessKey{5'006, FakeMachine::kStartTime}));
    EXPECT_EQ(world.percents, (std::vector<std::uint32_t>{0, 20, 40, 60, 80, 99, 100}));
}

TEST(StartAgain, Twice_StartsNothingMore) {
    TasksWorld world;
    run_five(world);
    ASSERT_EQ(code_of(world.shut_down()), Code::ok);
    ASSERT_EQ(code_of(world.start_again()), Code::ok);
    EXPECT_EQ(acts_of_restart(world), Lines{});
}

TEST(StartAgain, NothingStopped_Succeeds) {
    TasksWorld world;
    ASSERT_EQ(code_of(world.shut_down()), Code::ok);
    EXPECT_EQ(code_of(world.start_again()), Code::ok);
    EXPECT_EQ(world.percents, (std::vector<std::uint32_t>{0, 100}));
}

struct RuleScenario {
    const char* name;
    void (*change)(TasksWorld& world);  // before the restart
    RestartRules rules;
    Code code;
    std::string stage;
};

TEST(StartAgain, EachRule_DecidesAboutAProgram) {
    const std::vector<RuleScenario> scenarios{
        {"registered", [](TasksWorld&) {}, {}, Code::ok, "10 restarted 10"},
        {"not registered",
         [](TasksWorld& w) { w.stored->entries[0].app.is_restartable = false; },
         {},
         Code::ok,
         "10 stopped 2"},
        {"not registered, by policy",
         [](TasksWorld& w) { w.stored->entries[0].app.is_restartable = false; },
         {true, false},
         Code::ok,
         "10 restarted 10"},
        {"services only", [](TasksWorld&) {}, {false, true}, Code::ok, "10 stopped 2"},
        {"elevated",
         [](TasksWorld& w) { w.stored->entries[0].was_elevated = true; },
         {},
         Code::fail_restart,
         "10 failed 34"},
        {"session 0",
         [](TasksWorld& w) { w.stored->entries[0].app.windows_session = 0; },
         {},
         Code::fail_restart,
         "10 failed 34"},
        {"no session",
         [](TasksWorld& w) {
             w.stored->entries[0].app.windows_session = rmb::core::kNoWindowsSession;
         },
         {},
         Code::fail_restart,
         "10 failed 34"},
        {"another user",
         [](TasksWorld& w) { w.logged_on[1] = kOther; },
         {},
         Code::fail_restart,
         "10 failed 34"},
        {"of another user than the caller",
         [](TasksWorld& w) { w.logged_on[1] = w.stored->entries[0].app.user = kOther; },
         {},
         Code::fail_restart,
         "10 failed 34"},
        {"of another user, by an administrator",
         [](TasksWorld& w) {
             w.logged_on[1] = w.stored->entries[0].app.user = kOther;
             w.request.primary.administrator = true;
         },
         {},
         Code::ok,
         "10 restarted 10"},
        {"of a user who is not known",
         [](TasksWorld& w) { w.logged_on[1] = w.stored->entries[0].app.user = ""; },
         {},
         Code::fail_restart,
         "10 failed 34"},
        {"logged off",
         [](TasksWorld& w) { w.logged_on.clear(); },
         {},
         Code::fail_restart,
         "10 failed 34"},
        {"filtered",
         [](TasksWorld& w) { w.stored->entries[0].is_filtered = true; },
         {},
         Code::ok,
         "10 stopped 2"},
        {"cannot be created",
         [](TasksWorld& w) {
             w.refused["create"] = {Code::file_not_found, "it is gone"};
         },
         {},
         Code::fail_restart,
         "10 failed 34"},
    };
    for (const auto& scenario : scenarios) {
        SCOPED_TRACE(scenario.name);
        TasksWorld world;
        world.run(Kind::gui, 10);
        ASSERT_EQ(code_of(world.shut_down()), Code::ok);
        scenario.change(world);
        EXPECT_EQ(code_of(world.start_again(scenario.rules)), scenario.code);
        EXPECT_EQ(world.stages(), Lines{scenario.stage});
        EXPECT_EQ(world.entry(0).why.empty(), scenario.code == Code::ok);
    }
}

// His elevated installer had stopped them.
TEST(StartAgain, ByOneWithoutRights_OthersProgramsStayOwedAndServicesAreForTheSystemToJudge) {
    TasksWorld world;
    world.run(Kind::gui, 10);
    world.run_service("spooler", 20);
    ASSERT_EQ(code_of(world.shut_down()), Code::ok);
    world.logged_on[1] = world.stored->entries[0].app.user = kOther;
    EXPECT_EQ(acts_of_restart(world), Lines{"start spooler"});
    EXPECT_TRUE(is_owed(world.entry(0)));
    EXPECT_EQ(world.entry(0).why, "it is another user's: only an administrator may start it");
    world.request.primary.administrator = true;
    EXPECT_EQ(acts_of_restart(world), (Lines{R"(create "/bin/10" /again)", "release 5002"}));
}

TEST(StartAgain, NoRestartFilter_IsMaskedAndLeftAlone) {
    TasksWorld world;
    world.run(Kind::gui, 10);
    world.filter(ProcessKey{10, FakeMachine::kStartTime}, FilterAction::no_restart);
    ASSERT_EQ(code_of(world.shut_down()), Code::ok);
    EXPECT_EQ(acts_of_restart(world), Lines{});
    EXPECT_EQ(world.stages(), Lines{"10 stopped 130"});
}

TEST(StartAgain, FilterThatCameAfterTheShutdown_Counts) {
    TasksWorld world;
    world.run(Kind::gui, 10);
    ASSERT_EQ(code_of(world.shut_down()), Code::ok);
    world.filter(ProcessKey{10, FakeMachine::kStartTime}, FilterAction::no_restart);
    world.request.ledger = world.stored;
    const auto filtered = rmb::engine::filter_ledger(world.ports(), world.request, {});
    ASSERT_TRUE(filtered.has_value());
    EXPECT_TRUE(filtered->entries.at(0).is_filtered);
    world.request.contents.filters.clear();
    world.request.ledger = *filtered;
    const auto freed = rmb::engine::filter_ledger(world.ports(), world.request, {});
    ASSERT_TRUE(freed.has_value());
    EXPECT_FALSE(freed->entries.at(0).is_filtered);
    EXPECT_EQ(freed->entries.at(0).app.status, world.stored->entries.at(0).app.status);
}

TEST(StartAgain, OneFails_OthersStartAndItIsTriedAgain) {
    TasksWorld world;
    run_five(world);
    ASSERT_EQ(code_of(world.shut_down()), Code::ok);
    world.refused["start fax"] = {Code::access_denied, "not today"};
    const auto outcome = world.start_again();
    ASSERT_EQ(code_of(outcome), Code::fail_restart);
    EXPECT_EQ(outcome.error().message, "service The spooler: not today");
    EXPECT_EQ(world.stages(), (Lines{"10 restarted 10", "11 restarted 10", "12 restarted 10",
                                     "spooler failed 34", "13 restarted 10"}));
    world.refused.clear();
    EXPECT_EQ(acts_of_restart(world), (Lines{"start spooler", "start fax"}));
    EXPECT_EQ(world.starts["spooler"], 1);
}

TEST(StartAgain, HelperDiesOverRelease_TheProgramRunsAllTheSame) {
    TasksWorld world;
    world.run(Kind::gui, 10);
    ASSERT_EQ(code_of(world.shut_down()), Code::ok);
    world.refused["release"] = {Code::not_ready, "the helper died"};
    EXPECT_EQ(code_of(world.start_again()), Code::ok);
    EXPECT_EQ(world.starts[R"("/bin/10" /again)"], 1);
}

TEST(StartAgain, StoreRefuses_NothingRunsThatIsNotWrittenDown) {
    TasksWorld world;
    world.run(Kind::gui, 10);
    ASSERT_EQ(code_of(world.shut_down()), Code::ok);
    world.refused_write = world.writes;
    EXPECT_EQ(code_of(world.start_again()), Code::write_fault);
    EXPECT_TRUE(world.starts.empty());
    EXPECT_EQ(world.acts().back(), "terminate 5001");
    EXPECT_EQ(world.stages(), Lines{"10 stopped 2"});
}

TEST(StartAgain, ProgramThatStayed_IsNotStarted) {
    TasksWorld world;
    world.run(Kind::staying, 10);
    EXPECT_EQ(code_of(world.shut_down()), Code::fail_shutdown);
    EXPECT_EQ(acts_of_restart(world), Lines{});
}

TEST(StartAgain, ProgramThatLeftAfterTheShutdownHadFailed_IsStarted) {
    TasksWorld world;
    world.run(Kind::staying, 10);
    ASSERT_EQ(code_of(world.shut_down()), Code::fail_shutdown);
    world.end({10, FakeMachine::kStartTime});
    EXPECT_EQ(code_of(world.start_again()), Code::ok);
    EXPECT_EQ(world.starts[R"("/bin/10" /again)"], 1);
}

TEST(Reconcile, EachStage_BecomesWhatIsTrue) {
    TasksWorld world;
    world.run(Kind::gui, 10);
    const auto add = [&](Stage stage, std::uint32_t pid, std::uint32_t started = 0) {
        auto& entry = world.remember(stage, pid);
        entry.started = {started, FakeMachine::kStartTime};
    };
    world.run(Kind::gui, 50);
    add(Stage::stopping, 10);
    add(Stage::stopping, 11);
    add(Stage::created, 12, 50);
    add(Stage::created, 13, 51);
    add(Stage::stopped, 14);
    add(Stage::restarted, 15);
    add(Stage::left, 16);
    add(Stage::failed, 17);
    world.stored = reconcile(world.ports(), *world.request.ledger);
    EXPECT_EQ(world.stages(),
              (Lines{"10 stopping 0", "11 stopped 2", "12 restarted 8", "13 stopped 0",
                     "14 stopped 0", "15 restarted 0", "16 left 0", "17 failed 0"}));
    EXPECT_EQ(world.entry(3).started, ProcessKey{});
}

TEST(Reconcile, ServiceThatWasStopping_HasStoppedIfItDoesNotRun) {
    TasksWorld world;
    world.run_service("spooler", 20);
    world.run_service("fax", 21);
    world.remember(Stage::stopping, 20, "spooler");
    world.remember(Stage::stopping, 21, "fax");
    world.stop_service("fax");
    world.stored = reconcile(world.ports(), *world.request.ledger);
    EXPECT_EQ(world.stages(), (Lines{"spooler stopping 0", "fax stopped 2"}));
}

}  // namespace
