#include "engine/as_caller.hpp"
#include "engine/percent.hpp"
#include "engine/stop_group.hpp"
#include "engine/task_ledger.hpp"
#include "engine/tasks.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <ranges>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace rmb::engine {
namespace {

using core::AppType;
using core::LedgerEntry;
using core::Stage;

/// One restart.
///
/// Whatever call is the service's last, a program is started once:
///  - a program that was created does not run before it is let, and ends with its helper; so one
///    that died before `created` was stored never ran, and is created anew;
///  - from then on the record names the process: reconcile() lets it run, finds it running, or
///    learns that it has ended before;
///  - so `restarted` need not be stored at once, and goes with the next write.
/// Starting a service that runs does nothing: services need no such care.
class Restart {
public:
    Restart(const Machine& machine, core::Ledger ledger, const core::Caller& caller,
            RestartRules rules, const WriteLedger& write, const std::stop_token& stop)
        : machine_(machine),
          ledger_(std::move(ledger)),
          caller_(caller),
          rules_(rules),
          write_(write),
          stop_(stop) {}

    result<void> run(const OnPercent& on_percent) {
        const auto count = std::ranges::count_if(
            ledger_.entries, [this](const LedgerEntry& entry) { return is_to_start(entry); });
        Percent percent{on_percent, static_cast<std::size_t>(count)};
        auto outcome = start_all(percent);
        // Also after an error: what was started is written down.
        const auto stored = write_(ledger_);
        if (outcome && !stored) {
            outcome = stored;
        }
        if (outcome && failure_) {
            outcome = *failure_;
        }
        if (outcome) {
            percent.finish();
        }
        return outcome;
    }

private:
    [[nodiscard]] bool is_to_start(const LedgerEntry& entry) const {
        if (!core::is_owed(entry)) {
            return false;
        }
        if (entry.app.type == AppType::service) {
            return true;
        }
        // Told to end, and runs still: owed a start when it has gone.
        if (entry.stage == Stage::stopping) {
            return false;
        }
        return !rules_.services_only && (entry.app.is_restartable || rules_.unregistered ||
                                         entry.app.type == AppType::explorer);
    }

    result<void> start_all(Percent& percent) {
        for (auto& entry : ledger_.entries | std::views::reverse) {
            if (!is_to_start(entry)) {
                continue;
            }
            if (stop_.stop_requested()) {
                return cancelled();
            }
            const bool is_service = entry.app.type == AppType::service;
            auto started = is_service ? start_services(entry) : start_program(entry);
            if (started) {
                mark_restarted(entry);
            } else if (ledger_failed_ || started.error().code == Code::cancelled) {
                return started;
            } else {
                mark_not_restarted(entry, started.error().message);
                if (!failure_) {
                    failure_ = Error{Code::fail_restart, describe(entry.app) + ": " + entry.why};
                }
            }
            percent.done(1);
        }
        return {};
    }

    /// Those that depended on it after it, unless they are owed a start of their own. One that does
    /// not start holds up no other.
    result<void> start_services(const LedgerEntry& entry) {
        auto outcome = start_service(entry.app.service);
        if (!outcome && outcome.error().code != Code::fail_restart) {
            return outcome;
        }
        for (const auto& dependent : entry.dependents | std::views::reverse) {
            if (dependent.is_filtered || has_own_entry(dependent.service)) {
                continue;
            }
            auto started = start_service(dependent.service);
            if (!started && started.error().code == Code::cancelled) {
                return started;
            }
            // The installer may have removed it.
            const bool is_there = started || started.error().code != Code::service_does_not_exist;
            if (outcome && is_there) {
                outcome = std::move(started);
            }
        }
        return outcome;
    }

    [[nodiscard]] bool has_own_entry(const std::string& service) const {
        return std::ranges::any_of(ledger_.entries, [&](const LedgerEntry& one) {
            return one.app.service == service && (core::is_owed(one) || one.is_filtered);
        });
    }

    result<void> start_service(const std::string& name) {
        const auto start = [&] {
            return act_as(caller_.rights, stop_,
                          [&] { return machine_.control.start_service(name); });
        };
        auto started = start();
        if (!started && started.error().code != Code::cancelled && is_stopping(name)) {
            started = start();
        }
        if (!started) {
            return started;
        }
        if (machine_.control.wait_for_services({&name, 1}, true, kServiceStartLimit, stop_)
                .front()) {
            return {};
        }
        return stop_.stop_requested()
                   ? cancelled()
                   : Error{Code::fail_restart,
                           "service " + name + " did not run in " + describe(kServiceStartLimit)};
    }

    /// A service that was told to stop cannot be started before it has: whether it was just that,
    /// and is over now.
    [[nodiscard]] bool is_stopping(const std::string& name) const {
        const auto has_stopped = [&](Milliseconds limit) -> bool {
            return machine_.control.wait_for_services({&name, 1}, false, limit, stop_).front();
        };
        return !has_stopped(Milliseconds{0}) && has_stopped(machine_.control.service_limit());
    }

    result<void> start_program(LedgerEntry& entry) {
        // The installer that stopped it may have had more rights than who asks now.
        if (entry.app.user != caller_.owner.user && !caller_.administrator) {
            return Error{Code::fail_restart,
                         "it is another user's: only an administrator may start it"};
        }
        if (entry.was_elevated) {
            return Error{Code::fail_restart, "it ran elevated"};
        }
        if (entry.app.windows_session == 0 ||
            entry.app.windows_session == core::kNoWindowsSession) {
            return Error{Code::fail_restart, "it did not run in the session of a user"};
        }
        const auto agent = machine_.agents.starting(entry.app.windows_session, entry.app.user);
        if (!agent) {
            return agent.error();
        }
        const auto created =
            (*agent)->create({entry.app.program, entry.command_line, entry.directory,
                              entry.app.type == AppType::console});
        if (!created) {
            return created.error();
        }
        entry.stage = Stage::created;
        entry.started = *created;
        if (auto stored = write_(ledger_); !stored) {
            drop(entry);
            ledger_failed_ = true;
            return stored;
        }
        auto released = (*agent)->release(*created);
        // The helper may have died over the answer.
        if (!released && !machine_.agents.resume(*created)) {
            drop(entry);
            return released;
        }
        return {};
    }

    /// What was created is not to run.
    void drop(LedgerEntry& entry) {
        (void)act_as(caller_.rights, std::stop_token{},
                     [&] { return machine_.control.terminate(entry.started); });
        entry.stage = Stage::stopped;
        entry.started = {};
    }

    const Machine& machine_;
    core::Ledger ledger_;
    const core::Caller& caller_;
    RestartRules rules_;
    const WriteLedger& write_;
    const std::stop_token& stop_;
    std::optional<Error> failure_;
    bool ledger_failed_ = false;
};

/// Programs that were told to end may be about to: an installer that gives up its shutdown rolls
/// back at once.
void wait_for_leavers(const Machine& machine, const core::Ledger& ledger,
                      const std::stop_token& stop) {
    std::vector<core::ProcessKey> leaving;
    for (const auto& entry : ledger.entries) {
        if (entry.stage == Stage::stopping && entry.app.type != AppType::service) {
            leaving.push_back(entry.app.process);
        }
    }
    if (!leaving.empty()) {
        (void)machine.control.wait_for_end(leaving, kLeaveLimit, stop);
    }
}

}  // namespace

result<void> start_again(const Machine& machine, core::Ledger ledger, const core::Caller& caller,
                         RestartRules rules, const WriteLedger& write, const OnPercent& on_percent,
                         const std::stop_token& stop) {
    wait_for_leavers(machine, ledger, stop);
    ledger = reconcile(machine, std::move(ledger));
    return Restart{machine, std::move(ledger), caller, rules, write, stop}.run(on_percent);
}

}  // namespace rmb::engine
