#include "windows/system/process_list.hpp"

#include "../suspended_process.hpp"
#include "windows/helper/child_start.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace rmb::win {
namespace {

struct OpenProcesses : testing::Test {
    OwnHelpers helpers;
    OwnHelpers::Job job =
        std::make_shared<const UniqueHandle>(make_job(JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE).value());

    /// As a helper that this process has started.
    void put_into_job(const SuspendedProcess& process) const {
        ASSERT_NE(AssignProcessToJobObject(job->get(), process.handle()), FALSE);
    }
    [[nodiscard]] bool sees(const SuspendedProcess& process) const {
        const auto list = open_processes(helpers).value();
        return std::ranges::any_of(list.processes, [&](const SeenProcess& seen) {
            return seen.facts.key == process.key();
        });
    }
};

TEST_F(OpenProcesses, OwnProgramInAHelpersJob_IsLeftOut) {
    helpers.add(job);
    const SuspendedProcess helper{own_program()};
    put_into_job(helper);
    EXPECT_FALSE(sees(helper));
}

TEST_F(OpenProcesses, OwnProgramThatSomebodyElseStarted_IsSeen) {
    helpers.add(job);
    const SuspendedProcess other{own_program()};
    EXPECT_TRUE(sees(other));
    // Nor is another job one of a helper's.
    OwnHelpers::Job theirs =
        std::make_shared<const UniqueHandle>(make_job(JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE).value());
    ASSERT_NE(AssignProcessToJobObject(theirs->get(), other.handle()), FALSE);
    EXPECT_TRUE(sees(other));
}

TEST_F(OpenProcesses, OtherProgramInAHelpersJob_IsSeen) {
    helpers.add(job);
    const SuspendedProcess program;
    put_into_job(program);
    EXPECT_TRUE(sees(program));
}

TEST_F(OpenProcesses, SeveralHelpers_AllAreLeftOut) {
    const SuspendedProcess first{own_program()};
    const SuspendedProcess second{own_program()};
    const OwnHelpers::Job other =
        std::make_shared<const UniqueHandle>(make_job(JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE).value());
    helpers.add(job);
    helpers.add(other);
    put_into_job(first);
    ASSERT_NE(AssignProcessToJobObject(other->get(), second.handle()), FALSE);
    EXPECT_FALSE(sees(first));
    EXPECT_FALSE(sees(second));
}

TEST_F(OpenProcesses, HelperThatIsGone_ItsJobIsNotKept) {
    helpers.add(job);
    const SuspendedProcess helper{own_program()};
    put_into_job(helper);
    ASSERT_FALSE(sees(helper));
    job.reset();
    EXPECT_EQ(WaitForSingleObject(helper.handle(), 30'000), WAIT_OBJECT_0)
        << "the last handle of the job was closed";
}

}  // namespace
}  // namespace rmb::win
