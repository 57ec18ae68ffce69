#pragma once

#include "core/accounts.hpp"
#include "core/broker.hpp"
#include "core/config.hpp"
#include "core/ports.hpp"
#include "engine/tasks.hpp"
#include "proto/methods.hpp"
#include "rpc/call.hpp"
#include "rpc/task_runner.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace rmb::rpc {

/// What starting again may start, by the settings of this moment.
[[nodiscard]] engine::RestartRules rules_of(const core::Config& config);

/// Starts what the ledger owes, with the caller's rights.
[[nodiscard]] TaskOrder::Work restart_work(const engine::Machine& machine, core::Ledger ledger,
                                           core::Caller caller, engine::RestartRules rules);

/// Bytes that a task is charged with until it is done.
inline constexpr std::uint64_t kTaskCost = 4'096;

/// session.shutdown and session.restart (DESIGN 3 and 4). Loop thread.
///
/// A task belongs to its session, not to the call that began it: a lost connection does not end
/// it, and a repeat with the same token gets what came of it, or joins those who wait for that;
/// also of a task that was cancelled, and comes to its end after it was answered.
/// The outcome of the last task of a handle is kept for as long as the session lives. After a crash
/// of the service a repeat runs the task again, and the ledger tells it what is done already.
class SessionTasks {
public:
    struct Ports {
        core::Broker& broker;
        core::Accounts& accounts;
        core::Clock& clock;
        const core::Config& config;
        TaskRunner& runner;
        engine::Machine machine;
    };
    /// `died` is told of the ledger of an installer that died, and who the installer was: who last
    /// had programs stopped. The references must outlive this.
    using Died = std::function<void(const core::Ledger&, const core::Caller&)>;

    SessionTasks(const Ports& ports, Died died);
    SessionTasks(const SessionTasks&) = delete;
    SessionTasks& operator=(const SessionTasks&) = delete;
    ~SessionTasks() = default;

    enum class Kind { shutdown, restart };
    void begin(Kind kind, const proto::TaskParams& params, const Reply<proto::Empty>& reply);

private:
    /// What was asked for: equal for a repeat.
    struct Asked {
        proto::Token token{};
        Kind kind = Kind::shutdown;
        std::uint32_t flags = 0;

        bool operator==(const Asked&) const = default;
    };
    struct Waiter {
        Reply<proto::Empty> reply;
        std::optional<nlohmann::json> progress_token;
    };
    /// A handle belongs to a process.
    using Place = std::pair<core::ProcessKey, std::uint32_t>;
    struct Job {
        Asked asked;
        Place place;
        core::Caller caller;
        core::Charge charge;
        std::stop_source stop;
        std::vector<Waiter> waiters;
        std::optional<core::CallQueue::Turn> turn;  // none before it is the job's
        std::optional<std::uint32_t> percent;
        bool is_over = false;
    };
    using JobPtr = std::shared_ptr<Job>;
    struct Finished {
        Asked asked;
        core::result<void> outcome;
    };
    struct Tasks {
        std::string session;       // hash; empty before the first turn
        std::vector<JobPtr> jobs;  // at most one has the turn
        std::optional<Finished> last;
        std::optional<core::Caller> installer;  // of the last shutdown
    };

    /// Whether the call was a repeat, and has been taken care of.
    bool repeated(const Place& place, const Asked& asked, const proto::TaskParams& params,
                  const Reply<proto::Empty>& reply);
    void attach(const JobPtr& job, const proto::TaskParams& params,
                const Reply<proto::Empty>& reply);
    void stop_waiting(const JobPtr& job, const Call* call, StopReason reason);
    /// Whoever waits is answered at once; the session is busy until the current step has ended.
    static void cancel(Job& job);
    static void answer(Job& job, const core::result<void>& outcome);
    void start(const JobPtr& job, core::result<core::Task> task);
    [[nodiscard]] core::result<TaskOrder> order_of(const JobPtr& job, const core::Task& task) const;
    [[nodiscard]] static engine::OnPercent progress_of(const JobPtr& job);
    void end(const JobPtr& job, const core::result<void>& outcome);
    void session_ended(const std::string& session);
    void ledger_orphaned(const core::Ledger& ledger);

    Ports ports_;
    Died died_;
    std::map<Place, Tasks> tasks_;
    /// The session that ended last: its ledger, if it is an orphan now, is told of next.
    std::string ended_session_;
    std::optional<core::Caller> ended_installer_;
    core::RegistrationPtr watch_;
    /// What waits in a session's queue may get its turn when this has gone.
    std::shared_ptr<void> alive_ = std::make_shared<char>();
};

}  // namespace rmb::rpc
