#include "affected_world.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// Kinds of programs, as the helpers tell them.
namespace {

using namespace rmb::engine;
using namespace rmb::test;
using rmb::core::ProcessKey;

constexpr ProcessKey key(std::uint32_t pid) {
    return {pid, AffectedWorld::kStartTime};
}

const std::vector<AffectedScenario> kTypes{
    {"each kind",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         w.run(Kind::tray, 11);
         w.run(Kind::console, 12);
         w.run(Kind::explorer, 13);
         w.run(Kind::faceless, 14);
         w.run_service("spooler", 20);
     },
     {"10 main status 1", "11 other status 1", "12 console status 1", "13 explorer status 1",
      "14 unknown status 1", "20/spooler service status 1"}},
    {"a program for windows that has a console",
     [](AffectedWorld& w) { w.run(Kind::gui, 10).console = {10}; },
     {"10 main status 1"}},
    {"a console program that has a window",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10).console = {10};
         w.details(10).is_console = true;
     },
     {"10 main status 1"}},
    {"a console program that has a hidden window",
     [](AffectedWorld& w) {
         w.run(Kind::tray, 10).console = {10};
         w.details(10).is_console = true;
     },
     {"10 console status 1"}},
    {"a console program without console",
     [](AffectedWorld& w) {
         w.run(Kind::console, 10).console = {};
         w.run(Kind::tray, 11);
         w.details(11).is_console = true;
     },
     {"10 unknown status 1", "11 other status 1"}},
    {"a program that is none for consoles",
     [](AffectedWorld& w) {
         w.run(Kind::console, 10);
         w.details(10).is_console = false;
     },
     {"10 unknown status 1"}},
};

TEST(FindAffected, Types_AreWhatTheHelperSees) {
    check_affected(kTypes);
}

const std::vector<AffectedScenario> kConsoles{
    {"shared by those that are all to be stopped",
     [](AffectedWorld& w) {
         w.run(Kind::console, 10);
         w.run(Kind::console, 11);
         w.run(Kind::gui, 12);
         w.attach_to_one_console({10, 11, 12});
     },
     {"10 console status 1", "11 console status 1", "12 main status 1"}},
    {"shared with a bystander",
     [](AffectedWorld& w) {
         w.system.file("/other");
         w.run(Kind::console, 10);
         w.run(Kind::console, 11, "/other");
         w.attach_to_one_console({10, 11});
     },
     {"10 unknown status 1"}},
    {"shared with a bystander, of a program with a window: that is asked",
     [](AffectedWorld& w) {
         w.system.file("/other");
         w.run(Kind::gui, 10);
         w.run(Kind::console, 11, "/other");
         w.attach_to_one_console({10, 11});
     },
     {"10 main status 1"}},
    {"shared with one that is in no snapshot",
     [](AffectedWorld& w) {
         w.run(Kind::console, 10).console = {77, 10};
     },
     {"10 unknown status 1"}},
    {"shared with the primary, which holds nothing",
     [](AffectedWorld& w) {
         w.run(Kind::console, 10).console = {1, 10};
     },
     {"10 unknown status 1"}},
    {"shared with the primary, which holds a file too",
     [](AffectedWorld& w) {
         w.run(Kind::console, 10);
         w.run(Kind::console, 11);
         w.attach_to_one_console({10, 11});
         w.request.primary.process = key(11);
     },
     {"10 unknown status 1", "11 critical status 1 reasons 16"},
     0x10},
    {"shared with one that may not be stopped",
     [](AffectedWorld& w) {
         w.run(Kind::console, 10);
         w.run(Kind::console, 11);
         w.attach_to_one_console({10, 11});
         w.system.unstoppable_processes = {key(11)};
     },
     {"10 unknown status 1", "11 critical status 1 reasons 1"},
     0x1},
    {"shared with one that is hidden",
     [](AffectedWorld& w) {
         w.run(Kind::console, 10);
         w.run(Kind::console, 11);
         w.attach_to_one_console({10, 11});
         w.system.protected_processes = {key(11)};
     },
     {"10 unknown status 1", "1 hidden"},
     0x1},
    {"shared with one that a filter keeps",
     [](AffectedWorld& w) {
         w.run(Kind::console, 10);
         w.run(Kind::console, 11);
         w.attach_to_one_console({10, 11});
         w.filter(key(11));
     },
     {"10 unknown status 1", "11 console status 193"}},
    {"shared with one that a filter keeps from starting again only",
     [](AffectedWorld& w) {
         w.run(Kind::console, 10);
         w.run(Kind::console, 11);
         w.attach_to_one_console({10, 11});
         w.filter(key(11), rmb::core::FilterAction::no_restart);
     },
     {"10 console status 1", "11 console status 129"}},
};

TEST(FindAffected, Console_IsOneToWhichNobodyElseIsAttached) {
    check_affected(kConsoles);
}

TEST(FindAffected, Console_TellsWhoIsAttachedWhereCtrlCMayBeSent) {
    AffectedWorld world;
    world.run(Kind::console, 10);
    world.run(Kind::console, 11);
    world.run(Kind::console, 12).console = {12, 77};
    world.run(Kind::console, 13).console = {1, 13};
    world.attach_to_one_console({10, 11});
    world.enlist_files({AffectedWorld::kFile});
    const auto list = world.ask().value();
    ASSERT_EQ(list.applications.size(), 4U);
    EXPECT_EQ(list.applications[0].console, (std::vector<std::uint32_t>{10, 11}));
    EXPECT_EQ(list.applications[0].why, "");
    EXPECT_EQ(list.applications[1].console, (std::vector<std::uint32_t>{10, 11}));
    EXPECT_TRUE(list.applications[2].console.empty());
    EXPECT_EQ(list.applications[2].why,
              "another program (process 77) uses its console: only force stops it");
    EXPECT_TRUE(list.applications[3].console.empty());
    EXPECT_EQ(list.applications[3].why,
              "the installer itself (process 1) uses its console: only force stops it");
}

TEST(FindAffected, EachWindowsSession_IsLookedAtOnceAndOnlyForWhatMayBeStopped) {
    AffectedWorld world;
    world.request.primary.administrator = true;
    world.run(Kind::gui, 10);
    world.run(Kind::gui, 11);
    world.run(Kind::gui, 12);
    world.details(12).is_critical = true;
    world.run_service("spooler", 13);
    world.move(world.run(Kind::gui, 14), 2, AffectedWorld::kUser);
    world.enlist_files({AffectedWorld::kFile});
    ASSERT_TRUE(world.ask());
    Lines calls;
    for (const auto& call : world.calls) {
        calls.push_back(call.what);
    }
    EXPECT_EQ(calls,
              (Lines{"dependents spooler", "acting 1", "look 10,11", "acting 2", "look 14"}));
}

TEST(FindAffected, NothingToBeStopped_NeedsNoHelper) {
    AffectedWorld world;
    world.run_service("spooler", 20);
    world.move(world.run(Kind::gui, 10), 2, AffectedWorld::kUser);
    world.enlist_files({AffectedWorld::kFile});
    ASSERT_TRUE(world.ask());
    EXPECT_EQ(world.count("acting"), 0U);
}

TEST(FindAffected, HelperThatFails_LeavesItsProgramsUnknownAndSaysSo) {
    for (const char* call : {"acting 1", "look 10"}) {
        SCOPED_TRACE(call);
        AffectedWorld world;
        world.request.primary.administrator = true;
        world.run(Kind::gui, 10);
        world.run_service("spooler", 20);
        world.move(world.run(Kind::gui, 30), 2, AffectedWorld::kUser);
        world.refused[call] = {Code::not_ready, "the helper died"};
        world.system.snapshot.unseen = {{"process 4: its handles", "protected"}};
        world.enlist_files({AffectedWorld::kFile});
        const auto list = world.ask().value();
        EXPECT_EQ(show(list), (Lines{"10 unknown status 1", "20/spooler service status 1",
                                     "30 main status 1"}));
        EXPECT_EQ(list.reasons, 0U);
        EXPECT_EQ(list.applications[0].why, "what it is cannot be told: the helper died");
        EXPECT_EQ(
            list.unseen,
            (std::vector<Unseen>{{"process 4: its handles", "protected"},
                                 {"Windows session 1: windows and consoles", "the helper died"}}));
    }
}

TEST(FindAffected, FacelessProgram_IsExplained) {
    AffectedWorld world;
    world.run(Kind::faceless, 10);
    world.enlist_files({AffectedWorld::kFile});
    EXPECT_EQ(world.ask().value().applications.at(0).why,
              "it has neither window nor console: only force stops it");
}

}  // namespace
