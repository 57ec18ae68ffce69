#include "windows/system/timed_jobs.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <utility>

namespace rmb::win {
namespace {

using std::chrono::milliseconds;
using enum JobOutcome;
using Outcomes = std::vector<JobOutcome>;

// No job that does not hang comes near it; one that does makes the test wait as long.
constexpr milliseconds kLimit{500};

JobSubject subject(std::uint32_t pid, std::uintptr_t handle = 0) {
    return {{pid, 1}, handle};
}

struct TimedJobsTest : testing::Test {
    std::atomic<int> done{0};

    TimedJob counting(const JobSubject& of, const std::string& owner = "somebody") {
        return {of, owner, [this] { ++done; }};
    }
    TimedJob counting(std::uint32_t pid) {
        return counting(subject(pid));
    }
    TimedJob hanging(const JobSubject& of, const std::string& owner = "somebody") {
        return {of, owner, [gate = gate_, this] {
                    ++done;
                    gate.wait();
                }};
    }
    TimedJob hanging(std::uint32_t pid) {
        return hanging(subject(pid));
    }
    /// The jobs that hang end, now or when they come to it.
    void open_gate() {
        if (!std::exchange(is_open_, true)) {
            opener_.set_value();
        }
    }

private:
    std::promise<void> opener_;
    std::shared_future<void> gate_ = opener_.get_future().share();
    bool is_open_ = false;
};

/// Waits in the end for what hangs: it uses the test.
class Releasing {
public:
    explicit Releasing(TimedJobsTest& test, const JobLimits& limits = {})
        : test_{test}, jobs_{limits} {}
    Releasing(const Releasing&) = delete;
    Releasing& operator=(const Releasing&) = delete;
    ~Releasing() {
        release();
    }
    Outcomes run(std::vector<TimedJob> jobs, const std::stop_token& stop = {}) {
        return jobs_.run(std::move(jobs), kLimit, stop);
    }
    [[nodiscard]] std::size_t hanging() const {
        return jobs_.hanging();
    }
    /// Lets the jobs that hang end.
    void release() {
        test_.open_gate();
        while (jobs_.hanging() != 0) {
            std::this_thread::yield();
        }
    }

private:
    TimedJobsTest& test_;
    TimedJobs jobs_;
};

TEST_F(TimedJobsTest, Jobs_ThatEnd_AllCarriedOut) {
    Releasing jobs{*this};
    std::vector<TimedJob> many;
    for (std::uint32_t pid = 1; pid <= 500; ++pid) {
        many.push_back(counting(pid));
    }
    EXPECT_EQ(jobs.run(std::move(many)), Outcomes(500, carried_out));
    EXPECT_EQ(done, 500);
    EXPECT_TRUE(jobs.run({}).empty());
}

TEST_F(TimedJobsTest, ManyOfOneProcess_AreNoReasonToSkipOne) {
    Releasing jobs{*this, {1, 1, 1}};
    std::vector<TimedJob> many;
    for (std::uintptr_t handle = 1; handle <= 500; ++handle) {
        many.push_back(counting(subject(1, handle)));
    }
    EXPECT_EQ(jobs.run(std::move(many)), Outcomes(500, carried_out));
}

TEST_F(TimedJobsTest, OneHangs_TheOthersAreCarriedOutAndItIsLeftBehind) {
    Releasing jobs{*this};
    const auto outcomes = jobs.run({counting(1), hanging(2), counting(3), counting(4)});
    EXPECT_EQ(outcomes, (Outcomes{carried_out, hangs, carried_out, carried_out}));
    EXPECT_EQ(jobs.hanging(), 1U);
}

TEST_F(TimedJobsTest, OneOfManyHangs_AllOthersAreCarriedOut) {
    Releasing jobs{*this};
    constexpr std::uint32_t kHanging = 150;
    std::vector<TimedJob> many;
    Outcomes expected;
    for (std::uint32_t pid = 1; pid <= 200; ++pid) {
        many.push_back(pid == kHanging ? hanging(pid) : counting(pid));
        expected.push_back(pid == kHanging ? hangs : carried_out);
    }
    EXPECT_EQ(jobs.run(std::move(many)), expected);
    EXPECT_EQ(done, 200);
    EXPECT_EQ(jobs.hanging(), 1U);
}

TEST_F(TimedJobsTest, StillHanging_NotBegunAgainUntilItEnds) {
    Releasing jobs{*this};
    (void)jobs.run({hanging(2)});
    EXPECT_EQ(done, 1);
    EXPECT_EQ(jobs.run({counting(2), counting(3)}), (Outcomes{hangs, carried_out}));
    EXPECT_EQ(done, 2);
    jobs.release();
    EXPECT_EQ(jobs.run({counting(2)}), Outcomes{carried_out});
}

// One after the other would take as many limits as jobs hang.
TEST_F(TimedJobsTest, SlowOne_IsOvertakenByTheNext) {
    Releasing jobs{*this};
    std::promise<void> next_was_there;
    TimedJob slow{subject(1), {}, [&] { next_was_there.get_future().wait(); }};
    TimedJob next{subject(2), {}, [&] { next_was_there.set_value(); }};
    EXPECT_EQ(jobs.run({std::move(slow), std::move(next)}), (Outcomes{carried_out, carried_out}));
}

TEST_F(TimedJobsTest, ProcessAtItsLimit_OnlyItsOthersAreSkipped) {
    Releasing jobs{*this, {2, 100, 100}};
    const auto outcomes =
        jobs.run({hanging(subject(1, 1)), hanging(subject(1, 2)), hanging(subject(1, 3)),
                  counting(subject(1, 4)), counting(subject(2, 1)), counting(subject(3, 1))});
    EXPECT_EQ(outcomes, (Outcomes{hangs, hangs, process_at_limit, process_at_limit, carried_out,
                                  carried_out}));
    EXPECT_EQ(done, 4);
    // At once the next time, too.
    EXPECT_EQ(jobs.run({counting(subject(1, 4)), counting(subject(2, 1))}),
              (Outcomes{process_at_limit, carried_out}));
    jobs.release();
    EXPECT_EQ(jobs.run({counting(subject(1, 4))}), Outcomes{carried_out});
}

TEST_F(TimedJobsTest, OwnerAtItsLimit_OnlyHisProcessesAreSkipped) {
    Releasing jobs{*this, {8, 2, 100}};
    const auto outcomes =
        jobs.run({hanging(subject(1), "his"), hanging(subject(2), "his"),
                  counting(subject(3), "his"), counting(subject(4), "another's")});
    EXPECT_EQ(outcomes, (Outcomes{hangs, hangs, owner_at_limit, carried_out}));
    jobs.release();
    EXPECT_EQ(jobs.run({counting(subject(3), "his")}), Outcomes{carried_out});
}

TEST_F(TimedJobsTest, TotalAtItsLimit_NothingMoreIsBegun) {
    Releasing jobs{*this, {8, 8, 1}};
    EXPECT_EQ(jobs.run({hanging(subject(1), "his"), counting(subject(2), "another's")}),
              (Outcomes{hangs, total_at_limit}));
    EXPECT_EQ(done, 1);
    jobs.release();
    EXPECT_EQ(jobs.run({counting(2)}), Outcomes{carried_out});
}

TEST_F(TimedJobsTest, LimitMetOnlyByASlowOne_TheNextWaitsAndIsCarriedOut) {
    Releasing jobs{*this, {1, 100, 100}};
    std::promise<void> last_was_there;
    TimedJob slow{subject(1, 1), {}, [&] { last_was_there.get_future().wait(); }};
    TimedJob last{subject(2, 1), {}, [&] { last_was_there.set_value(); }};
    EXPECT_EQ(jobs.run({std::move(slow), counting(subject(1, 2)), std::move(last)}),
              Outcomes(3, carried_out));
}

TEST_F(TimedJobsTest, StopRequestedMeanwhile_TheRestIsNotBegun) {
    Releasing jobs{*this};
    std::stop_source stop;
    const auto outcomes =
        jobs.run({counting(1), {subject(2), {}, [&stop] { stop.request_stop(); }}, counting(3)},
                 stop.get_token());
    EXPECT_EQ(outcomes, (Outcomes{carried_out, carried_out, stopped}));
    EXPECT_EQ(done, 1);
}

}  // namespace
}  // namespace rmb::win
