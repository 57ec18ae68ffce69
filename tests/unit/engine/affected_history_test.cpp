#include "affected_world.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

/// What earlier tasks of the session have done.
namespace {

using namespace rmb::engine;
using namespace rmb::test;
using rmb::core::Stage;
namespace status = rmb::core::app_status;

const std::vector<AffectedScenario> kHistories{
    {"what was stopped stays, as recorded",
     [](AffectedWorld& w) {
         w.remember(Stage::stopped, 10).app.type = rmb::core::AppType::console;
         w.remember(Stage::stopped, 20, "spooler");
     },
     {"10 console status 2", "20/spooler service status 2"}},
    {"its recorded status does not say that it runs",
     [](AffectedWorld& w) {
         w.remember(Stage::stopped, 10).app.status = status::kRunning | status::kRestartMasked;
     },
     {"10 main status 2"}},
    {"filters are those there are, not those there were",
     [](AffectedWorld& w) {
         w.remember(Stage::stopped, 10).app.status = status::kRestartMasked;
         w.remember(Stage::stopped, 11);
         w.filter(rmb::core::ProcessKey{11, AffectedWorld::kStartTime},
                  rmb::core::FilterAction::no_restart);
     },
     {"10 main status 2", "11 main status 130"}},
    {"each stage",
     [](AffectedWorld& w) {
         w.remember(Stage::stopped, 10);
         w.remember(Stage::created, 11);
         w.remember(Stage::restarted, 12);
         w.remember(Stage::failed, 13);
     },
     {"10 main status 2", "11 main status 2", "12 main status 10", "13 main status 34"}},
    {"what was told to stop and has ended was stopped",
     [](AffectedWorld& w) {
         w.remember(Stage::stopping, 10);
         w.remember(Stage::stopping, 20, "spooler");
     },
     {"10 main status 2", "20/spooler service status 2"}},
    {"what was left alone and has ended, ended by itself",
     [](AffectedWorld& w) {
         w.remember(Stage::left, 10).app.status = status::kErrorOnStop;
         w.remember(Stage::left, 20, "spooler");
     },
     {"10 main status 20", "20/spooler service status 4"}},
    {"what was stopped and is not to be started",
     [](AffectedWorld& w) { w.remember(Stage::left, 10).app.status = status::kStopped; },
     {"10 main status 2"}},
    {"what did not stop and is not concerned any more",
     [](AffectedWorld& w) {
         w.system.file("/other");
         w.run(Kind::gui, 10, "/other");
         w.run_service("spooler", 20, {}, "/other");
         w.remember(Stage::left, 10).app.status = status::kErrorOnStop;
         w.remember(Stage::left, 20, "spooler").app.status = status::kErrorOnStop;
         w.run(Kind::gui, 11, "/other");
         w.remember(Stage::stopping, 11);
     },
     {}},
    {"what did not stop and still holds a file",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         w.run_service("spooler", 20);
         w.remember(Stage::left, 10).app.status = status::kErrorOnStop | status::kShutdownMasked;
         w.remember(Stage::left, 20, "spooler").app.status = status::kErrorOnStop;
     },
     {"10 main status 17", "20/spooler service status 17"}},
    {"a service that was started again, in another process",
     [](AffectedWorld& w) {
         w.run_service("spooler", 30);
         w.remember(Stage::restarted, 20, "spooler");
     },
     {"30/spooler service status 11"}},
    {"a program that was started again is another",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 30);
         w.remember(Stage::restarted, 10).started = {30, AffectedWorld::kStartTime};
     },
     {"10 main status 10", "30 main status 1"}},
    {"a later program with the same id is another",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         w.remember(Stage::stopped, 10).app.process.start_time = 1;
     },
     {"10 main status 2", "10 main status 1"}},
    {"a service stopped in two tasks",
     [](AffectedWorld& w) {
         w.remember(Stage::restarted, 20, "spooler");
         w.remember(Stage::failed, 30, "spooler");
     },
     {"20/spooler service status 42"}},
    {"filters are for what was stopped too",
     [](AffectedWorld& w) {
         w.remember(Stage::stopped, 20, "spooler");
         w.filter(rmb::core::ServiceName{"SPOOLER"}, rmb::core::FilterAction::no_restart);
     },
     {"20/spooler service status 130"}},
    {"by process id, among what runs",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 11);
         w.remember(Stage::stopped, 12);
         w.remember(Stage::stopped, 10);
     },
     {"10 main status 2", "11 main status 1", "12 main status 2"}},
};

TEST(FindAffected, Ledger_IsMergedIntoTheList) {
    check_affected(kHistories);
}

TEST(FindAffected, NothingRegisteredAnyMore_LedgerIsToldWithoutALook) {
    AffectedWorld world;
    world.remember(Stage::stopped, 10).why = "as it was";
    world.request.primary.rights = nullptr;
    const auto list = world.ask().value();
    EXPECT_EQ(show(list), (Lines{"10 main status 2"}));
    EXPECT_EQ(list.applications[0].app.name, "as recorded");
    EXPECT_EQ(list.applications[0].why, "as it was");
    EXPECT_EQ(world.system.count(FakeSystem::Op::look), 0U);
}

}  // namespace
