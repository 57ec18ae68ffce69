#include "affected_world.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Names, reasons, and whether it can be started again.
namespace {

using namespace rmb::engine;
using namespace rmb::test;
using rmb::core::ProcessKey;

constexpr ProcessKey key(std::uint32_t pid) {
    return {pid, AffectedWorld::kStartTime};
}

const std::vector<AffectedScenario> kReasons{
    {"the primary itself",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         w.request.primary.process = key(10);
     },
     {"10 critical status 1 reasons 16"},
     0x10},
    {"another life of the primary's id",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         w.request.primary.process = {10, AffectedWorld::kStartTime - 1};
     },
     {"10 main status 1"}},
    {"a service that is the primary",
     [](AffectedWorld& w) {
         w.run_service("updater", 20);
         w.request.primary.process = key(20);
     },
     {"20/updater critical status 1 reasons 16"},
     0x10},
    {"a critical process, whatever the caller may",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         w.details(10).is_critical = true;
         w.system.unstoppable_processes = {key(10)};
         w.request.primary.owner.windows_session = 9;
     },
     {"10 critical status 1 reasons 4"},
     0x4},
    {"a service in a critical process",
     [](AffectedWorld& w) {
         w.run_service("samss", 20);
         w.details(20).is_critical = true;
     },
     {"20/samss critical status 1 reasons 8"},
     0x8},
    {"critical services, whatever their case",
     [](AffectedWorld& w) {
         w.run_service("rpcss", 20);
         w.run_service("RpcEptMapper", 21);
         w.run_service("DCOMLAUNCH", 22);
         w.run_service("PlugPlay", 23);
         w.run_service("rpc", 24);
     },
     {"20/rpcss critical status 1 reasons 8", "21/RpcEptMapper critical status 1 reasons 8",
      "22/DCOMLAUNCH critical status 1 reasons 8", "23/PlugPlay critical status 1 reasons 8",
      "24/rpc service status 1"},
     0x8},
    {"a service that shares the process of a critical one",
     [](AffectedWorld& w) {
         w.run_service("DcomLaunch", 20);
         w.run_service("power", 20);
         w.enlist_services({"power"});
     },
     {"20/power critical status 1 reasons 8"},
     0x8},
    {"a program that may not be stopped",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         w.run(Kind::gui, 11);
         w.system.unstoppable_processes = {key(10)};
     },
     {"10 critical status 1 reasons 1", "11 main status 1"},
     0x1},
    {"a service that may not be stopped",
     [](AffectedWorld& w) {
         w.run_service("audio", 20);
         w.run_service("themes", 20);
         w.system.unstoppable_services = {"audio"};
     },
     {"20/audio critical status 1 reasons 1", "20/themes service status 1"},
     0x1},
    {"a service with a dependent that may not be stopped",
     [](AffectedWorld& w) {
         w.run_service("scan", 22, {}, "/app/other");
         w.run_service("fax", 21, {"scan"}, "/app/other");
         w.run_service("spooler", 20, {"scan", "fax"});
         w.run_service("print", 23);
         w.system.unstoppable_services = {"scan"};
     },
     {"20/spooler critical status 1 reasons 1", "23/print service status 1"},
     0x1},
    {"a dependent that does not run",
     [](AffectedWorld& w) {
         w.run_service("fax", 21, {}, "/app/other");
         w.run_service("spooler", 20, {"fax"});
         w.stop_service("fax");
         w.system.unstoppable_services = {"fax"};
     },
     {"20/spooler service status 1"}},
    {"a dependent of two, each of which may be stopped",
     [](AffectedWorld& w) {
         w.run_service("scan", 22, {}, "/app/other");
         w.run_service("fax", 21, {"scan"});
         w.run_service("spooler", 20, {"scan", "fax"});
     },
     {"20/spooler service status 1", "21/fax service status 1"}},
    {"a dependent that is listed itself",
     [](AffectedWorld& w) {
         w.run_service("fax", 21);
         w.run_service("spooler", 20, {"fax"});
         w.system.unstoppable_services = {"fax"};
     },
     {"20/spooler critical status 1 reasons 1", "21/fax critical status 1 reasons 1"},
     0x1},
    {"a dependent that is the primary, whatever the caller may",
     [](AffectedWorld& w) {
         w.run_service("updater", 21, {}, "/app/other");
         w.run_service("spooler", 20, {"updater"});
         w.system.unstoppable_services = {"updater"};
         w.request.primary.process = key(21);
     },
     {"20/spooler critical status 1 reasons 16"},
     0x10},
    {"dependents of a service that a filter keeps",
     [](AffectedWorld& w) {
         w.run_service("fax", 21, {}, "/app/other");
         w.run_service("spooler", 20, {"fax"});
         w.system.unstoppable_services = {"fax"};
         w.filter(rmb::core::ServiceName{"spooler"});
     },
     {"20/spooler service status 193"}},
    {"what a secondary may stop and the primary may not",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         (void)w.enlist_by_secondary({{AffectedWorld::kFile}, {}, {}});
         w.system.on_call = [&w](const FakeSystem::Call& call) {
             if (call.op == FakeSystem::Op::may_stop && call.whose == 0) {
                 w.system.unstoppable_processes = {key(10)};
             }
         };
     },
     {"10 critical status 1 reasons 1"},
     0x1},
    {"another Windows session",
     [](AffectedWorld& w) {
         w.move(w.run(Kind::gui, 10), 2, AffectedWorld::kUser);
         w.run(Kind::gui, 11);
     },
     {"10 unknown status 1 reasons 2", "11 main status 1"},
     0x2},
    {"another Windows session, and not to be stopped",
     [](AffectedWorld& w) {
         w.move(w.run(Kind::gui, 10), 2, "S-1-5-21-1-2-3-1002");
         w.system.unstoppable_processes = {key(10)};
     },
     {"10 critical status 1 reasons 3"},
     0x3},
    {"another Windows session, for an administrator",
     [](AffectedWorld& w) {
         w.move(w.run(Kind::gui, 10), 2, AffectedWorld::kUser);
         w.request.primary.administrator = true;
     },
     {"10 main status 1"}},
    {"services belong to no Windows session",
     [](AffectedWorld& w) { w.run_service("spooler", 20); },
     {"20/spooler service status 1"}},
    {"reasons of all together, and of the hidden",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         w.run(Kind::gui, 11);
         w.run(Kind::gui, 12);
         w.run_service("RpcSs", 20);
         w.details(10).is_critical = true;
         w.request.primary.process = key(11);
         w.system.protected_processes = {key(12)};
     },
     {"10 critical status 1 reasons 4", "11 critical status 1 reasons 16",
      "20/RpcSs critical status 1 reasons 8", "1 hidden"},
     0x1D},
};

TEST(FindAffected, Reasons_AreOfWhatMayNotBeStopped) {
    check_affected(kReasons);
}

TEST(FindAffected, EachReason_IsExplained) {
    for (const auto& scenario : kReasons) {
        SCOPED_TRACE(scenario.name);
        AffectedWorld world;
        scenario.build(world);
        world.enlist_files({AffectedWorld::kFile});
        const auto list = world.ask().value();
        for (const auto& affected : list.applications) {
            EXPECT_EQ(affected.why.empty(), affected.reasons == 0) << show(affected);
            EXPECT_TRUE(affected.reasons == 0 || !affected.app.is_restartable ||
                        affected.reasons == 0x2);
        }
    }
}

// RM_PROCESS_INFO, strAppName.
TEST(FindAffected, CriticalProcess_IsToldToAdministratorsByItsProgram) {
    for (const bool administrator : {false, true}) {
        AffectedWorld world;
        world.run(Kind::gui, 10);
        world.details(10).is_critical = true;
        world.details(10).friendly_name = "Friendly";
        world.request.primary.administrator = administrator;
        world.enlist_files({AffectedWorld::kFile});
        EXPECT_EQ(world.ask().value().applications.at(0).app.name,
                  administrator ? "10" : "Friendly");
    }
}

TEST(FindAffected, WindowsSessionThatCannotBeTold_IsAnother) {
    AffectedWorld world;
    world.move(world.run(Kind::gui, 10), rmb::core::kNoWindowsSession, AffectedWorld::kUser);
    world.enlist_files({AffectedWorld::kFile});
    const auto list = world.ask().value();
    EXPECT_EQ(list.reasons, 0x2U);
    EXPECT_EQ(list.applications.at(0).app.windows_session, rmb::core::kNoWindowsSession);
    EXPECT_EQ(list.applications[0].why,
              "it runs in a Windows session that cannot be told, the installer in 1");
}

TEST(FindAffected, DependentThatMayNotBeStopped_IsNamed) {
    AffectedWorld world;
    world.run_service("fax", 21, {}, "/app/other");
    world.run_service("spooler", 20, {"fax"});
    world.system.unstoppable_services = {"fax"};
    world.enlist_files({AffectedWorld::kFile});
    const auto list = world.ask().value();
    EXPECT_EQ(list.applications.at(0).why,
              "service fax depends on it, and the installer's user may not stop that");
    EXPECT_FALSE(list.applications[0].app.is_restartable);
}

TEST(FindAffected, DependentsThatCannotBeTold_AreUnseenAndNoReason) {
    AffectedWorld world;
    world.run_service("spooler", 20);
    world.refused["dependents spooler"] = {Code::access_denied, "nobody may ask"};
    world.enlist_files({AffectedWorld::kFile});
    const auto list = world.ask().value();
    EXPECT_EQ(show(list), Lines{"20/spooler service status 1"});
    EXPECT_EQ(
        list.unseen,
        (std::vector<Unseen>{{"service spooler: which ones depend on it", "nobody may ask"}}));
}

TEST(FindAffected, ProgramThatDoesNotShowItsDetails_IsListedKeptAndUnseen) {
    AffectedWorld world;
    world.run(Kind::gui, 10);
    world.run_service("spooler", 20);
    for (const auto pid : {10U, 20U}) {
        world.system.refused_details[{pid, AffectedWorld::kStartTime}] = {Code::sem_timeout,
                                                                          "it hangs"};
    }
    world.enlist_files({AffectedWorld::kFile});
    const auto list = world.ask().value();
    EXPECT_EQ(show(list), (Lines{"10 main status 1", "20/spooler service status 1"}));
    EXPECT_EQ(list.applications[0].kept, "what it is cannot be told: it hangs");
    EXPECT_EQ(list.applications[1].kept, "") << "SCM knows what it is";
    EXPECT_EQ(list.unseen, (std::vector<Unseen>{{"process 10: what it is", "it hangs"},
                                                {"process 20: what it is", "it hangs"}}));
}

TEST(FindAffected, Facts_AreThoseOfTheProcessOrItsService) {
    AffectedWorld world;
    world.enlist_files({AffectedWorld::kFile});
    auto& friendly = world.run(Kind::gui, 10);
    world.details(10).friendly_name = "A Friendly Program";
    world.run(Kind::gui, 11);
    world.run(Kind::gui, 12);
    world.system.snapshot.processes[2].program = "bare.exe";
    world.run_service("spooler", 20);
    world.run_service("nameless", 21);
    world.system.all_services[0].display_name.clear();
    const auto list = world.ask().value();
    ASSERT_EQ(list.applications.size(), 5U);
    std::vector<std::string> names;
    for (const auto& affected : list.applications) {
        names.push_back(affected.app.name);
    }
    EXPECT_EQ(names, (std::vector<std::string>{"A Friendly Program", "11", "bare.exe",
                                               "The spooler", "nameless"}));
    EXPECT_EQ(list.applications[0].app.process, friendly.key);
    EXPECT_EQ(list.applications[0].app.program, "/bin/10");
    EXPECT_EQ(list.applications[0].app.user, AffectedWorld::kUser);
    EXPECT_EQ(list.applications[0].app.windows_session, 1U);
    EXPECT_EQ(list.applications[0].details, world.details(10));
    EXPECT_EQ(list.applications[3].app.program, "/bin/20");
    EXPECT_EQ(list.applications[3].app.windows_session, 0U);
}

TEST(FindAffected, Restartable_IsWhatRegisteredForPatchesAndEveryService) {
    struct Row {
        const char* name;
        std::optional<RestartRegistration> registration;
        bool is_restartable;
    };
    const std::vector<Row> rows{
        {"not registered", std::nullopt, false},
        {"registered", RestartRegistration{"/again", 0}, true},
        {"without arguments", RestartRegistration{"", 0}, true},
        {"not after a patch", RestartRegistration{"/again", kRestartNoPatch}, false},
        {"not after a patch nor a crash", RestartRegistration{"/again", kRestartNoPatch | 1},
         false},
        {"not after crash, hang and reboot", RestartRegistration{"/again", 1 | 2 | 8}, true},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(row.name);
        AffectedWorld world;
        world.enlist_files({AffectedWorld::kFile});
        world.run(Kind::gui, 10);
        world.details(10).restart = row.registration;
        world.run_service("spooler", 20);
        const auto list = world.ask().value();
        ASSERT_EQ(list.applications.size(), 2U);
        EXPECT_EQ(list.applications[0].app.is_restartable, row.is_restartable);
        EXPECT_TRUE(list.applications[1].app.is_restartable);
    }
}

}  // namespace
