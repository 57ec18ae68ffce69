#include "engine/affected.hpp"

#include "affected_world.hpp"
#include "support/results.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// What makes the whole fail, and what is not even asked.
namespace {

using namespace rmb::engine;
using namespace rmb::test;
using Op = FakeSystem::Op;

/// Every kind of act happens.
struct FindAffectedFailure : testing::Test, AffectedWorld {
    FindAffectedFailure() {
        run(Kind::gui, 10);
        run(Kind::console, 11);
        run_service("spooler", 20);
        system.file("/bin/10");
        for (const char* path : {"/f/a", "/f/b", "/f/c", "/f/d"}) {
            system.file(path);
        }
        enlist_files({kFile, "/f/a", "/f/b", "/f/c", "/f/d"});
        enlist_services({"spooler"});
        (void)enlist_by_secondary({{}, {{11, kStartTime}, {10, kStartTime}}, {}});
        filter(rmb::core::ModulePath{"/bin/none"});
        remember(rmb::core::Stage::left, 12);
    }
};

TEST(FindAffected, EmptySession_AsksNothing) {
    AffectedWorld world;
    world.enlist({});
    world.request.primary.rights = nullptr;
    const auto list = world.ask().value();
    EXPECT_TRUE(list.applications.empty());
    EXPECT_EQ(list.reasons, 0U);
    EXPECT_EQ(list.hidden, 0U);
    EXPECT_TRUE(world.system.calls.empty());
}

TEST(FindAffected, MissingFilesOnly_TakesNoLook) {
    AffectedWorld world;
    world.run(Kind::gui, 10);
    world.enlist_files({"/none", "/app/none"});
    EXPECT_TRUE(world.ask().value().applications.empty());
    EXPECT_EQ(world.system.count(Op::look), 0U);
}

TEST(FindAffected, StoppedServicesOnly_TakesNoLook) {
    AffectedWorld world;
    world.run_service("spooler", 20);
    world.stop_service("spooler");
    world.enlist_services({"spooler", "none"});
    EXPECT_TRUE(world.ask().value().applications.empty());
    EXPECT_EQ(world.system.count(Op::look), 0U);
    EXPECT_EQ(world.system.count(Op::services), 1U);
}

TEST_F(FindAffectedFailure, NothingFails_Succeeds) {
    EXPECT_EQ(show(ask().value()), (Lines{"10 main status 1", "11 console status 1",
                                          "12 main status 4", "20/spooler service status 1"}));
    EXPECT_EQ(broken_affected_rules(*this), Lines{});
}

TEST_F(FindAffectedFailure, NoRights_IsAccessDenied) {
    request.primary.rights = nullptr;
    EXPECT_EQ(code_of(ask()), Code::access_denied);
    EXPECT_TRUE(system.calls.empty());
}

TEST_F(FindAffectedFailure, RightsRefusedAtEachAct_IsItsError) {
    ASSERT_TRUE(ask());
    const auto times = rights->times();
    for (std::size_t after = 0; after < times; ++after) {
        rights->refuse_after = rights->times() + after;
        EXPECT_EQ(code_of(ask()), Code::access_denied) << after;
    }
}

TEST_F(FindAffectedFailure, RegisteredFolder_IsAccessDenied) {
    system.folder("/f/g");
    enlist_files({"/f/g"});
    const auto list = ask();
    ASSERT_EQ(code_of(list), Code::access_denied);
    EXPECT_NE(list.error().message.find("/f/g"), std::string::npos);
    EXPECT_EQ(system.count(Op::look), 0U);
}

TEST_F(FindAffectedFailure, LookThatFails_IsItsError) {
    system.refused_look = {Code::not_enough_quota, "too many handles"};
    EXPECT_EQ(code_of(ask()), Code::not_enough_quota);
}

TEST_F(FindAffectedFailure, ServicesThatCannotBeListed_AreAnError) {
    system.refused_services = {Code::not_ready, "SCM does not answer"};
    EXPECT_EQ(code_of(ask()), Code::not_ready);
}

TEST_F(FindAffectedFailure, StoppedBefore_AsksNothing) {
    stop.request_stop();
    EXPECT_EQ(code_of(ask()), Code::cancelled);
    EXPECT_TRUE(system.calls.empty());
}

TEST_F(FindAffectedFailure, StoppedWithinEachCall_IsCancelled) {
    ASSERT_TRUE(ask());
    const auto count = system.calls.size();
    for (std::size_t at = 0; at < count; ++at) {
        system.calls.clear();
        stop = std::stop_source{};
        system.on_call = [&](const FakeSystem::Call&) {
            if (system.calls.size() == at + 1) {
                stop.request_stop();
            }
        };
        EXPECT_EQ(code_of(ask()), Code::cancelled) << at;
        // The act that was under way, and a look, which is told of the stop itself.
        EXPECT_LE(system.calls.size(), at + 2) << at;
    }
}

TEST_F(FindAffectedFailure, StoppedWithinTheHelper_IsCancelled) {
    for (const char* call : {"acting 1", "look 10,11"}) {
        stop = std::stop_source{};
        on_call = [&](const Call& made) {
            if (made.what == call) {
                stop.request_stop();
            }
        };
        EXPECT_EQ(code_of(ask()), Code::cancelled) << call;
    }
}

}  // namespace
