#include "windows/system/timed_jobs.hpp"

#include <algorithm>
#include <condition_variable>
#include <future>
#include <iterator>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

namespace rmb::win {
namespace {

// Fewer jobs are done before a thread has begun.
constexpr std::size_t kWorthAThread = 16;
// Beyond it they wait for each other in the kernel, and for a core that others want.
constexpr unsigned kMaxThreads = 4;

}  // namespace

struct TimedJobs::Hanging {
    mutable std::mutex mutex;
    std::set<JobSubject> subjects;

    void add(const JobSubject& subject) {
        const std::lock_guard lock{mutex};
        subjects.insert(subject);
    }
    void remove(const JobSubject& subject) {
        const std::lock_guard lock{mutex};
        subjects.erase(subject);
    }
    [[nodiscard]] bool has(const JobSubject& subject) const {
        const std::lock_guard lock{mutex};
        return subjects.contains(subject);
    }
};

/// The jobs from one that hung (or the first) to the next that hangs (or the last of a range).
/// Shared by the worker and the one who waits for it, whom it may outlive.
class TimedJobs::Batch {
public:
    Batch(Jobs jobs, Range range, std::shared_ptr<Hanging> hanging, std::stop_token stop)
        : jobs_{std::move(jobs)},
          end_{range.end},
          hanging_{std::move(hanging)},
          stop_{std::move(stop)},
          next_{range.first} {}

    /// On the worker.
    void work() {
        for (const TimedJob* job = begin(); job != nullptr; job = begin()) {
            const bool skip = hanging_->has(job->subject);
            if (!skip) {
                job->look();
            }
            if (!end(*job, !skip)) {
                return;
            }
        }
    }

    /// Until the worker has nothing more to do (true), or hangs in the job number next().
    bool wait(std::chrono::milliseconds limit) {
        std::unique_lock lock{mutex_};
        for (std::size_t seen = next_;; seen = next_) {
            if (changed_.wait_for(lock, limit, [this] { return finished_; })) {
                return true;
            }
            if (next_ == seen) {
                given_up_ = true;
                hanging_->add((*jobs_)[next_].subject);
                return false;
            }
        }
    }

    /// For the one who waited, afterwards.
    [[nodiscard]] std::size_t next() const {
        return next_;
    }
    [[nodiscard]] const std::vector<std::size_t>& carried_out() const {
        return carried_out_;
    }

private:
    const TimedJob* begin() {
        const std::lock_guard lock{mutex_};
        if (next_ == end_ || stop_.stop_requested()) {
            finished_ = true;
            changed_.notify_one();
            return nullptr;
        }
        return &(*jobs_)[next_];
    }

    /// False when nobody waits any more.
    bool end(const TimedJob& job, bool carried_out) {
        const std::lock_guard lock{mutex_};
        if (given_up_) {
            hanging_->remove(job.subject);
            return false;
        }
        if (carried_out) {
            carried_out_.push_back(next_);
        }
        ++next_;
        return true;
    }

    const Jobs jobs_;
    const std::size_t end_;
    const std::shared_ptr<Hanging> hanging_;
    const std::stop_token stop_;
    std::mutex mutex_;  // all below; of what only the worker writes, until it is given up
    std::condition_variable changed_;
    std::size_t next_;
    std::vector<std::size_t> carried_out_;
    bool given_up_ = false;
    bool finished_ = false;
};

TimedJobs::TimedJobs(std::size_t max_hanging)
    : hanging_{std::make_shared<Hanging>()}, max_hanging_{max_hanging} {}

std::vector<std::size_t> TimedJobs::run_some(const Jobs& jobs, Range range,
                                             std::chrono::milliseconds limit,
                                             const std::stop_token& stop) const {
    std::vector<std::size_t> carried_out;
    while (range.first < range.end && !stop.stop_requested() && hanging() < max_hanging_) {
        const auto batch = std::make_shared<Batch>(jobs, range, hanging_, stop);
        std::thread worker{[batch] { batch->work(); }};
        if (batch->wait(limit)) {
            worker.join();
            range.first = batch->next();
        } else {
            worker.detach();
            range.first = batch->next() + 1;
        }
        std::ranges::copy(batch->carried_out(), std::back_inserter(carried_out));
    }
    return carried_out;
}

std::vector<bool> TimedJobs::run(std::vector<TimedJob> jobs, std::chrono::milliseconds limit,
                                 const std::stop_token& stop) {
    const auto shared = std::make_shared<const std::vector<TimedJob>>(std::move(jobs));
    const auto size = shared->size();
    const auto parts = std::clamp<std::size_t>(
        size / kWorthAThread, 1, std::clamp(std::thread::hardware_concurrency(), 1U, kMaxThreads));
    std::vector<std::future<std::vector<std::size_t>>> others;
    for (std::size_t part = 1; part < parts; ++part) {
        const Range range{size * part / parts, size * (part + 1) / parts};
        others.push_back(std::async(std::launch::async, [this, &shared, range, limit, &stop] {
            return run_some(shared, range, limit, stop);
        }));
    }
    auto carried_out = run_some(shared, {0, size / parts}, limit, stop);
    for (auto& other : others) {
        std::ranges::copy(other.get(), std::back_inserter(carried_out));
    }
    std::vector<bool> is_carried_out(size);
    for (const auto number : carried_out) {
        is_carried_out[number] = true;
    }
    return is_carried_out;
}

std::size_t TimedJobs::hanging() const {
    const std::lock_guard lock{hanging_->mutex};
    return hanging_->subjects.size();
}

}  // namespace rmb::win
