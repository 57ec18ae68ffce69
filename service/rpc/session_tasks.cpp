#include "rpc/session_tasks.hpp"

#include "rpc/completions.hpp"
#include "rpc/progress_token.hpp"

#include <algorithm>
#include <utility>

namespace rmb::rpc {
namespace {

using core::Code;
using core::Error;
using core::result;

constexpr std::uint32_t kForce = 0x1;
constexpr std::uint32_t kOnlyRegistered = 0x10;

std::optional<Error> check(SessionTasks::Kind kind, const proto::TaskParams& params) {
    const auto known = kind == SessionTasks::Kind::shutdown ? kForce | kOnlyRegistered : 0;
    if ((params.flags & ~known) != 0) {
        return Error{Code::bad_arguments,
                     kind == SessionTasks::Kind::shutdown ? "params.flags: expected 0, 1, 16 or 17"
                                                          : "params.flags: expected 0",
                     "params.flags"};
    }
    return params.progress_token ? wrong_progress_token(*params.progress_token) : std::nullopt;
}

Error token_used_otherwise() {
    return {Code::invalid_params,
            "params.token: this process used it for another task; expected a new one",
            "params.token"};
}

Error cancelled() {
    return {Code::cancelled, "the task was cancelled"};
}

core::Caller everybody() {
    core::Caller caller;
    caller.administrator = true;
    return caller;
}

core::Ledger fresh_ledger(const core::Task& task, std::uint64_t now_ms) {
    core::Ledger ledger;
    ledger.session = task.session;
    ledger.owner = task.owner;
    ledger.installer = task.primary.process;
    ledger.installer_program = task.primary.program;
    ledger.begun_ms = now_ms;
    return ledger;
}

TaskOrder::Work shutdown_work(const engine::Machine& machine, engine::TaskRequest request,
                              core::Ledger fresh, std::uint32_t flags) {
    const engine::ShutdownFlags how{(flags & kForce) != 0, (flags & kOnlyRegistered) != 0};
    return [machine, request = std::move(request), fresh = std::move(fresh), how](
               const engine::WriteLedger& write, const engine::OnPercent& on_percent,
               const std::stop_token& stop) {
        return engine::shut_down(machine, request, fresh, how, write, on_percent, stop);
    };
}

/// With the session's filters as they are now.
TaskOrder::Work filtered_restart_work(const engine::Machine& machine, engine::TaskRequest request,
                                      engine::RestartRules rules) {
    return [machine, request = std::move(request), rules](
               const engine::WriteLedger& write, const engine::OnPercent& on_percent,
               const std::stop_token& stop) -> result<void> {
        auto ledger = engine::filter_ledger(machine, request, stop);
        if (!ledger) {
            return ledger.error();
        }
        return engine::start_again(machine, *std::move(ledger), request.primary, rules, write,
                                   on_percent, stop);
    };
}

}  // namespace

TaskOrder::Work restart_work(const engine::Machine& machine, core::Ledger ledger,
                             core::Caller caller, engine::RestartRules rules) {
    return [machine, ledger = std::move(ledger), caller = std::move(caller), rules](
               const engine::WriteLedger& write, const engine::OnPercent& on_percent,
               const std::stop_token& stop) {
        return engine::start_again(machine, ledger, caller, rules, write, on_percent, stop);
    };
}

engine::RestartRules rules_of(const core::Config& config) {
    return {.unregistered = config.restart_unregistered != 0, .services_only = false};
}

SessionTasks::SessionTasks(const Ports& ports, Died died)
    : ports_(ports),
      died_(std::move(died)),
      watch_(ports.broker.watch(everybody(), [this](const core::SessionEvent& event) {
          if (event.change == core::SessionChange::ended) {
              session_ended(event.hash.text);
          }
      })) {
    ports_.broker.on_orphan([this, alive = std::weak_ptr{alive_}](const core::Ledger& ledger) {
        if (!alive.expired()) {
            ledger_orphaned(ledger);
        }
    });
}

void SessionTasks::begin(Kind kind, const proto::TaskParams& params,
                         const Reply<proto::Empty>& reply) {
    if (const auto refusal = check(kind, params)) {
        return reply(*refusal);
    }
    const auto& caller = reply.call().caller();
    const Place place{caller.process, params.session};
    const Asked asked{params.token, kind, params.flags};
    if (repeated(place, asked, params, reply)) {
        return;
    }
    // Who gives up calls and makes new ones may have many that still wait for their turn.
    auto charged = ports_.accounts.charge_bytes(caller.owner.user, kTaskCost);
    if (!charged) {
        return reply(charged.error());
    }
    const auto job = std::make_shared<Job>();
    job->asked = asked;
    job->charge = std::move(*charged);
    job->place = place;
    job->caller = caller;
    tasks_[place].jobs.push_back(job);
    attach(job, params, reply);
    ports_.broker.begin_task(caller, params.session,
                             [this, job, alive = std::weak_ptr{alive_}](result<core::Task> task) {
                                 if (!alive.expired() && !job->is_over) {
                                     start(job, std::move(task));
                                 }
                             });
}

bool SessionTasks::repeated(const Place& place, const Asked& asked, const proto::TaskParams& params,
                            const Reply<proto::Empty>& reply) {
    const auto found = tasks_.find(place);
    if (found == tasks_.end()) {
        return false;
    }
    const auto& tasks = found->second;
    const auto job = std::ranges::find(tasks.jobs, asked.token,
                                       [](const JobPtr& each) { return each->asked.token; });
    if (job != tasks.jobs.end()) {
        if ((*job)->asked == asked) {
            attach(*job, params, reply);
        } else {
            reply(token_used_otherwise());
        }
        return true;
    }
    if (!tasks.last || tasks.last->asked.token != asked.token) {
        return false;
    }
    reply(tasks.last->asked == asked ? to_empty(tasks.last->outcome)
                                     : result<proto::Empty>{token_used_otherwise()});
    return true;
}

void SessionTasks::attach(const JobPtr& job, const proto::TaskParams& params,
                          const Reply<proto::Empty>& reply) {
    job->waiters.push_back({reply, params.progress_token});
    reply.call().on_stop([this, alive = std::weak_ptr{alive_}, weak = std::weak_ptr{job},
                          call = &reply.call()](StopReason reason) {
        const auto waited_for = weak.lock();
        if (waited_for && !alive.expired()) {
            stop_waiting(waited_for, call, reason);
        }
    });
}

void SessionTasks::stop_waiting(const JobPtr& job, const Call* call, StopReason reason) {
    if (reason == StopReason::disconnected) {
        std::erase_if(job->waiters,
                      [call](const Waiter& waiter) { return &waiter.reply.call() == call; });
        return;
    }
    if (job->turn) {
        cancel(*job);
    } else {
        job->stop.request_stop();
        end(job, cancelled());
    }
}

void SessionTasks::cancel(Job& job) {
    job.stop.request_stop();
    answer(job, cancelled());
}

void SessionTasks::answer(Job& job, const result<void>& outcome) {
    for (const auto& waiter : std::exchange(job.waiters, {})) {
        waiter.reply(to_empty(outcome));
    }
}

void SessionTasks::start(const JobPtr& job, result<core::Task> task) {
    if (!task) {
        return end(job, task.error());
    }
    auto order = order_of(job, *task);
    if (!order) {
        return end(job, order.error());
    }
    const auto begun = ports_.runner.run(
        std::move(*order), [this, job, alive = std::weak_ptr{alive_}](const result<void>& outcome) {
            if (!alive.expired()) {
                tasks_[job->place].last = Finished{job->asked, outcome};
                end(job, outcome);
            }
        });
    if (!begun) {
        return end(job, begun.error());
    }
    auto& tasks = tasks_[job->place];
    tasks.session = task->session.text;
    if (job->asked.kind == Kind::shutdown) {
        tasks.installer = job->caller;
    }
    job->turn.emplace(std::move(task->turn));
    job->turn->on_cancel([weak = std::weak_ptr{job}] {
        if (const auto running = weak.lock()) {
            cancel(*running);
        }
    });
}

result<TaskOrder> SessionTasks::order_of(const JobPtr& job, const core::Task& task) const {
    engine::TaskRequest request{task.contents, job->caller, std::nullopt};
    if (const auto* ledger = ports_.broker.ledgers().find(task.session.text)) {
        request.ledger = *ledger;
    } else if (job->asked.kind == Kind::restart) {
        return Error{Code::request_out_of_sequence,
                     "the session has stopped nothing: expected session.shutdown before",
                     "params.session"};
    }
    TaskOrder order;
    order.caller = job->caller;
    order.session = task.session;
    order.stop = job->stop;
    order.on_percent = progress_of(job);
    if (job->asked.kind == Kind::shutdown) {
        order.action = proto::method::SessionShutdown::kName;
        order.work =
            shutdown_work(ports_.machine, std::move(request),
                          fresh_ledger(task, ports_.clock.wall_clock_ms()), job->asked.flags);
    } else {
        order.action = proto::method::SessionRestart::kName;
        order.work =
            filtered_restart_work(ports_.machine, std::move(request), rules_of(ports_.config));
    }
    return order;
}

engine::OnPercent SessionTasks::progress_of(const JobPtr& job) {
    return [weak = std::weak_ptr{job}](std::uint32_t percent) {
        const auto running = weak.lock();
        if (!running || running->percent >= percent) {
            return;
        }
        running->percent = percent;
        for (const auto& waiter : running->waiters) {
            if (waiter.progress_token) {
                waiter.reply.call().progress(*waiter.progress_token,
                                             proto::write(proto::TaskProgress{percent}));
            }
        }
    };
}

void SessionTasks::end(const JobPtr& job, const result<void>& outcome) {
    job->is_over = true;
    if (const auto found = tasks_.find(job->place); found != tasks_.end()) {
        auto& tasks = found->second;
        std::erase(tasks.jobs, job);
        if (tasks.jobs.empty() && tasks.session.empty()) {
            tasks_.erase(found);
        }
    }
    answer(*job, outcome);
    // Last: the next call on the session begins at once, and may end it.
    job->turn.reset();
}

void SessionTasks::session_ended(const std::string& session) {
    const auto found = std::ranges::find_if(
        tasks_, [&](const auto& each) { return each.second.session == session; });
    if (found != tasks_.end()) {
        ended_session_ = session;
        ended_installer_ = std::move(found->second.installer);
        tasks_.erase(found);
    }
}

void SessionTasks::ledger_orphaned(const core::Ledger& ledger) {
    if (ended_installer_ && ended_session_ == ledger.session.text) {
        died_(ledger, *std::exchange(ended_installer_, std::nullopt));
    }
}

}  // namespace rmb::rpc
