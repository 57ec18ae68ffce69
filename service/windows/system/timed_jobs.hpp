#pragma once

#include "core/identity.hpp"

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace rmb::win {

/// What a job looks at. One that hangs is not looked at again as long as it does.
struct JobSubject {
    core::ProcessKey process;
    std::uintptr_t handle = 0;  // 0: the process's memory

    auto operator<=>(const JobSubject&) const = default;
};

/// A look that may hang for good where nothing can cancel it: a query of a file on which another
/// process waits takes the lock that the waiter holds. `look` owns all that it touches, does not
/// throw, and writes nothing that somebody reads before run() has said that it was carried out.
struct TimedJob {
    JobSubject subject;
    std::string owner;  // whose process it is (SID), empty where that is not known
    std::function<void()> look;
};

enum class JobOutcome {
    carried_out,
    stopped,           // not begun: `stop` was requested
    hangs,             // now, or still
    process_at_limit,  // not begun, as the next two
    owner_at_limit,
    total_at_limit
};
/// Why it was not carried out, for people; empty where it was.
[[nodiscard]] std::string_view describe(JobOutcome outcome);

/// How many jobs may hang at a time. Beyond it no more are begun: of that process, of that owner's
/// processes, or at all.
struct JobLimits {
    std::size_t process = 8;
    std::size_t owner = 32;
    std::size_t total = 512;
};

/// Runs jobs on threads of its own, in their order: a few one after the other, many on several
/// threads side by side. One that does not end soon is overtaken by another thread, one that does
/// not end in time is given up: its thread is left behind, to end by itself whenever the job does.
/// Any thread.
///
/// So it never has more threads than JobLimits::total that are left behind, and 14 for each run()
/// that is under way: four side by side, and as many as are overtaken before the first is given up.
/// Only where several run() meet a limit together it is exceeded, by those: one knows of another's
/// jobs when they hang, not before.
class TimedJobs {
public:
    explicit TimedJobs(const JobLimits& limits = {});

    /// What became of each job, in their order. Each may take up to `limit`, and is overtaken
    /// after a tenth of it.
    std::vector<JobOutcome> run(std::vector<TimedJob> jobs, std::chrono::milliseconds limit,
                                const std::stop_token& stop);

    /// Jobs that hang at this moment, a thread each.
    [[nodiscard]] std::size_t hanging() const;

private:
    class Hanging;
    class Run;

    std::shared_ptr<Hanging> hanging_;
};

}  // namespace rmb::win
