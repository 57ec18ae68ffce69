#pragma once

#include "core/identity.hpp"

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
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
    std::function<void()> look;
};

/// Runs jobs on threads of its own: a few one after the other, many on several threads side by
/// side. When one does not end in time its thread is left behind, to end by itself whenever the job
/// does, and another goes on with the rest. Any thread.
class TimedJobs {
public:
    /// Threads that may be left behind at a time; beyond it nothing is begun. A few more where
    /// several begin to hang at once.
    static constexpr std::size_t kMaxHanging = 32;

    explicit TimedJobs(std::size_t max_hanging = kMaxHanging);

    /// Which jobs were carried out, in their order: not those that hang, now or still, and none
    /// after `stop` was requested. A job gets at least `limit`, and at most twice as much.
    std::vector<bool> run(std::vector<TimedJob> jobs, std::chrono::milliseconds limit,
                          const std::stop_token& stop);

    /// Threads that are left behind at this moment.
    [[nodiscard]] std::size_t hanging() const;

private:
    struct Hanging;
    class Batch;
    using Jobs = std::shared_ptr<const std::vector<TimedJob>>;
    /// Some of the jobs, by their numbers.
    struct Range {
        std::size_t first;
        std::size_t end;
    };

    /// Which were carried out.
    [[nodiscard]] std::vector<std::size_t> run_some(const Jobs& jobs, Range range,
                                                    std::chrono::milliseconds limit,
                                                    const std::stop_token& stop) const;

    std::shared_ptr<Hanging> hanging_;
    std::size_t max_hanging_;
};

}  // namespace rmb::win
