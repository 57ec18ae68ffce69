#include "tasks_world.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace rmb::engine;
using namespace rmb::test;
using rmb::core::Code;
using rmb::core::FilterAction;
using rmb::core::ServiceName;

constexpr ShutdownFlags kForce{true, false};

/// Those of an entry that are owed a start with it.
Lines owed_dependents(const rmb::core::LedgerEntry& entry) {
    Lines names;
    for (const auto& dependent : entry.dependents) {
        if (!dependent.is_filtered) {
            names.push_back(dependent.service);
        }
    }
    return names;
}

/// spooler <- fax <- scan; print on its own.
void run_chain(TasksWorld& world) {
    world.run_service("scan", 22, {}, "/app/other");
    world.run_service("fax", 21, {"scan"}, "/app/other");
    world.run_service("spooler", 20, {"scan", "fax"});
    world.run_service("print", 23);
}

TEST(ShutdownServices, Dependents_StopFirstAndIndependentOnesSideBySide) {
    TasksWorld world;
    run_chain(world);
    EXPECT_EQ(code_of(world.shut_down()), Code::ok);
    EXPECT_EQ(world.acts(), (Lines{"stop print", "stop scan", "stop fax", "stop spooler"}));
    EXPECT_EQ(world.count("await print,scan"), 1U);
    EXPECT_EQ(world.stages(), (Lines{"print stopped 2", "spooler stopped 2"}));
    EXPECT_EQ(owed_dependents(world.entry(1)), (Lines{"scan", "fax"}));
}

TEST(ShutdownServices, DependentThatHoldsTheFileToo_StopsOnceAndHasItsEntryFirst) {
    TasksWorld world;
    world.run_service("spooler", 20, {"fax"});
    world.run_service("fax", 21);
    EXPECT_EQ(code_of(world.shut_down()), Code::ok);
    EXPECT_EQ(world.stages(), (Lines{"fax stopped 2", "spooler stopped 2"}));
    EXPECT_EQ(world.acts(), (Lines{"stop fax", "stop fax", "stop spooler"}));
}

TEST(ShutdownServices, StubbornService_FailsAndItsDependentsAreOwed) {
    TasksWorld world;
    run_chain(world);
    world.services.at("spooler").is_stubborn = true;
    const auto outcome = world.shut_down();
    ASSERT_EQ(code_of(outcome), Code::fail_shutdown);
    EXPECT_EQ(outcome.error().message, "service The spooler: service spooler did not stop in 20 s");
    EXPECT_EQ(world.stages(), (Lines{"print stopped 2", "spooler stopping 16"}));
    EXPECT_EQ(world.now, kServiceLimit);

    EXPECT_EQ(code_of(world.start_again()), Code::ok);
    for (const auto* name : {"scan", "fax", "spooler", "print"}) {
        EXPECT_TRUE(world.service_runs(name)) << name;
    }
    EXPECT_EQ(world.starts["spooler"], 0);
}

TEST(ShutdownServices, StubbornServiceWithForce_ItsProcessIsEnded) {
    TasksWorld world;
    run_chain(world);
    world.services.at("fax").is_stubborn = true;
    EXPECT_EQ(code_of(world.shut_down(kForce)), Code::ok);
    EXPECT_EQ(world.acts(),
              (Lines{"stop print", "stop scan", "stop fax", "terminate 21", "stop spooler"}));
    EXPECT_EQ(world.stages(), (Lines{"print stopped 2", "spooler stopped 2"}));
}

TEST(ShutdownServices, ForceEndsTheProcessAndTheServiceIsSaidToRun_ItIsOwedAStart) {
    TasksWorld world;
    world.run_service("spooler", 20).outlives_host = true;
    world.refused["stop spooler"] = {Code::access_denied, "it takes no stop"};
    EXPECT_EQ(code_of(world.shut_down(kForce)), Code::fail_shutdown);
    EXPECT_EQ(world.count("terminate"), 1U);
    EXPECT_EQ(world.stages(), Lines{"spooler stopping 16"});
}

TEST(ShutdownServices, ForceOnSharedProcess_SparesItForOthers) {
    TasksWorld world;
    world.run_service("spooler", 20).is_stubborn = true;
    auto& guest = world.run_service("guest", 20);
    guest.is_stubborn = true;
    EXPECT_EQ(code_of(world.shut_down(kForce)), Code::ok) << "both are to be stopped";

    TasksWorld other;
    other.enlist_services({"depot"});
    other.run_service("depot", 30, {}, "/app/other").is_stubborn = true;
    other.run_service("guest", 30);
    const auto outcome = other.shut_down(kForce);
    ASSERT_EQ(code_of(outcome), Code::fail_shutdown);
    EXPECT_NE(outcome.error().message.find("guest too"), std::string::npos);
    EXPECT_EQ(other.count("terminate"), 0U);
}

// Whose service stays was ended with it, and started by nobody.
TEST(ShutdownServices, ForceOnSharedProcess_SparesItForOneWhoseDependentStays) {
    TasksWorld world;
    world.run_service("depot", 30);
    world.run_service("guest", 30, {"visitor"});
    world.run_service("visitor", 31, {}, "/app/other");
    world.filter(ServiceName{"visitor"});
    world.refused["stop depot"] = {Code::access_denied, "it takes no stop"};
    const auto outcome = world.shut_down(kForce);
    ASSERT_EQ(code_of(outcome), Code::fail_shutdown);
    EXPECT_EQ(world.count("terminate"), 0U);
    EXPECT_TRUE(world.service_runs("guest"));
    EXPECT_TRUE(world.service_runs("visitor"));
}

TEST(ShutdownServices, CancelledAfterASharedProcessWasEnded_AllThatRanInItAreOwedAStart) {
    TasksWorld world;
    world.run_service("depot", 30);
    world.run_service("guest", 30);
    world.refused["stop depot"] = {Code::access_denied, "it takes no stop"};
    world.on_call = [&](const auto& call) {
        if (call.what == "terminate 30") {
            world.stop.request_stop();
        }
    };
    (void)world.shut_down(kForce);
    EXPECT_FALSE(world.service_runs("guest"));
    EXPECT_EQ(world.stages(), (Lines{"depot stopped 2", "guest stopped 2"}));
}

// SCM says stopped before the process has ended: it was taken for a program that holds the file.
TEST(ShutdownServices, HostThatEndsLater_IsWaitedFor) {
    TasksWorld world;
    world.run_service("spooler", 20).host_stays = Milliseconds{3'000};
    EXPECT_EQ(code_of(world.shut_down()), Code::ok);
    EXPECT_EQ(world.now, Milliseconds{3'000});

    TasksWorld shared;
    shared.run_service("depot", 30);
    shared.enlist_services({"depot"});
    shared.run_service("guest", 30, {}, "/app/other");
    shared.filter(ServiceName{"guest"});
    EXPECT_EQ(code_of(shared.shut_down()), Code::ok);
    EXPECT_EQ(shared.now, Milliseconds{0}) << "guest runs on in the process";
}

TEST(ShutdownServices, ForceOnDependentInCriticalProcess_SparesIt) {
    TasksWorld world;
    run_chain(world);
    world.services.at("fax").is_stubborn = true;
    world.details(21).is_critical = true;
    EXPECT_EQ(code_of(world.shut_down(kForce)), Code::fail_shutdown);
    EXPECT_EQ(world.count("terminate"), 0U);
    EXPECT_TRUE(world.service_runs("spooler"));
}

TEST(ShutdownServices, ForceOnDependentInAProcessThatShowsNoDetails_SparesIt) {
    TasksWorld world;
    run_chain(world);
    world.services.at("fax").is_stubborn = true;
    world.system.refused_details[{21, FakeMachine::kStartTime}] = {Code::sem_timeout, "it hangs"};
    EXPECT_EQ(code_of(world.shut_down(kForce)), Code::fail_shutdown);
    EXPECT_EQ(world.count("terminate"), 0U);
    EXPECT_TRUE(world.service_runs("spooler"));
}

// It was found out when the programs had been stopped already.
TEST(ShutdownServices, DependentWithNoShutdownFilter_KeepsItsServiceAndNothingIsTouched) {
    TasksWorld world;
    run_chain(world);
    world.run(Kind::gui, 10);
    world.filter(ServiceName{"FAX"});
    for (const auto flags : {ShutdownFlags{}, kForce, ShutdownFlags{false, true}}) {
        const auto outcome = world.shut_down(flags);
        ASSERT_EQ(code_of(outcome), Code::fail_shutdown);
        EXPECT_EQ(outcome.error().message,
                  "service The spooler: service fax, which depends on it, is not to be stopped");
        EXPECT_EQ(world.acts(), Lines{});
        EXPECT_EQ(world.stages(), Lines{"spooler left 16"});
    }
}

TEST(ShutdownServices, FilteredDependentThatStartsAfterTheList_KeepsItsServiceRunning) {
    for (const auto flags : {ShutdownFlags{}, kForce}) {
        TasksWorld world;
        world.run(Kind::gui, 10);
        auto& spooler = world.run_service("spooler", 20);
        world.filter(ServiceName{"fax"});
        world.on_call = [&](const auto& call) {
            if (call.what.starts_with("ask")) {
                world.run_service("fax", 21, {}, "/app/other");
                spooler.dependents = {"fax"};
            }
        };
        EXPECT_EQ(code_of(world.shut_down(flags)), Code::fail_shutdown);
        EXPECT_TRUE(world.service_runs("spooler"));
        EXPECT_TRUE(world.service_runs("fax"));
        EXPECT_EQ(world.stages(), (Lines{"10 stopped 2", "spooler left 16"}));
    }
}

TEST(ShutdownServices, DependentWithNoRestartFilter_IsStoppedAndNotStarted) {
    TasksWorld world;
    run_chain(world);
    world.filter(ServiceName{"fax"}, FilterAction::no_restart);
    EXPECT_EQ(code_of(world.shut_down()), Code::ok);
    EXPECT_EQ(owed_dependents(world.entry(1)), Lines{"scan"});
    EXPECT_EQ(code_of(world.start_again()), Code::ok);
    EXPECT_TRUE(world.service_runs("scan"));
    EXPECT_FALSE(world.service_runs("fax"));
}

// Filters about the program or the process of a dependent were not looked at.
TEST(ShutdownServices, DependentFilteredByProcessOrProgram_IsLeftAloneToo) {
    using rmb::core::FilterTarget;
    for (const FilterTarget& target :
         {FilterTarget{rmb::core::ProcessKey{21, FakeMachine::kStartTime}},
          FilterTarget{rmb::core::ModulePath{"/bin/21"}}}) {
        TasksWorld kept;
        run_chain(kept);
        kept.filter(target);
        EXPECT_EQ(code_of(kept.shut_down(kForce)), Code::fail_shutdown);
        EXPECT_EQ(kept.acts(), Lines{});

        TasksWorld stopped;
        run_chain(stopped);
        stopped.filter(target, FilterAction::no_restart);
        EXPECT_EQ(code_of(stopped.shut_down()), Code::ok);
        EXPECT_EQ(owed_dependents(stopped.entry(1)), Lines{"scan"});
    }
}

// It was forgotten at the shutdown, or started in spite of the filter.
TEST(ShutdownServices, FilterOfADependentThatComesOrGoesLater_CountsAtTheRestart) {
    for (const bool comes : {true, false}) {
        TasksWorld world;
        run_chain(world);
        if (!comes) {
            world.filter(ServiceName{"fax"}, FilterAction::no_restart);
        }
        EXPECT_EQ(code_of(world.shut_down()), Code::ok);
        world.request.contents.filters.clear();
        if (comes) {
            world.filter(ServiceName{"fax"}, FilterAction::no_restart);
        }
        world.request.ledger = world.stored;
        world.stored = filter_ledger(world.ports(), world.request, world.stop.get_token()).value();
        EXPECT_EQ(code_of(world.start_again()), Code::ok);
        EXPECT_TRUE(world.service_runs("spooler"));
        EXPECT_EQ(world.service_runs("fax"), !comes);
    }
}

TEST(ShutdownServices, RefusedByTheSystem_SaysWhy) {
    TasksWorld world;
    run_chain(world);
    world.refused["stop fax"] = {Code::access_denied, "access is denied"};
    EXPECT_EQ(code_of(world.shut_down()), Code::fail_shutdown);
    EXPECT_EQ(world.entry(1).why, "access is denied");
    EXPECT_EQ(world.stages(), (Lines{"print stopped 2", "spooler stopping 16"}));
}

// It was found out when the programs had been stopped already.
TEST(ShutdownServices, DependentThatMayNotBeStopped_Is350AndNothingIsTouched) {
    for (const auto flags : {ShutdownFlags{}, kForce}) {
        TasksWorld world;
        run_chain(world);
        world.run(Kind::gui, 10);
        world.system.unstoppable_services = {"fax"};
        const auto outcome = world.shut_down(flags);
        ASSERT_EQ(code_of(outcome), Code::fail_noaction_reboot);
        EXPECT_NE(outcome.error().message.find("service fax"), std::string::npos);
        EXPECT_EQ(world.acts(), Lines{});
        EXPECT_EQ(world.stages(), Lines{});
    }
}

TEST(ShutdownServices, InstallerThatDependsOnTheService_Is350AndNothingIsTouched) {
    TasksWorld world;
    run_chain(world);
    world.run(Kind::gui, 10);
    world.request.primary.process = {22, FakeMachine::kStartTime};
    EXPECT_EQ(code_of(world.shut_down(kForce)), Code::fail_noaction_reboot);
    EXPECT_EQ(world.acts(), Lines{});
}

TEST(ShutdownServices, DependentsUnknown_NothingIsStopped) {
    TasksWorld world;
    run_chain(world);
    world.run(Kind::gui, 10);
    world.refused["dependents spooler"] = {Code::access_denied, "nobody may ask"};
    EXPECT_EQ(code_of(world.shut_down()), Code::fail_shutdown);
    EXPECT_EQ(world.acts(), Lines{});
    EXPECT_EQ(world.stages(), Lines{"spooler left 16"});
}

}  // namespace
