#include "tasks_world.hpp"

#include <gtest/gtest.h>

namespace {

using namespace rmb::engine;
using namespace rmb::test;
using rmb::core::Code;

/// spooler <- fax, print, scan; all stopped.
void stop_four(TasksWorld& world) {
    for (const auto* name : {"fax", "print", "scan"}) {
        world.run_service(name, 21U + static_cast<std::uint32_t>(world.services.size()), {},
                          "/app/other");
    }
    world.run_service("spooler", 20, {"fax", "print", "scan"});
    ASSERT_EQ(code_of(world.shut_down()), Code::ok);
}

// The first that failed left all others stopped, at each try.
TEST(StartServicesAgain, DependentThatDoesNotStart_HoldsUpNoOther) {
    TasksWorld world;
    stop_four(world);
    world.refused["start print"] = {Code::access_denied, "it is disabled"};
    const auto outcome = world.start_again();
    ASSERT_EQ(code_of(outcome), Code::fail_restart);
    EXPECT_NE(outcome.error().message.find("it is disabled"), std::string::npos);
    EXPECT_TRUE(world.service_runs("spooler"));
    EXPECT_TRUE(world.service_runs("fax"));
    EXPECT_TRUE(world.service_runs("scan"));
    EXPECT_EQ(world.entry(0).stage, rmb::core::Stage::failed) << "it is owed still";

    world.refused.clear();
    EXPECT_EQ(code_of(world.start_again()), Code::ok);
    EXPECT_TRUE(world.service_runs("print"));
    EXPECT_EQ(world.starts["fax"], 1);
}

TEST(StartServicesAgain, DependentThatWasRemoved_IsOwedNothing) {
    TasksWorld world;
    stop_four(world);
    world.services.erase("print");
    EXPECT_EQ(code_of(world.start_again()), Code::ok);
    EXPECT_TRUE(world.service_runs("fax"));
    EXPECT_TRUE(world.service_runs("scan"));
}

TEST(StartServicesAgain, ServiceThatDoesNotStart_ItsDependentsAreNotTried) {
    TasksWorld world;
    stop_four(world);
    world.refused["start spooler"] = {Code::access_denied, "it is disabled"};
    EXPECT_EQ(code_of(world.start_again()), Code::fail_restart);
    EXPECT_EQ(world.count("start"), 1U + 0U);
}

// Its own entry of the first time hid it.
TEST(StartServicesAgain, DependentThatHadAnEntryOfItsOwnBefore_IsStarted) {
    TasksWorld world;
    world.run_service("fax", 21);
    world.run_service("spooler", 20, {"fax"});
    ASSERT_EQ(code_of(world.shut_down()), Code::ok);
    ASSERT_EQ(code_of(world.start_again()), Code::ok);
    // They run elsewhere now; only the spooler holds the file again.
    world.run_service("spooler", 40, {"fax"});
    ASSERT_EQ(code_of(world.shut_down()), Code::ok);
    ASSERT_FALSE(world.service_runs("fax"));
    EXPECT_EQ(code_of(world.start_again()), Code::ok);
    EXPECT_TRUE(world.service_runs("fax"));
    EXPECT_TRUE(world.service_runs("spooler"));
}

// It cannot be started while it stops, and stayed stopped afterwards.
TEST(StartServicesAgain, ServiceThatStopsStill_IsStartedWhenItHas) {
    TasksWorld world;
    auto& spooler = world.run_service("spooler", 20);
    spooler.is_stubborn = true;
    ASSERT_EQ(code_of(world.shut_down()), Code::fail_shutdown);
    spooler.stops_at = world.now + Milliseconds{2'000};
    EXPECT_EQ(code_of(world.start_again()), Code::ok);
    EXPECT_TRUE(world.service_runs("spooler"));
    EXPECT_EQ(world.starts["spooler"], 1);
}

}  // namespace
