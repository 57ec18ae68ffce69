#include "windows/helper/helper_process.hpp"

#include "../suspended_process.hpp"
#include "support/results.hpp"
#include "windows/helper/remote_agent.hpp"
#include "windows/system/process_handle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <utility>

namespace rmb::win {
namespace {

using namespace std::chrono_literals;
using test::code_of;
using testing::HasSubstr;

// Only a hang meets it.
constexpr auto kPatience = 30s;

/// Real helpers, with the rights of who runs the tests.
struct HelperProcessTest : testing::Test {
    UniqueHandle token;
    OwnHelpers helpers;
    HelperOptions options;

    HelperProcessTest() {
        OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, token.out());
        const auto folder = options.program.substr(0, options.program.find_last_of(L'\\') + 1);
        options.program = folder + L"rmbroker.exe";
        options.connect = kPatience;
    }
    result<std::unique_ptr<HelperLink>> start() {
        return start_helper(token.get(), helpers, options);
    }
};

// Its user32 failed there, and with it every look.
TEST(HelperDesktop, UserInSessionZero_IsOnTheWindowStationOfHisLogon) {
    core::TokenFacts token;
    token.user = "S-1-5-21-1-2-3-1001";
    token.windows_session = 1;
    EXPECT_EQ(desktop_for(token), L"winsta0\\default");
    token.windows_session = 0;
    EXPECT_EQ(desktop_for(token), L"");
    token.user = "S-1-5-18";
    EXPECT_EQ(desktop_for(token), L"winsta0\\default");
}

TEST_F(HelperProcessTest, Started_Acts) {
    RemoteAgent agent{[this] { return start(); }};
    const auto seen = agent.look({}, {});
    ASSERT_TRUE(seen.has_value()) << seen.error().message;
    EXPECT_TRUE(agent.is_reusable());
}

TEST_F(HelperProcessTest, NothingAsked_EndsByItselfAndSaysWhy) {
    options.idle = 10ms;
    const auto link = start();
    ASSERT_TRUE(link.has_value()) << link.error().message;
    ASSERT_EQ(code_of((*link)->pipe().receive(wait_at_most(kPatience))), Code::not_ready);
    EXPECT_TRUE((*link)->ended_idle());
    EXPECT_TRUE((*link)->has_ended());
}

TEST_F(HelperProcessTest, SentWhatIsNoFrame_EndsAndWasNotIdle) {
    const auto link = start();
    ASSERT_TRUE(link.has_value()) << link.error().message;
    // A length that no frame may have.
    ASSERT_TRUE(
        (*link)->pipe().send(std::string(20'000'000, ' '), wait_at_most(kPatience)).has_error());
    EXPECT_FALSE((*link)->ended_idle());
    EXPECT_TRUE((*link)->has_ended());
}

TEST_F(HelperProcessTest, ProgramThatOpensNoPipe_ErrorSaysSo) {
    options.program = SuspendedProcess::system_program(L"cmd.exe");
    const auto link = start();
    ASSERT_EQ(code_of(link), Code::not_ready);
    EXPECT_THAT(link.error().message, HasSubstr("starting the helper: it ended before"));
}

TEST_F(HelperProcessTest, EndsWithAProgramThatWaits_ThatEndsToo) {
    auto agent = std::make_unique<RemoteAgent>([this] { return start(); });
    const auto program = narrow(SuspendedProcess::system_program(L"cmd.exe"));
    const auto created = agent->create({program, "cmd.exe", "", false});
    ASSERT_TRUE(created.has_value()) << created.error().message;
    const auto opened = open_running(*created, 0);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    agent.reset();
    EXPECT_EQ(WaitForSingleObject(opened->get(), 30'000), WAIT_OBJECT_0);
}

TEST_F(HelperProcessTest, Created_OnlyWhatIsItsUsersOwnAndRuns) {
    const auto link = start();
    ASSERT_TRUE(link.has_value()) << link.error().message;
    const SuspendedProcess process;
    EXPECT_TRUE((*link)->may_have_created(process.key()));
    EXPECT_FALSE((*link)->may_have_created({process.key().pid, process.key().start_time + 1}));
    process.end();
    EXPECT_FALSE((*link)->may_have_created(process.key()));
}

}  // namespace
}  // namespace rmb::win
