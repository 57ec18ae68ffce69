#include "client/lib/clock.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace rmb::client {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kNow{100h};

TEST(Clock, DeadlineAfter_HugeSpan_IsNever) {
    EXPECT_EQ(deadline_after(kNow, 5s), kNow + 5s);
    EXPECT_EQ(deadline_after(kNow, Milliseconds::max()), kNever);
}

TEST(Clock, MillisecondsLeft_RoundsUp) {
    EXPECT_EQ(milliseconds_left(kNow, kNow + 1ms), 1);
    EXPECT_EQ(milliseconds_left(kNow, kNow + 1ns), 1) << "0 would make the caller spin";
    EXPECT_EQ(milliseconds_left(kNow, kNow), 0);
    EXPECT_EQ(milliseconds_left(kNow, kNow - 1h), 0);
}

TEST(Clock, MillisecondsLeft_NeverOrVeryLong_Fits) {
    EXPECT_EQ(milliseconds_left(kNow, kNever), -1);
    EXPECT_EQ(milliseconds_left(kNow, kNever - 1ns), std::numeric_limits<int>::max());
}

TEST(Clock, System_SleepUntil_ReachesIt) {
    SystemClock clock;
    const auto start = clock.now();
    clock.sleep_until(start + 20ms);
    EXPECT_GE(clock.now(), start + 19ms);
    clock.sleep_until(start);
    EXPECT_LT(clock.now(), start + 10s);
}

}  // namespace
}  // namespace rmb::client
