#include "windows/system/timed_jobs.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

namespace rmb::win {
namespace {

using std::chrono::milliseconds;

// No job that does not hang comes near it; one that does makes the test wait as long.
constexpr milliseconds kLimit{300};

struct TimedJobsTest : testing::Test {
    TimedJobs jobs;
    std::atomic<int> done{0};

    ~TimedJobsTest() override {
        release();
    }
    TimedJob counting(std::uint32_t pid) {
        return {{{pid, 1}}, [this] { ++done; }};
    }
    TimedJob hanging(std::uint32_t pid) {
        return {{{pid, 1}}, [gate = gate_.get_future().share(), this] {
                    ++done;
                    gate.wait();
                }};
    }
    /// Lets the job that hangs end.
    void release() {
        if (!released_) {
            released_ = true;
            gate_.set_value();
        }
        while (jobs.hanging() != 0) {
            std::this_thread::yield();
        }
    }

private:
    std::promise<void> gate_;
    bool released_ = false;
};

TEST_F(TimedJobsTest, Jobs_ThatEnd_AllCarriedOut) {
    std::vector<TimedJob> many;
    for (std::uint32_t pid = 1; pid <= 500; ++pid) {
        many.push_back(counting(pid));
    }
    EXPECT_EQ(jobs.run(std::move(many), kLimit, {}), std::vector<bool>(500, true));
    EXPECT_EQ(done, 500);
    EXPECT_TRUE(jobs.run({}, kLimit, {}).empty());
}

TEST_F(TimedJobsTest, OneHangs_TheOthersAreCarriedOutAndItIsLeftBehind) {
    const auto carried_out =
        jobs.run({counting(1), hanging(2), counting(3), counting(4)}, kLimit, {});
    EXPECT_EQ(carried_out, (std::vector{true, false, true, true}));
    EXPECT_EQ(jobs.hanging(), 1U);
}

TEST_F(TimedJobsTest, OneOfManyHangs_AllOthersAreCarriedOut) {
    constexpr std::uint32_t kHanging = 150;
    std::vector<TimedJob> many;
    std::vector<bool> expected;
    for (std::uint32_t pid = 1; pid <= 200; ++pid) {
        many.push_back(pid == kHanging ? hanging(pid) : counting(pid));
        expected.push_back(pid != kHanging);
    }
    EXPECT_EQ(jobs.run(std::move(many), kLimit, {}), expected);
    EXPECT_EQ(done, 200);
    EXPECT_EQ(jobs.hanging(), 1U);
}

TEST_F(TimedJobsTest, StillHanging_NotBegunAgainUntilItEnds) {
    (void)jobs.run({hanging(2)}, kLimit, {});
    EXPECT_EQ(done, 1);
    EXPECT_EQ(jobs.run({counting(2), counting(3)}, kLimit, {}), (std::vector{false, true}));
    EXPECT_EQ(done, 2);
    release();
    EXPECT_EQ(jobs.run({counting(2)}, kLimit, {}), (std::vector{true}));
}

TEST_F(TimedJobsTest, TooManyHang_NothingMoreIsBegun) {
    TimedJobs narrow{1};
    std::promise<void> gate;
    const auto opened = gate.get_future().share();
    std::vector<TimedJob> list{{{{1, 1}}, [opened] { opened.wait(); }}, counting(2)};
    EXPECT_EQ(narrow.run(std::move(list), kLimit, {}), (std::vector{false, false}));
    EXPECT_EQ(done, 0);
    gate.set_value();
    while (narrow.hanging() != 0) {
        std::this_thread::yield();
    }
    EXPECT_EQ(narrow.run({counting(2)}, kLimit, {}), (std::vector{true}));
}

TEST_F(TimedJobsTest, StopRequestedMeanwhile_TheRestIsNotBegun) {
    std::stop_source stop;
    const auto carried_out =
        jobs.run({counting(1), {{{2, 1}}, [&stop] { stop.request_stop(); }}, counting(3)}, kLimit,
                 stop.get_token());
    EXPECT_EQ(carried_out, (std::vector{true, true, false}));
    EXPECT_EQ(done, 1);
}

}  // namespace
}  // namespace rmb::win
