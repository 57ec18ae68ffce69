#include "windows/system/timed_jobs.hpp"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

namespace rmb::win {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// Fewer jobs are done before a thread has begun.
constexpr std::size_t kWorthAThread = 16;
// Beyond it they wait for each other in the kernel, and for a core that others want.
constexpr unsigned kMostSideBySide = 4;
// After this part of the limit.
constexpr int kOvertaken = 10;

std::size_t threads_for(std::size_t jobs) {
    return std::clamp<std::size_t>(
        jobs / kWorthAThread, 1,
        std::clamp(std::thread::hardware_concurrency(), 1U, kMostSideBySide));
}

/// What is counted of a job that is under way or hangs.
struct Counted {
    JobSubject subject;
    std::string owner;
};

/// Jobs that are under way beside one: all, and those of its process and of its owner.
struct Beside {
    std::size_t all = 0;
    std::size_t of_process = 0;
    std::size_t of_owner = 0;
};

}  // namespace

/// The jobs that were given up and have not ended since.
class TimedJobs::Hanging {
public:
    explicit Hanging(const JobLimits& limits) : limits_{limits} {}

    void add(const Counted& job) {
        const std::lock_guard lock{mutex_};
        subjects_.insert(job.subject);
        ++of_process_[job.subject.process];
        ++of_owner_[job.owner];
    }
    void remove(const Counted& job) {
        const std::lock_guard lock{mutex_};
        // Several looks may hang in the same handle.
        subjects_.erase(subjects_.find(job.subject));
        take_one(of_process_, job.subject.process);
        take_one(of_owner_, job.owner);
    }

    /// Why the job is not to be begun; nullopt where it is.
    [[nodiscard]] std::optional<JobOutcome> refusal(const TimedJob& job) const {
        if (const std::lock_guard lock{mutex_}; subjects_.contains(job.subject)) {
            return JobOutcome::hangs;
        }
        return limit_met(job, {});
    }
    /// Whether nothing refuses it even if all beside it come to hang.
    [[nodiscard]] bool has_room_beside(const TimedJob& job, const Beside& beside) const {
        return !limit_met(job, beside);
    }

    [[nodiscard]] std::size_t size() const {
        const std::lock_guard lock{mutex_};
        return subjects_.size();
    }

private:
    [[nodiscard]] std::optional<JobOutcome> limit_met(const TimedJob& job,
                                                      const Beside& beside) const {
        const std::lock_guard lock{mutex_};
        if (subjects_.size() + beside.all >= limits_.total) {
            return JobOutcome::total_at_limit;
        }
        if (count(of_owner_, job.owner) + beside.of_owner >= limits_.owner) {
            return JobOutcome::owner_at_limit;
        }
        if (count(of_process_, job.subject.process) + beside.of_process >= limits_.process) {
            return JobOutcome::process_at_limit;
        }
        return std::nullopt;
    }

    template <class Key>
    static std::size_t count(const std::map<Key, std::size_t>& counts, const Key& key) {
        const auto found = counts.find(key);
        return found == counts.end() ? 0 : found->second;
    }
    template <class Key>
    static void take_one(std::map<Key, std::size_t>& counts, const Key& key) {
        const auto found = counts.find(key);
        if (--found->second == 0) {
            counts.erase(found);
        }
    }

    const JobLimits limits_;
    mutable std::mutex mutex_;  // all below
    std::multiset<JobSubject> subjects_;
    std::map<core::ProcessKey, std::size_t> of_process_;
    std::map<std::string, std::size_t> of_owner_;
};

/// One call of run(). Shared by the one who waits for it and its threads, some of which outlive it.
class TimedJobs::Run : public std::enable_shared_from_this<Run> {
public:
    Run(std::vector<TimedJob> jobs, std::shared_ptr<Hanging> hanging, milliseconds limit,
        std::stop_token stop)
        : hanging_{std::move(hanging)},
          limit_{limit},
          stop_{std::move(stop)},
          jobs_{std::move(jobs)},
          queue_(jobs_.size()),
          outcomes_(jobs_.size(), JobOutcome::stopped) {
        std::iota(queue_.begin(), queue_.end(), std::size_t{0});
    }

    std::vector<JobOutcome> carry_out() {
        std::unique_lock lock{mutex_};
        if (!jobs_.empty()) {
            start_workers(threads_for(jobs_.size()));
        }
        while (goes_on()) {
            changed_.wait_until(lock, next_deadline());
            give_up_late();
            if (all_are_slow()) {
                start_workers(1);
            }
        }
        // What is left behind needs them no more.
        jobs_.clear();
        lock.unlock();
        for (auto& worker : workers_) {
            worker->thread.join();
        }
        return std::move(outcomes_);
    }

private:
    struct Worker {
        std::thread thread;
        std::optional<std::size_t> job;
        Counted counted;
        Clock::time_point begun;
        bool has_finished = false;
        bool is_given_up = false;
    };
    using WorkerPtr = std::shared_ptr<Worker>;

    void work(Worker& worker) {
        for (auto look = begin(worker); look; look = begin(worker)) {
            look();
            look = nullptr;  // what it owns, too, is closed before the job counts as ended
            if (!end(worker)) {
                return;
            }
        }
    }

    /// Of the next job that may be begun; null where there is none.
    std::function<void()> begin(Worker& worker) {
        const std::lock_guard lock{mutex_};
        while (next_ < queue_.size() && !stop_.stop_requested()) {
            const auto number = queue_[next_++];
            auto& job = jobs_[number];
            if (const auto refused = hanging_->refusal(job)) {
                outcomes_[number] = *refused;
            } else if (!hanging_->has_room_beside(job, beside(job))) {
                deferred_.push_back(number);
            } else {
                worker.job = number;
                worker.counted = {job.subject, job.owner};
                worker.begun = Clock::now();
                return std::move(job.look);
            }
        }
        worker.has_finished = true;
        changed_.notify_one();
        return nullptr;
    }

    /// False when nobody waits for it any more.
    bool end(Worker& worker) {
        const std::lock_guard lock{mutex_};
        if (worker.is_given_up) {
            hanging_->remove(worker.counted);
            return false;
        }
        outcomes_[*worker.job] = JobOutcome::carried_out;
        worker.job.reset();
        return true;
    }

    [[nodiscard]] Beside beside(const TimedJob& job) const {
        Beside found;
        for (const auto& worker : workers_) {
            if (worker->job) {
                const auto& other = worker->counted;
                ++found.all;
                found.of_process += std::size_t{other.subject.process == job.subject.process};
                found.of_owner += std::size_t{other.owner == job.owner};
            }
        }
        return found;
    }

    // The rest is for the one who waits.

    /// Whether there is more to wait for. Begins with what was deferred.
    bool goes_on() {
        if (!std::ranges::all_of(workers_, &Worker::has_finished)) {
            return true;
        }
        if (deferred_.empty() || stop_.stop_requested()) {
            return false;
        }
        // Those on which they depended have ended or hang: the first may be judged now.
        queue_ = std::exchange(deferred_, {});
        next_ = 0;
        return start_workers(threads_for(queue_.size()));
    }

    /// Whether there is one then. Where there is none the rest of the queue is not begun.
    bool start_workers(std::size_t count) {
        std::erase_if(workers_, [](const WorkerPtr& worker) {
            if (worker->has_finished) {
                worker->thread.join();
            }
            return worker->has_finished;
        });
        for (; count > 0; --count) {
            auto worker = std::make_shared<Worker>();
            try {
                worker->thread =
                    std::thread{[run = shared_from_this(), worker] { run->work(*worker); }};
            } catch (const std::system_error&) {
                break;
            }
            workers_.push_back(std::move(worker));
        }
        if (workers_.empty()) {
            for (; next_ < queue_.size(); ++next_) {
                outcomes_[queue_[next_]] = JobOutcome::total_at_limit;
            }
        }
        return !workers_.empty();
    }

    [[nodiscard]] bool is_slow(const Worker& worker, Clock::time_point now) const {
        return worker.job && now - worker.begun >= limit_ / kOvertaken;
    }
    /// Also where there is none left.
    [[nodiscard]] bool all_are_slow() const {
        const auto now = Clock::now();
        return next_ < queue_.size() && std::ranges::all_of(workers_, [&](const auto& worker) {
                   return is_slow(*worker, now);
               });
    }

    [[nodiscard]] Clock::time_point next_deadline() const {
        const auto now = Clock::now();
        auto next = now + limit_;
        for (const auto& worker : workers_) {
            const auto since = worker->job ? worker->begun : now;
            next = std::min(next, since + (is_slow(*worker, now) ? limit_ : limit_ / kOvertaken));
        }
        return next;
    }

    void give_up_late() {
        const auto now = Clock::now();
        std::erase_if(workers_, [&](const WorkerPtr& worker) {
            if (!worker->job || now - worker->begun < limit_) {
                return false;
            }
            worker->is_given_up = true;
            worker->thread.detach();
            hanging_->add(worker->counted);
            outcomes_[*worker->job] = JobOutcome::hangs;
            return true;
        });
    }

    const std::shared_ptr<Hanging> hanging_;
    const milliseconds limit_;
    const std::stop_token stop_;
    std::mutex mutex_;  // all below
    std::condition_variable changed_;
    std::vector<TimedJob> jobs_;
    std::vector<std::size_t> queue_;  // numbers of jobs, from next_ on
    std::size_t next_ = 0;
    std::vector<std::size_t> deferred_;
    std::vector<WorkerPtr> workers_;  // that are not given up
    std::vector<JobOutcome> outcomes_;
};

std::string_view describe(JobOutcome outcome) {
    switch (outcome) {
        case JobOutcome::carried_out:
            return {};
        case JobOutcome::stopped:
            return "cancelled";
        case JobOutcome::hangs:
            return "it does not answer in time";
        case JobOutcome::process_at_limit:
            return "too many looks at its process hang";
        case JobOutcome::owner_at_limit:
            return "too many looks at its user's processes hang";
        case JobOutcome::total_at_limit:
            return "too many looks hang";
    }
    return "not known";
}

TimedJobs::TimedJobs(const JobLimits& limits) : hanging_{std::make_shared<Hanging>(limits)} {}

std::vector<JobOutcome> TimedJobs::run(std::vector<TimedJob> jobs, milliseconds limit,
                                       const std::stop_token& stop) {
    return std::make_shared<Run>(std::move(jobs), hanging_, limit, stop)->carry_out();
}

std::size_t TimedJobs::hanging() const {
    return hanging_->size();
}

}  // namespace rmb::win
