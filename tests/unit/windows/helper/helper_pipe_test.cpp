#include "windows/helper/helper_pipe.hpp"

#include "../suspended_process.hpp"
#include "pipe_ends.hpp"
#include "support/results.hpp"
#include "windows/helper/frame_pipe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <utility>

namespace rmb::win {
namespace {

using namespace std::chrono_literals;
using test::code_of;
using testing::HasSubstr;

// Far longer than any of these tests may take.
constexpr auto kNever = 1h;
constexpr auto kAtOnce = 30s;

Child child_of(DWORD pid) {
    auto job = make_job(JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE).value();
    return {std::make_shared<const UniqueHandle>(std::move(job)),
            UniqueHandle{OpenProcess(PROCESS_ALL_ACCESS, FALSE, pid)}, pid};
}

/// A child that does nothing, and the pipe that is made for it.
struct AwaitChild : testing::Test {
    SuspendedProcess process;
    Child child = child_of(process.key().pid);
    HelperPipe pipe = make_helper_pipe(own_user()).value();

    AwaitChild() {
        AssignProcessToJobObject(child.job->get(), child.process.get());
    }
    [[nodiscard]] bool child_runs() const {
        return WaitForSingleObject(child.process.get(), 0) == WAIT_TIMEOUT;
    }
};

TEST_F(AwaitChild, AnotherProcessIsFirst_RefusedAndTheChildEnded) {
    const auto intruder = open_helper_pipe(pipe.name);
    ASSERT_TRUE(intruder.has_value());
    ASSERT_TRUE(child_runs());
    const auto outcome = await_child(pipe.end.get(), child, kNever);
    ASSERT_EQ(code_of(outcome), Code::not_ready);
    EXPECT_THAT(outcome.error().message,
                HasSubstr("another process, " + std::to_string(GetCurrentProcessId())));
    EXPECT_FALSE(child_runs());
}

TEST_F(AwaitChild, AnotherProcessComesWhileItIsWaitedFor_RefusedAndTheChildEnded) {
    auto waiting = std::async(std::launch::async,
                              [this] { return await_child(pipe.end.get(), child, kNever); });
    const auto intruder = open_helper_pipe(pipe.name);
    EXPECT_TRUE(intruder.has_value());
    ASSERT_EQ(waiting.wait_for(kAtOnce), std::future_status::ready);
    EXPECT_THAT(waiting.get().error().message, HasSubstr("another process"));
    EXPECT_FALSE(child_runs());
}

TEST_F(AwaitChild, ItHasEnded_ErrorAtOnceWithItsCode) {
    process.end();
    auto waiting = std::async(std::launch::async,
                              [this] { return await_child(pipe.end.get(), child, kNever); });
    ASSERT_EQ(waiting.wait_for(kAtOnce), std::future_status::ready);
    EXPECT_THAT(waiting.get().error().message, HasSubstr("with code 99"));
}

TEST_F(AwaitChild, ItEndsWhileItIsWaitedFor_ErrorAtOnce) {
    auto waiting = std::async(std::launch::async,
                              [this] { return await_child(pipe.end.get(), child, kNever); });
    EXPECT_EQ(waiting.wait_for(50ms), std::future_status::timeout);
    process.end();
    ASSERT_EQ(waiting.wait_for(kAtOnce), std::future_status::ready);
    EXPECT_EQ(code_of(waiting.get()), Code::not_ready);
}

TEST_F(AwaitChild, ItNeverOpensThePipe_ErrorAtTheLimitAndEnded) {
    const auto outcome = await_child(pipe.end.get(), child, 20ms);
    ASSERT_EQ(code_of(outcome), Code::not_ready);
    EXPECT_THAT(outcome.error().message, HasSubstr("within 20 ms"));
    EXPECT_FALSE(child_runs());
}

TEST_F(AwaitChild, ItOpensThePipe_FramesGoBothWays) {
    const auto self = child_of(GetCurrentProcessId());
    auto opened = open_helper_pipe(pipe.name);
    ASSERT_TRUE(opened.has_value());
    ASSERT_TRUE(await_child(pipe.end.get(), self, kNever).has_value());
    FramePipe service{std::move(pipe.end)};
    FramePipe helper{std::move(*opened)};
    ASSERT_TRUE(service.send("asked", wait_at_most(5s)).has_value());
    EXPECT_EQ(helper.receive(wait_at_most(5s)).value(), "asked");
    ASSERT_TRUE(helper.send("answered", wait_at_most(5s)).has_value());
    EXPECT_EQ(service.receive(wait_at_most(5s)).value(), "answered");
}

TEST_F(AwaitChild, ItOpensThePipeWhileItIsWaitedFor_Connected) {
    const auto self = child_of(GetCurrentProcessId());
    auto waiting =
        std::async(std::launch::async, [&] { return await_child(pipe.end.get(), self, kNever); });
    EXPECT_EQ(waiting.wait_for(50ms), std::future_status::timeout);
    const auto opened = open_helper_pipe(pipe.name);
    ASSERT_EQ(waiting.wait_for(kAtOnce), std::future_status::ready);
    EXPECT_TRUE(waiting.get().has_value());
}

TEST(HelperPipe, SecondClient_FindsNoInstance) {
    const auto pipe = make_helper_pipe(own_user()).value();
    const auto first = open_helper_pipe(pipe.name);
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(code_of(open_helper_pipe(pipe.name)), static_cast<Code>(ERROR_PIPE_BUSY));
}

TEST(HelperPipe, Names_DifferAndAreProtected) {
    const auto one = make_helper_pipe(own_user()).value();
    const auto other = make_helper_pipe(own_user()).value();
    EXPECT_NE(one.name, other.name);
    EXPECT_TRUE(one.name.starts_with(LR"(\\.\pipe\ProtectedPrefix\Administrators\)"));
}

TEST(HelperPipe, NoEnd_IsInherited) {
    const auto pipe = make_helper_pipe(own_user()).value();
    const auto helper = open_helper_pipe(pipe.name).value();
    for (const HANDLE end : {pipe.end.get(), helper.get()}) {
        DWORD flags = 0;
        ASSERT_NE(GetHandleInformation(end, &flags), FALSE);
        EXPECT_EQ(flags & HANDLE_FLAG_INHERIT, 0U);
    }
}

}  // namespace
}  // namespace rmb::win
