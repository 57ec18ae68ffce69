#include "engine/task_ledger.hpp"

#include <algorithm>
#include <string_view>

namespace rmb::engine {
namespace {

namespace app_status = core::app_status;

/// As Windows takes command lines apart; a path has no quotation marks.
std::string join_command(const std::string& program, std::string_view arguments) {
    std::string whole = '"' + program + '"';
    if (!arguments.empty()) {
        whole += ' ';
        whole += arguments;
    }
    return whole;
}

}  // namespace

core::LedgerEntry& TaskLedger::enter(const Affected& affected) {
    core::LedgerEntry entry;
    entry.app = affected.app;
    entry.app.status &= ~app_status::kRunning;  // a look says that, not a record
    entry.was_elevated = affected.details.is_elevated;
    entry.is_filtered = (affected.app.status & app_status::kRestartMasked) != 0;
    entry.command_line =
        is_registered(affected.details)
            ? join_command(affected.app.program, affected.details.restart->command_line)
            : affected.details.command_line;
    entry.directory = affected.details.directory;

    if (auto* earlier = find(affected.app); earlier != nullptr) {
        // Its dependents may have stopped while it has not.
        if (core::is_owed(*earlier)) {
            entry.dependents = std::move(earlier->dependents);
            entry.was_told = earlier->stage == core::Stage::stopping || !entry.dependents.empty();
        }
        ledger_.entries.erase(ledger_.entries.begin() + (earlier - ledger_.entries.data()));
    }
    if (ledger_.entries.size() >= core::kMaxLedgerEntries) {
        const auto paid = std::ranges::find_if_not(
            ledger_.entries, [](const core::LedgerEntry& one) { return core::is_owed(one); });
        if (paid != ledger_.entries.end()) {
            ledger_.entries.erase(paid);
        }
    }
    return ledger_.entries.emplace_back(std::move(entry));
}

core::LedgerEntry* TaskLedger::find(const core::Application& app) {
    const auto found = std::ranges::find_if(ledger_.entries, [&](const core::LedgerEntry& one) {
        return core::same_application(one.app, app);
    });
    return found == ledger_.entries.end() ? nullptr : &*found;
}

bool is_registered(const ProcessDetails& details) {
    return details.restart && (details.restart->flags & kRestartNoPatch) == 0;
}

void mark_stopped(core::LedgerEntry& entry) {
    entry.stage = core::Stage::stopped;
    entry.app.status |= app_status::kStopped;
    entry.why.clear();
}

void mark_ended_itself(core::LedgerEntry& entry) {
    if (entry.was_told) {
        mark_stopped(entry);
        return;
    }
    entry.stage = core::Stage::left;
    entry.app.status |= app_status::kStoppedOther;
    entry.why = "it ended by itself before it was told to";
}

void mark_untouched(core::LedgerEntry& entry, std::string why) {
    entry.stage = entry.was_told ? core::Stage::stopping : core::Stage::left;
    entry.why = std::move(why);
}

void mark_left(core::LedgerEntry& entry, std::string why) {
    mark_untouched(entry, std::move(why));
    entry.app.status |= app_status::kErrorOnStop;
}

void mark_restarted(core::LedgerEntry& entry) {
    entry.stage = core::Stage::restarted;
    entry.app.status |= app_status::kRestarted;
    entry.why.clear();
}

void mark_not_restarted(core::LedgerEntry& entry, std::string why) {
    entry.stage = core::Stage::failed;
    entry.app.status |= app_status::kErrorOnRestart;
    entry.why = std::move(why);
}

}  // namespace rmb::engine
