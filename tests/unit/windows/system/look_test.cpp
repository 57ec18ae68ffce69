#include "windows/system/look.hpp"

#include "../suspended_process.hpp"
#include "windows/system/process_details.hpp"
#include "windows/system/windows_system.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

/// Looks and details of a machine on which much hangs: limits of none stand for it.
namespace rmb::win {
namespace {

using engine::HoldKind;

constexpr JobLimits kNoneAtAll{8, 32, 0};
constexpr JobLimits kNoneOfAProcess{0, 32, 512};
constexpr JobLimits kNoneOfAUser{8, 0, 512};

struct LookTest : testing::Test {
    const OwnHelpers helpers;
    IoWatchdog watchdog{WindowsSystem::kFileLimit};
    const SuspendedProcess child;

    std::string why_unseen(const engine::Snapshot& snapshot, const std::string& what) const {
        const auto process = "process " + std::to_string(child.key().pid) + " ";
        for (const auto& unseen : snapshot.unseen) {
            if (unseen.what.starts_with(process) && unseen.what.find(what) != std::string::npos) {
                return unseen.why;
            }
        }
        return {};
    }
    static bool has(const engine::Snapshot& snapshot, HoldKind how) {
        return std::ranges::count(snapshot.holdings, how, &engine::Holding::how) != 0;
    }
};

// It was empty, and whoever asked took the files for free.
TEST_F(LookTest, TooMuchHangs_AnErrorAndNoEmptyAnswer) {
    LookJobs in_memory;
    in_memory.memory = TimedJobs{kNoneAtAll};
    LookJobs in_files;
    in_files.handles.front() = TimedJobs{kNoneAtAll};
    for (auto* jobs : {&in_memory, &in_files}) {
        const auto snapshot = look_at_system(helpers, watchdog, *jobs, {});
        ASSERT_TRUE(snapshot.has_error());
        EXPECT_EQ(snapshot.error().code, Code::sem_timeout);
        EXPECT_NE(snapshot.error().message.find("not complete"), std::string::npos)
            << snapshot.error().message;
    }
}

TEST_F(LookTest, ProcessOrUserAtTheLimit_ToldAsUnseen) {
    for (const auto& limits : {kNoneOfAProcess, kNoneOfAUser}) {
        LookJobs jobs{limits};
        const auto snapshot = look_at_system(helpers, watchdog, jobs, {});
        ASSERT_TRUE(snapshot.has_value()) << snapshot.error().message;
        const std::string whose = limits.process == 0 ? "its process" : "its user's processes";
        EXPECT_EQ(why_unseen(*snapshot, "its libraries"), "too many looks at " + whose + " hang");
        EXPECT_EQ(why_unseen(*snapshot, "handle "), "too many looks at " + whose + " hang");
        EXPECT_FALSE(has(*snapshot, HoldKind::handle));
    }
}

TEST_F(LookTest, OneKindAtTheLimit_TheOthersAreLookedAtAsEver) {
    LookJobs no_memory;
    no_memory.memory = TimedJobs{kNoneOfAProcess};
    LookJobs no_pipes;
    no_pipes.handles.back() = TimedJobs{kNoneOfAProcess};
    const auto with_handles = look_at_system(helpers, watchdog, no_memory, {});
    ASSERT_TRUE(with_handles.has_value());
    EXPECT_TRUE(has(*with_handles, HoldKind::handle));
    EXPECT_FALSE(has(*with_handles, HoldKind::mapping));
    const auto with_memory = look_at_system(helpers, watchdog, no_pipes, {});
    ASSERT_TRUE(with_memory.has_value());
    EXPECT_TRUE(has(*with_memory, HoldKind::image));
    EXPECT_EQ(why_unseen(*with_memory, "its libraries"), "");
}

TEST_F(LookTest, DetailsThatCannotBeRead_AreNotEmptyOnes) {
    for (const auto& limits : {kNoneAtAll, kNoneOfAProcess, kNoneOfAUser}) {
        TimedJobs jobs{limits};
        const auto key = child.key();
        const auto details = read_details(watchdog, jobs, {&key, 1}, {});
        ASSERT_EQ(details.size(), 1U);
        ASSERT_TRUE(details[0].has_error());
        EXPECT_EQ(details[0].error().code, Code::sem_timeout);
    }
}

}  // namespace
}  // namespace rmb::win
