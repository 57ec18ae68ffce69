#include "windows/helper/frame_pipe.hpp"

#include "pipe_ends.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <stop_token>
#include <string>
#include <utility>

namespace rmb::win {
namespace {

using namespace std::chrono_literals;

/// Both ends in this process.
struct FramePipeTest : testing::Test {
    PipeEnds ends = make_pipe_ends();
    HANDLE raw_peer = ends.helper.get();
    FramePipe own{std::move(ends.service)};
    FramePipe peer{std::move(ends.helper)};

    /// As the peer would write what is no frame of ours.
    void write_raw(const std::string& text) const {
        OVERLAPPED operation{};
        const UniqueHandle done{CreateEventW(nullptr, TRUE, FALSE, nullptr)};
        operation.hEvent = done.get();
        WriteFile(raw_peer, text.data(), static_cast<DWORD>(text.size()), nullptr, &operation);
        DWORD count = 0;
        ASSERT_NE(GetOverlappedResult(raw_peer, &operation, &count, TRUE), FALSE);
    }
};

TEST_F(FramePipeTest, Frames_GoBothWaysInOrder) {
    ASSERT_TRUE(own.send("one", wait_at_most(5s)).has_value());
    ASSERT_TRUE(own.send("two", wait_at_most(5s)).has_value());
    EXPECT_EQ(peer.receive(wait_at_most(5s)).value(), "one");
    EXPECT_EQ(peer.receive(wait_at_most(5s)).value(), "two");
    ASSERT_TRUE(peer.send("three", wait_at_most(5s)).has_value());
    EXPECT_EQ(own.receive(wait_at_most(5s)).value(), "three");
}

TEST_F(FramePipeTest, FrameLargerThanThePipesBuffer_ArrivesWhole) {
    const std::string large(1'000'000, 'x');
    auto received =
        std::async(std::launch::async, [this] { return peer.receive(wait_at_most(20s)); });
    ASSERT_TRUE(own.send(large, wait_at_most(20s)).has_value());
    EXPECT_EQ(received.get().value(), large);
}

TEST_F(FramePipeTest, NothingComes_TimesOutAndGoesOn) {
    const auto received = own.receive(wait_at_most(50ms));
    ASSERT_TRUE(received.has_error());
    EXPECT_EQ(received.error().code, Code::sem_timeout);
    ASSERT_TRUE(peer.send("late", wait_at_most(5s)).has_value());
    EXPECT_EQ(own.receive(wait_at_most(5s)).value(), "late");
}

TEST_F(FramePipeTest, NobodyReads_SendTimesOut) {
    const std::string large(8'000'000, 'x');
    const auto sent = own.send(large, wait_at_most(100ms));
    ASSERT_TRUE(sent.has_error());
    EXPECT_EQ(sent.error().code, Code::sem_timeout);
}

TEST_F(FramePipeTest, StopRequested_CancelledWithinASecond) {
    std::stop_source stop;
    auto received = std::async(std::launch::async,
                               [&] { return own.receive(wait_at_most(1h, stop.get_token())); });
    EXPECT_EQ(received.wait_for(100ms), std::future_status::timeout);
    stop.request_stop();
    ASSERT_EQ(received.wait_for(1s), std::future_status::ready);
    EXPECT_EQ(received.get().error().code, Code::cancelled);
}

TEST_F(FramePipeTest, OtherEndSendsNoFrame_NotReady) {
    write_raw("GET / HTTP/1.1\r\n\r\n");
    const auto received = own.receive(wait_at_most(5s));
    ASSERT_TRUE(received.has_error());
    EXPECT_EQ(received.error().code, Code::not_ready);
}

TEST(FramePipeEnd, OtherEndClosed_NotReady) {
    auto ends = make_pipe_ends();
    FramePipe own{std::move(ends.service)};
    ends.helper.reset();
    const auto received = own.receive(wait_at_most(5s));
    ASSERT_TRUE(received.has_error());
    EXPECT_EQ(received.error().code, Code::not_ready);
}

}  // namespace
}  // namespace rmb::win
