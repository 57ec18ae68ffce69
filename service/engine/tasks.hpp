#pragma once

#include "core/ledger.hpp"
#include "engine/affected.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace rmb::engine {

/// Where a task writes its ledger. Blocks until it is stored; an error stops the task before the
/// act that the ledger was to tell of. Called on the task's thread.
using WriteLedger = std::function<result<void>(const core::Ledger&)>;

/// 0..100, each higher than the one before; on the task's thread.
using OnPercent = std::function<void(std::uint32_t)>;

struct ShutdownFlags {
    bool force = false;            // RmForceShutdown
    bool only_registered = false;  // RmShutdownOnlyRegistered
};

/// RmShutdown (reference, sections 6, 14, 15). `ledger` of the request is gone on with, or `fresh`
/// begun; it is written even where nothing is to be stopped, since RmRestart asks for it.
///
/// Lists; then stops, group after group, and within a group side by side: programs with windows,
/// consoles, programs of no kind (only by force: without it, one of them makes the shutdown fail
/// before anybody is stopped), services with their dependents first, Explorer. Each is in the
/// ledger before it is told. At the end looks again: success means free.
///
/// Programs with windows may still register for restart while they are asked to end. Explorer
/// counts as registered. A service is not stopped whose dependents a filter keeps running: where
/// that is so from the beginning, nobody is.
///
/// Cancelled, it takes back what was asked and not told; what was told and runs stays `stopping`,
/// and the next task finds out whether it has ended.
///
/// Errors: fail_noaction_reboot (there is a reboot reason: nothing was touched), fail_shutdown (one
/// refused, stays, or holds a file still; with only_registered: one is not registered, and nothing
/// was touched), cancelled, write_fault and out_of_memory (the ledger), those of find_affected().
/// The ledger then tells of each program.
[[nodiscard]] result<void> shut_down(const Machine& machine, const TaskRequest& request,
                                     const core::Ledger& fresh, ShutdownFlags flags,
                                     const WriteLedger& write, const OnPercent& on_percent,
                                     const std::stop_token& stop);

struct RestartRules {
    bool unregistered = false;  // policy RestartUnregistered, or a person asks for all of it
    bool services_only = false;
};

/// RmRestart (reference, sections 7 and 16): starts what the ledger owes, in reverse order: what
/// was registered for restart and all services, with their dependents. Windows programs in the
/// Windows session where they ran, as the user they ran as; not those that ran elevated, as another
/// user, or in session 0; those of another user than `caller` only for an administrator. Services
/// with the rights of `caller`, whoever asks. What is not to be started stays as it is.
///
/// Errors: fail_restart (some could not be started; the entry tells why), cancelled, write_fault.
[[nodiscard]] result<void> start_again(const Machine& machine, core::Ledger ledger,
                                       const core::Caller& caller, RestartRules rules,
                                       const WriteLedger& write, const OnPercent& on_percent,
                                       const std::stop_token& stop);

/// The session's filters as they are now, on what its ledger owes: RmNoRestart may have come or
/// gone since the shutdown. Errors: cancelled, those of Rights::assume().
[[nodiscard]] result<core::Ledger> filter_ledger(const Machine& machine, const TaskRequest& request,
                                                 const std::stop_token& stop);

/// What a crash of the service left unsaid: an entry that was `stopping` has stopped if its process
/// (or service) has ended, else it is gone on with; `created` programs are released and count as
/// restarted, or as stopped where they ended before.
[[nodiscard]] core::Ledger reconcile(const Machine& machine, core::Ledger ledger);

}  // namespace rmb::engine
