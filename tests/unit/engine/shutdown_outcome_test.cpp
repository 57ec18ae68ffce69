#include "tasks_world.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace rmb::engine;
using namespace rmb::test;
using rmb::core::Code;

constexpr ShutdownFlags kForce{true, false};

TEST(Shutdown, HelperFails_OnlyForceStopsItsPrograms) {
    for (const auto* call : {"ask", "end", "close", "ctrl-c"}) {
        SCOPED_TRACE(call);
        const auto kind = std::string{call} == "ctrl-c" ? Kind::stubborn : Kind::staying;
        TasksWorld polite;
        polite.run(kind, 10);
        polite.refused[call] = {Code::not_ready, "the helper died"};
        EXPECT_EQ(code_of(polite.shut_down()), Code::fail_shutdown);
        // Whom it may have told may leave yet.
        const bool is_told = std::string{call} != "ask";
        EXPECT_EQ(polite.stages(), Lines{is_told ? "10 stopping 16" : "10 left 16"});
        EXPECT_EQ(polite.entry(0).why, "the helper died");
        EXPECT_TRUE(polite.runs(10));

        TasksWorld forced;
        forced.run(kind, 10);
        forced.refused[call] = {Code::not_ready, "the helper died"};
        EXPECT_EQ(code_of(forced.shut_down(kForce)), Code::ok);
        EXPECT_EQ(forced.acts().back(), "terminate 10");
        EXPECT_EQ(forced.stages(), Lines{"10 stopped 2"});
    }
}

TEST(Shutdown, EndsByItselfBeforeItIsTold_IsNotOwed) {
    TasksWorld world;
    world.run(Kind::gui, 10);
    world.run(Kind::gui, 11);
    world.on_call = [&](const auto& call) {
        if (call.what == "ask 10,11") {
            world.end({10, FakeMachine::kStartTime});
        }
    };
    EXPECT_EQ(code_of(world.shut_down()), Code::ok);
    EXPECT_EQ(world.stages(), (Lines{"10 left 4", "11 stopped 2"}));
}

TEST(Shutdown, EachKind_IsWaitedForAsLongAsWindowsWould) {
    struct Row {
        Kind kind;
        ShutdownFlags flags;
        Milliseconds takes;
    };
    for (const auto& row :
         {Row{Kind::gui, {}, Milliseconds{0}}, Row{Kind::closing, {}, Milliseconds{5'000}},
          Row{Kind::deaf, {}, Milliseconds{30'500}}, Row{Kind::staying, {}, Milliseconds{30'000}},
          Row{Kind::stubborn, {}, Milliseconds{30'000}},
          Row{Kind::stubborn, kForce, Milliseconds{30'000}},
          // 30 to answer, 5 to take WM_ENDSESSION, 5 to leave.
          Row{Kind::deaf, kForce, Milliseconds{40'000}}}) {
        TasksWorld world;
        world.run(row.kind, 10);
        (void)world.shut_down(row.flags);
        EXPECT_EQ(world.now, row.takes) << static_cast<int>(row.kind);
    }
}

// WM_CLOSE to the desktop asks the user whether to shut Windows down.
TEST(Shutdown, SlowExplorer_IsNeverClosed) {
    TasksWorld world;
    world.run(Kind::explorer, 10).leaves_after = Milliseconds{8'000};
    EXPECT_EQ(code_of(world.shut_down()), Code::ok);
    EXPECT_EQ(world.acts(), (Lines{"ask 10", "end 10"}));
}

// It was closed and killed in the same moment.
TEST(Shutdown, ShortLimitOfTheUser_LeavesTimeAfterWmClose) {
    TasksWorld world;
    world.run(Kind::closing, 10).leaves_after = Milliseconds{2'000};
    world.hang_limit = Milliseconds{5'000};
    EXPECT_EQ(code_of(world.shut_down(kForce)), Code::ok);
    EXPECT_EQ(world.acts(), (Lines{"ask 10", "end 10", "close 10"}));
}

TEST(Shutdown, TwentyPrograms_TakeAsLongAsOne) {
    TasksWorld world;
    for (std::uint32_t pid = 10; pid < 30; ++pid) {
        world.run(Kind::gui, pid).leaves_after = Milliseconds{700};
    }
    EXPECT_EQ(code_of(world.shut_down()), Code::ok);
    EXPECT_EQ(world.now, Milliseconds{700});
}

TEST(Shutdown, AnotherTakesTheFile_FailsAndNamesIt) {
    TasksWorld world;
    world.run(Kind::gui, 10);
    world.on_call = [&](const auto& call) {
        if (call.what == "end 10") {
            world.run(Kind::gui, 11);
        }
    };
    const auto outcome = world.shut_down();
    ASSERT_EQ(code_of(outcome), Code::fail_shutdown);
    EXPECT_NE(outcome.error().message.find("holds " + FakeMachine::kFile), std::string::npos);
    EXPECT_EQ(world.stages(), (Lines{"10 stopped 2", "11 left 16"}));
}

TEST(Shutdown, ServiceComesBack_FailsAndStaysOwed) {
    TasksWorld world;
    world.run_service("spooler", 20);
    int looks = 0;
    world.system.on_call = [&](const auto& call) {
        // The first is for its process, the second is the look whether the file is free.
        if (call.op == FakeSystem::Op::services && !world.service_runs("spooler") && ++looks == 2) {
            world.run_service("spooler", 22);
        }
    };
    EXPECT_EQ(code_of(world.shut_down()), Code::fail_shutdown);
    EXPECT_EQ(world.stages(), Lines{"spooler stopped 18"});
}

TEST(Shutdown, StoreRefuses_NobodyIsToldAfterwards) {
    for (std::size_t place = 0;; ++place) {
        SCOPED_TRACE(place);
        TasksWorld world;
        run_five(world);
        world.refused_write = place;
        std::size_t acts = 0;
        world.on_write = [&] { acts = world.acts().size(); };
        const auto outcome = world.shut_down();
        if (outcome) {
            ASSERT_GT(place, 4U);
            return;
        }
        EXPECT_EQ(code_of(outcome), Code::write_fault);
        auto later = world.acts();
        later.erase(later.begin(), later.begin() + static_cast<std::ptrdiff_t>(acts));
        std::erase_if(later, [](const auto& act) { return act.starts_with("undo"); });
        EXPECT_EQ(later, Lines{});
        if (place == 0) {
            EXPECT_EQ(acts, 0U);
        }
    }
}

// It was asked again, blamed, and forgotten: it left, as it had been told, and nobody started it.
TEST(Shutdown, ToldToEndByAnEarlierOne_IsOwedWhateverItSaysNow) {
    for (const auto now : {Kind::vetoing, Kind::deaf, Kind::faceless, Kind::staying}) {
        SCOPED_TRACE(static_cast<int>(now));
        TasksWorld world;
        world.run(Kind::staying, 10);
        EXPECT_EQ(code_of(world.shut_down()), Code::fail_shutdown);
        world.program(10).kind = now;
        EXPECT_EQ(code_of(world.shut_down()), Code::fail_shutdown);
        world.end({10, FakeMachine::kStartTime});
        EXPECT_EQ(code_of(world.start_again()), Code::ok);
        EXPECT_EQ(world.starts["\"/bin/10\" /again"], 1);
    }
}

TEST(Shutdown, ToldEarlierAndGoneBeforeItIsAskedAgain_IsOwed) {
    TasksWorld world;
    world.run(Kind::staying, 10);
    EXPECT_EQ(code_of(world.shut_down()), Code::fail_shutdown);
    world.on_call = [&](const auto& call) {
        if (call.what == "ask 10") {
            world.end({10, FakeMachine::kStartTime});
        }
    };
    EXPECT_EQ(code_of(world.shut_down()), Code::ok);
    EXPECT_EQ(world.stages(), Lines{"10 stopped 18"});
}

TEST(Shutdown, LedgerIsFull_WhatIsOwedNothingMakesRoom) {
    TasksWorld world;
    world.run(Kind::gui, 10);
    world.stored.emplace();
    world.stored->entries.resize(rmb::core::kMaxLedgerEntries);
    for (std::uint32_t i = 0; i < rmb::core::kMaxLedgerEntries; ++i) {
        auto& entry = world.stored->entries[i];
        entry.app.process = {10'000 + i, 1};
        entry.app.is_restartable = true;
        entry.stage = i == 1 ? rmb::core::Stage::restarted : rmb::core::Stage::stopped;
    }
    EXPECT_EQ(code_of(world.shut_down()), Code::ok);
    ASSERT_EQ(world.stored->entries.size(), rmb::core::kMaxLedgerEntries);
    EXPECT_EQ(world.entry(1).app.process.pid, 10'002U);
    EXPECT_EQ(world.stored->entries.back().app.process.pid, 10U);
}

TEST(Shutdown, Again_GoesOnWithTheLedger) {
    TasksWorld world;
    world.run(Kind::gui, 10);
    world.run(Kind::stubborn, 11);
    EXPECT_EQ(code_of(world.shut_down()), Code::fail_shutdown);
    EXPECT_EQ(world.stages(), (Lines{"10 stopped 2", "11 stopping 16"}));
    EXPECT_EQ(code_of(world.shut_down(kForce)), Code::ok);
    EXPECT_EQ(world.stages(), (Lines{"10 stopped 2", "11 stopped 18"}));
}

TEST(Shutdown, Entry_SaysHowToStartAgain) {
    TasksWorld world;
    world.run(Kind::gui, 10);
    world.run(Kind::gui, 11);
    world.details(11).restart.reset();
    world.details(11).is_elevated = true;
    world.run(Kind::gui, 12).registers_when_asked = RestartRegistration{"/reopen a", 0};
    EXPECT_EQ(code_of(world.shut_down()), Code::ok);
    EXPECT_EQ(world.entry(0).command_line, R"("/bin/10" /again)");
    EXPECT_EQ(world.entry(0).directory, "/home/10");
    EXPECT_FALSE(world.entry(0).was_elevated);
    EXPECT_EQ(world.entry(1).command_line, "/bin/11 as it was typed");
    EXPECT_FALSE(world.entry(1).app.is_restartable);
    EXPECT_TRUE(world.entry(1).was_elevated);
    EXPECT_EQ(world.entry(2).command_line, R"("/bin/12" /reopen a)");
}

// It counted as a program that had not registered, and was never started again.
TEST(Shutdown, DetailsNotShown_NothingIsTouchedNotEvenByForce) {
    for (const auto flags : {ShutdownFlags{}, kForce}) {
        TasksWorld world;
        world.run(Kind::gui, 10);
        world.run(Kind::gui, 11);
        world.system.refused_details[{11, FakeMachine::kStartTime}] = {Code::sem_timeout,
                                                                       "it hangs"};
        EXPECT_EQ(code_of(world.shut_down(flags)), Code::fail_shutdown);
        EXPECT_EQ(world.acts(), Lines{});
        EXPECT_EQ(world.stages(), Lines{"11 left 16"});
        EXPECT_EQ(world.entry(0).why, "what it is cannot be told: it hangs");
    }
}

TEST(Shutdown, DetailsNotShownAfterTheQuestion_TheEarlierOnesCount) {
    TasksWorld world;
    world.run(Kind::gui, 10);
    world.on_call = [&](const auto& call) {
        if (call.what == "ask 10") {
            world.system.refused_details[{10, FakeMachine::kStartTime}] = {Code::sem_timeout,
                                                                           "it hangs"};
        }
    };
    EXPECT_EQ(code_of(world.shut_down({false, true})), Code::ok);
    EXPECT_EQ(world.stages(), Lines{"10 stopped 2"});
    EXPECT_TRUE(world.entry(0).app.is_restartable);
    EXPECT_EQ(world.entry(0).command_line, R"("/bin/10" /again)");
}

TEST(Shutdown, LookAfterwardsIsNotComplete_IsNoSuccess) {
    TasksWorld world;
    world.run(Kind::gui, 10);
    world.on_call = [&](const auto& call) {
        if (call.what == "end 10") {
            world.system.refused_look = {Code::sem_timeout, "the look is not complete"};
        }
    };
    EXPECT_EQ(code_of(world.shut_down()), Code::sem_timeout);
    EXPECT_EQ(world.stages(), Lines{"10 stopped 2"});
}

TEST(Shutdown, Percentages_AreSharedByThePrograms) {
    TasksWorld world;
    run_five(world);
    EXPECT_EQ(code_of(world.shut_down()), Code::ok);
    EXPECT_EQ(world.percents, (std::vector<std::uint32_t>{0, 40, 60, 80, 99, 100}));
}

TEST(Shutdown, CancelledWhileProgramsLeave_SaysThatTheyAreAboutTo) {
    TasksWorld world;
    world.run(Kind::gui, 10).leaves_after = Milliseconds{2'000};
    world.on_call = [&](const auto& call) {
        if (call.what == "wait 10") {
            world.stop.request_stop();
        }
    };
    EXPECT_EQ(code_of(world.shut_down()), Code::cancelled);
    EXPECT_EQ(world.stages(), Lines{"10 stopping 0"});
    EXPECT_EQ(world.acts(), (Lines{"ask 10", "end 10"}));
}

TEST(Shutdown, CancelledWhileCtrlCIsSent_WhatEndsOfItIsStartedAgain) {
    TasksWorld world;
    auto& program = world.run(Kind::console, 10);
    world.on_call = [&](const auto& call) {
        if (call.what == "ctrl-c 10") {
            program.ends_at = world.now + Milliseconds{1'000};
            world.stop.request_stop();
        }
    };
    EXPECT_EQ(code_of(world.shut_down()), Code::cancelled);
    EXPECT_EQ(world.stages(), Lines{"10 stopping 0"});

    world.end({10, FakeMachine::kStartTime});
    world.stop = std::stop_source{};
    EXPECT_EQ(code_of(world.start_again()), Code::ok);
    EXPECT_EQ(world.starts[R"("/bin/10" /again)"], 1);
}

TEST(Shutdown, OnlyRegisteredWithForce_SparesWhoCouldNotBeAsked) {
    TasksWorld world;
    world.run(Kind::gui, 10);
    world.details(10).restart.reset();
    // The helper that looked is gone when it is to ask.
    world.on_call = [&](const auto& call) {
        if (call.what == "look 10") {
            world.refused["acting"] = {Code::not_ready, "no helper starts"};
        }
    };
    EXPECT_EQ(code_of(world.shut_down({true, true})), Code::fail_shutdown);
    EXPECT_EQ(world.acts(), Lines{});
    EXPECT_EQ(world.stages(), Lines{"10 left 0"});
    EXPECT_TRUE(world.runs(10));
}

}  // namespace
