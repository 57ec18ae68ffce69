#pragma once

#include "core/broker.hpp"
#include "core/ports.hpp"
#include "engine/tasks.hpp"
#include "rpc/task_threads.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>

namespace rmb::rpc {

/// A shutdown or restart, once it may run.
struct TaskOrder {
    using Work = std::function<core::result<void>(
        const engine::WriteLedger&, const engine::OnPercent&, const std::stop_token&)>;

    std::string_view action;  // as audited
    core::Caller caller;      // on whose account
    proto::KeyHash session;
    std::stop_source stop;
    /// On the task's thread; must own what it uses.
    Work work;
    /// On the loop, for as long as the task runs. Copied and dropped on any thread.
    engine::OnPercent on_percent;
};

/// Runs what stops and starts programs, each on a thread of its own: its ledger is written and its
/// progress told on the loop, and its end is audited. Loop thread.
class TaskRunner {
public:
    TaskRunner(boost::asio::io_context& loop, core::Broker& broker, core::Clock& clock,
               core::Audit& audit)
        : broker_(broker), clock_(clock), audit_(audit), threads_(loop, audit) {}
    TaskRunner(const TaskRunner&) = delete;
    TaskRunner& operator=(const TaskRunner&) = delete;
    /// Asks the running tasks to stop and waits for their end; nobody is told of it.
    ~TaskRunner();

    /// Errors: those of TaskThreads::run(), cancelled (after stop()); `done` is not called then.
    core::result<void> run(TaskOrder order, TaskThreads::Done done);

    /// Begins no more, and asks what still runs after `grace` to stop. `stopped` is called once,
    /// when nothing runs any more or, at the latest, after as long again.
    void stop(std::chrono::milliseconds grace, std::function<void()> stopped);

private:
    void finished(std::uint64_t number, const TaskOrder& order, core::TimePoint begun,
                  const core::result<void>& outcome);
    void stop_all();
    void tell_stopped();

    core::Broker& broker_;
    core::Clock& clock_;
    core::Audit& audit_;
    TaskThreads threads_;
    std::map<std::uint64_t, std::stop_source> running_;
    std::uint64_t last_number_ = 0;
    bool stopping_ = false;
    std::function<void()> stopped_;
    core::RegistrationPtr grace_;
};

}  // namespace rmb::rpc
