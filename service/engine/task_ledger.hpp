#pragma once

#include "core/ledger.hpp"
#include "engine/affected.hpp"
#include "engine/tasks.hpp"

#include <string>
#include <utility>

namespace rmb::engine {

/// The ledger of a running shutdown: what is stored, and what is going to be.
class TaskLedger {
public:
    /// `write` must outlive it.
    TaskLedger(core::Ledger ledger, const WriteLedger& write)
        : ledger_(std::move(ledger)), write_(write) {}
    TaskLedger(const TaskLedger&) = delete;
    TaskLedger& operator=(const TaskLedger&) = delete;

    /// Enters a program as the last one, in the stage `stopping`; in place of what an earlier task
    /// of the session entered of it. The reference is good until the next entry.
    core::LedgerEntry& enter(const Affected& affected);
    /// Its entry; null where it has not been entered.
    [[nodiscard]] core::LedgerEntry* find(const core::Application& app);
    /// Its entry; it must have been entered.
    [[nodiscard]] core::LedgerEntry& at(const core::Application& app) {
        return *find(app);
    }

    result<void> store() {
        return write_(ledger_);
    }
    [[nodiscard]] const core::Ledger& ledger() const {
        return ledger_;
    }

private:
    core::Ledger ledger_;
    const WriteLedger& write_;
};

/// Registered for restart, and not only for crashes or restarts of the machine.
[[nodiscard]] bool is_registered(const ProcessDetails& details);

/// What became of a program, in its entry.
void mark_stopped(core::LedgerEntry& entry);
/// It ended without having been told: nobody owes it a restart. Where an earlier task had told it,
/// it is as stopped, and these two leave it in the stage `stopping`.
void mark_ended_itself(core::LedgerEntry& entry);
/// It runs still, and was not what made the task fail.
void mark_untouched(core::LedgerEntry& entry, std::string why);
/// It should have stopped, and runs.
void mark_left(core::LedgerEntry& entry, std::string why);
void mark_restarted(core::LedgerEntry& entry);
/// It is owed still.
void mark_not_restarted(core::LedgerEntry& entry, std::string why);

}  // namespace rmb::engine
