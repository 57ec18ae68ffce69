#include "windows/system/timed_jobs.hpp"

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

namespace rmb::win {

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

/// The jobs from one that hung (or the first) to the next that hangs (or the last). Shared by the
/// worker and the one who waits for it, whom it may outlive.
class TimedJobs::Batch {
public:
    using Jobs = std::shared_ptr<const std::vector<TimedJob>>;

    Batch(Jobs jobs, std::size_t first, std::shared_ptr<Hanging> hanging, std::stop_token stop)
        : jobs_{std::move(jobs)},
          hanging_{std::move(hanging)},
          stop_{std::move(stop)},
          next_{first} {}

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
        if (next_ == jobs_->size() || stop_.stop_requested()) {
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

std::vector<bool> TimedJobs::run(std::vector<TimedJob> jobs, std::chrono::milliseconds limit,
                                 const std::stop_token& stop) {
    const auto shared = std::make_shared<const std::vector<TimedJob>>(std::move(jobs));
    std::vector<bool> carried_out(shared->size());
    std::size_t next = 0;
    while (next < shared->size() && !stop.stop_requested() && hanging() < max_hanging_) {
        const auto batch = std::make_shared<Batch>(shared, next, hanging_, stop);
        std::thread worker{[batch] { batch->work(); }};
        if (batch->wait(limit)) {
            worker.join();
            next = batch->next();
        } else {
            worker.detach();
            next = batch->next() + 1;
        }
        for (const auto done : batch->carried_out()) {
            carried_out[done] = true;
        }
    }
    return carried_out;
}

std::size_t TimedJobs::hanging() const {
    const std::lock_guard lock{hanging_->mutex};
    return hanging_->subjects.size();
}

}  // namespace rmb::win
