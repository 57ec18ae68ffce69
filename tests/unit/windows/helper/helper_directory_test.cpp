#include "windows/helper/helper_directory.hpp"

#include "../fake_token_api.hpp"
#include "../suspended_process.hpp"
#include "fake_agent.hpp"
#include "fake_link.hpp"
#include "fake_session_tokens.hpp"
#include "support/results.hpp"
#include "windows/caller_rights.hpp"
#include "windows/helper/helper_server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

namespace rmb::win {
namespace {

using namespace std::chrono_literals;
using test::code_of;

struct HelperDirectoryTest : testing::Test {
    using Rights = std::shared_ptr<const core::Rights>;

    FakeTokenApi api;  // closes callers' tokens: does nothing
    FakeSessionTokens tokens;
    FakeAgent desktop;
    std::vector<core::TokenFacts> started_as;
    std::vector<std::shared_ptr<FakeHelper>> helpers;
    HelperDirectory directory{tokens, [this](HANDLE token) -> result<std::unique_ptr<HelperLink>> {
                                  started_as.push_back(tokens.of(token));
                                  helpers.push_back(std::make_shared<FakeHelper>());
                                  return std::unique_ptr<HelperLink>{std::make_unique<FakeLink>(
                                      helpers.back(), make_pipe_ends(), [this](FramePipe& pipe) {
                                          (void)serve(pipe, desktop, 1h, [] { return true; });
                                      })};
                              }};

    Rights caller(const core::TokenFacts& facts) {
        return std::make_shared<CallerRights>(api, SeamHandle{api, tokens.add(facts)});
    }
    const core::TokenFacts alice = FakeSessionTokens::user("S-1-alice", 1);
};

TEST_F(HelperDirectoryTest, WithoutRights_AccessDenied) {
    EXPECT_EQ(code_of(directory.acting(1, nullptr)), Code::access_denied);
    EXPECT_TRUE(helpers.empty());
}

TEST_F(HelperDirectoryTest, GivenBack_ServesTheNextOfTheSameToken) {
    const auto rights = caller(alice);
    ASSERT_TRUE(directory.acting(1, rights).has_value());
    ASSERT_TRUE(directory.acting(1, rights).has_value());
    ASSERT_TRUE(directory.acting(1, caller(alice)).has_value());
    EXPECT_EQ(helpers.size(), 1U);
}

TEST_F(HelperDirectoryTest, InUse_TheNextGetsAnother) {
    const auto rights = caller(alice);
    const auto first = directory.acting(1, rights);
    const auto second = directory.acting(1, rights);
    ASSERT_TRUE(first.has_value() && second.has_value());
    EXPECT_NE(first->get(), second->get());
    EXPECT_EQ(helpers.size(), 2U);
}

TEST_F(HelperDirectoryTest, SameLogonAtLowerIntegrity_GetsNoHelperOfTheHigher) {
    auto low = alice;
    low.integrity = 0x1000;
    ASSERT_TRUE(directory.acting(1, caller(alice)).has_value());
    ASSERT_TRUE(directory.acting(1, caller(low)).has_value());
    ASSERT_EQ(started_as.size(), 2U);
    EXPECT_EQ(started_as[1], low);
}

TEST_F(HelperDirectoryTest, AdministratorInTwoSessions_AHelperInEach) {
    const auto root = caller(FakeSessionTokens::user("S-1-root", 0, true));
    ASSERT_TRUE(directory.acting(1, root).has_value());
    ASSERT_TRUE(directory.acting(2, root).has_value());
    ASSERT_EQ(started_as.size(), 2U);
    EXPECT_EQ(started_as[0].windows_session, 1U);
    EXPECT_EQ(started_as[1].windows_session, 2U);
}

TEST_F(HelperDirectoryTest, ActingAndStarting_TwoHelpers) {
    tokens.logged_on[1] = alice;
    ASSERT_TRUE(directory.acting(1, caller(alice)).has_value());
    ASSERT_TRUE(directory.starting(1, "S-1-alice").has_value());
    EXPECT_EQ(helpers.size(), 2U);
}

TEST_F(HelperDirectoryTest, UserHasChangedSince_TheHelperIsNotHandedOut) {
    tokens.logged_on[1] = alice;
    ASSERT_TRUE(directory.starting(1, "S-1-alice").has_value());
    tokens.logged_on[1] = FakeSessionTokens::user("S-1-bob", 1);
    EXPECT_EQ(code_of(directory.starting(1, "S-1-alice")), Code::access_denied);
}

TEST_F(HelperDirectoryTest, EndedMeanwhile_ForgottenAndReplaced) {
    const auto rights = caller(alice);
    ASSERT_TRUE(directory.acting(1, rights).has_value());
    helpers.back()->has_ended = true;
    ASSERT_TRUE(directory.acting(1, rights).has_value());
    EXPECT_EQ(helpers.size(), 2U);
    EXPECT_TRUE(helpers.front()->was_dropped);
}

TEST_F(HelperDirectoryTest, GivenBackWithAProgramThatWaits_EndsWithIt) {
    tokens.logged_on[1] = alice;
    {
        const auto agent = directory.starting(1, "S-1-alice");
        ASSERT_TRUE(agent.has_value());
        ASSERT_TRUE((*agent)->create({"C:\\a.exe", "a", "", false}).has_value());
    }
    EXPECT_TRUE(helpers.back()->was_dropped);
}

TEST_F(HelperDirectoryTest, AgentOutlivesTheDirectory_StillGoesBackSafely) {
    tokens.logged_on[1] = alice;
    auto own = std::make_unique<HelperDirectory>(
        tokens, [this](HANDLE) -> result<std::unique_ptr<HelperLink>> {
            helpers.push_back(std::make_shared<FakeHelper>());
            return std::unique_ptr<HelperLink>{std::make_unique<FakeLink>(
                helpers.back(), make_pipe_ends(),
                [](FramePipe& pipe) { (void)pipe.receive(wait_at_most(1h)); })};
        });
    auto agent = own->starting(1, "S-1-alice");
    ASSERT_TRUE(agent.has_value());
    own.reset();
    EXPECT_FALSE(helpers.back()->was_dropped);
    agent->reset();
    EXPECT_TRUE(helpers.back()->was_dropped);
}

TEST_F(HelperDirectoryTest, Resume_FalseForWhatHasEnded) {
    const SuspendedProcess process;
    EXPECT_TRUE(directory.resume(process.key()));
    process.end();
    EXPECT_FALSE(directory.resume(process.key()));
}

TEST_F(HelperDirectoryTest, Resume_OnlyOfThatVeryProcess) {
    const SuspendedProcess process;
    EXPECT_FALSE(directory.resume({process.key().pid, process.key().start_time + 1}));
    EXPECT_TRUE(directory.resume(process.key()));
}

}  // namespace
}  // namespace rmb::win
