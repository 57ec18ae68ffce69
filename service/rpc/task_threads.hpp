#pragma once

#include "core/accounts.hpp"
#include "core/ports.hpp"

#include <boost/asio/io_context.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace rmb::rpc {

/// A thread for each task that stops or starts programs. Such a task takes as long as the programs
/// take: on WorkPool two of them would hold up all that their user asks. Loop thread, except where
/// it says otherwise.
class TaskThreads {
public:
    static constexpr std::uint64_t kThreadsPerUser = 8;
    static constexpr std::uint64_t kThreads = 64;

    using Outcome = core::result<void>;
    using Work = std::function<Outcome()>;
    using Done = std::function<void(Outcome)>;

    TaskThreads(boost::asio::io_context& loop, core::Audit& audit);
    TaskThreads(const TaskThreads&) = delete;
    TaskThreads& operator=(const TaskThreads&) = delete;
    /// Fails what threads ask of the loop, and waits for their end; nobody is told of it.
    ~TaskThreads();

    /// Runs `work` on a thread of its own, on the account of `user`, and then `done` with its
    /// outcome on the loop. Errors: not_enough_quota, naming the limit; out_of_memory (the system
    /// gives no thread).
    core::result<void> run(const std::string& user, Work work, Done done);

    [[nodiscard]] std::size_t running() const {
        return running_.size();
    }

    /// For `work`, on its thread: runs `call` on the loop and returns its outcome; cancelled when
    /// the threads are being ended.
    Outcome on_loop(Work call);
    /// The same without waiting.
    void tell_loop(std::function<void()> call);

private:
    struct Running {
        std::thread thread;
        Done done;
        core::Charge of_user;
        core::Charge of_all;
    };
    void finished(std::uint64_t number, const Outcome& outcome);

    boost::asio::io_context& loop_;
    core::Meter user_threads_;
    core::Meter all_threads_;
    std::map<std::uint64_t, Running> running_;
    std::uint64_t last_number_ = 0;

    std::mutex mutex_;
    std::condition_variable answered_;
    bool ending_ = false;  // of the mutex
    /// What a thread leaves in the loop may come after this has gone.
    std::shared_ptr<void> alive_ = std::make_shared<char>();
};

}  // namespace rmb::rpc
