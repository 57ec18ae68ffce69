#include "windows/process_watch.hpp"

#include "suspended_process.hpp"

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <vector>

namespace rmb::win {
namespace {

using namespace std::chrono_literals;

struct ProcessWatchTest : testing::Test {
    boost::asio::io_context loop{1};
    ProcessWatch watch{loop};

    /// Runs the loop until `done` or for too long.
    template <class Done>
    bool run_until(Done done, std::chrono::milliseconds limit = 10s) {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (!done() && std::chrono::steady_clock::now() < end) {
            loop.restart();
            loop.run_one_for(50ms);
        }
        return done();
    }
};

TEST_F(ProcessWatchTest, ProcessEnds_ToldOnceFromTheLoop) {
    const SuspendedProcess process;
    int told = 0;
    std::thread::id by;
    const auto kept = watch.watch(process.key(), [&] {
        ++told;
        by = std::this_thread::get_id();
    });
    ASSERT_TRUE(kept.has_value());
    EXPECT_FALSE(run_until([&] { return told > 0; }, 200ms));
    process.end();
    EXPECT_TRUE(run_until([&] { return told > 0; }));
    EXPECT_EQ(by, std::this_thread::get_id()) << "told outside of the loop";
    EXPECT_FALSE(run_until([&] { return told > 1; }, 200ms));
}

TEST_F(ProcessWatchTest, OtherStartTime_FileNotFound) {
    const SuspendedProcess process;
    auto key = process.key();
    ++key.start_time;
    const auto kept = watch.watch(key, [] {});
    ASSERT_TRUE(kept.has_error());
    EXPECT_EQ(kept.error().code, Code::file_not_found);
}

TEST_F(ProcessWatchTest, EndedAndStillHeldBySomebody_FileNotFound) {
    const SuspendedProcess process;
    process.end();
    const auto kept = watch.watch(process.key(), [] {});
    ASSERT_TRUE(kept.has_error());
    EXPECT_EQ(kept.error().code, Code::file_not_found);
}

TEST_F(ProcessWatchTest, NoSuchId_FileNotFound) {
    const auto kept = watch.watch({0xFFFF'FFF0, 1}, [] {});
    ASSERT_TRUE(kept.has_error());
    EXPECT_EQ(kept.error().code, Code::file_not_found);
}

TEST_F(ProcessWatchTest, Dropped_NotTold) {
    const SuspendedProcess process;
    bool told = false;
    auto kept = watch.watch(process.key(), [&] { told = true; });
    ASSERT_TRUE(kept.has_value());
    kept->reset();
    process.end();
    EXPECT_FALSE(run_until([&] { return told; }, 200ms));
}

TEST_F(ProcessWatchTest, DroppedAfterTheEndAndBeforeTheLoopRuns_NotTold) {
    const SuspendedProcess process;
    bool told = false;
    auto kept = watch.watch(process.key(), [&] { told = true; });
    ASSERT_TRUE(kept.has_value());
    process.end();
    Sleep(100);
    kept->reset();
    EXPECT_FALSE(run_until([&] { return told; }, 200ms));
}

TEST_F(ProcessWatchTest, DroppedWithinItsOwnCall_TheCallGoesOn) {
    const SuspendedProcess process;
    core::RegistrationPtr kept;
    std::vector<int> captured(1'000, 7);
    int sum = 0;
    auto made = watch.watch(process.key(), [&, captured] {
        kept.reset();
        for (const int one : captured) {
            sum += one;
        }
    });
    ASSERT_TRUE(made.has_value());
    kept = std::move(*made);
    process.end();
    EXPECT_TRUE(run_until([&] { return sum != 0; }));
    EXPECT_EQ(sum, 7'000);
}

TEST_F(ProcessWatchTest, MoreThanSixtyFour_AllTold) {
    std::vector<SuspendedProcess> processes(70);
    std::vector<core::RegistrationPtr> kept;
    std::size_t told = 0;
    for (const auto& process : processes) {
        auto made = watch.watch(process.key(), [&] { ++told; });
        ASSERT_TRUE(made.has_value());
        kept.push_back(std::move(*made));
    }
    for (const auto& process : processes) {
        process.end();
    }
    EXPECT_TRUE(run_until([&] { return told == processes.size(); }));
}

TEST_F(ProcessWatchTest, SameProcessTwice_BothTold) {
    const SuspendedProcess process;
    int told = 0;
    const auto one = watch.watch(process.key(), [&] { ++told; });
    const auto two = watch.watch(process.key(), [&] { ++told; });
    ASSERT_TRUE(one.has_value() && two.has_value());
    process.end();
    EXPECT_TRUE(run_until([&] { return told == 2; }));
}

}  // namespace
}  // namespace rmb::win
