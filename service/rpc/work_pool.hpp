#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <type_traits>
#include <utility>

namespace rmb::rpc {

/// Threads for work that blocks on the system: naming files, looking at processes. One user gets
/// at most a quarter of them, and users take turns (DESIGN 6): who asks for much waits for
/// himself. Called on the loop thread.
class WorkPool {
public:
    static constexpr std::size_t kThreads = 8;
    static constexpr std::size_t kThreadsPerUser = kThreads / 4;

    explicit WorkPool(boost::asio::io_context& loop) : loop_(loop) {}
    WorkPool(const WorkPool&) = delete;
    WorkPool& operator=(const WorkPool&) = delete;
    /// Waits for what runs; what waits is dropped, and neither is told to anybody.
    ~WorkPool();

    /// Runs `work` on a thread of the pool, on the account of `user`, and then `done` with its
    /// result on the loop. Both must be copyable; `work` must own what it uses and bound its time.
    template <class Work>
    void run(const std::string& user, Work work,
             std::function<void(std::invoke_result_t<Work>)> done) {
        const auto kept = std::make_shared<decltype(done)>(std::move(done));
        kept_.insert(kept);
        enqueue(user, [this, user, work = std::move(work), weak = std::weak_ptr{kept}]() mutable {
            boost::asio::post(loop_, [this, user, weak, result = work()]() mutable {
                if (const auto still_kept = weak.lock()) {
                    kept_.erase(still_kept);
                    finished(user);
                    (*still_kept)(std::move(result));
                }
            });
        });
    }

private:
    using Job = std::function<void()>;
    struct Account {
        std::size_t running = 0;
        std::deque<Job> waiting;
    };

    void enqueue(const std::string& user, Job job);
    void finished(const std::string& user);
    void start_next();

    boost::asio::io_context& loop_;
    boost::asio::thread_pool threads_{kThreads};
    std::size_t running_ = 0;
    std::map<std::string, Account> accounts_;  // of those who have work here
    /// The `done` of all work. What a thread leaves in the loop may come after the pool has gone,
    /// or never: what these hold must not outlive the pool.
    std::set<std::shared_ptr<void>> kept_;
};

}  // namespace rmb::rpc
