#include "engine/stop_group.hpp"

#include "engine/as_caller.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace rmb::engine {

std::string describe(const core::Application& app) {
    return app.service.empty() ? app.name + " (process " + std::to_string(app.process.pid) + ")"
                               : "service " + app.name;
}

std::string describe(Milliseconds limit) {
    return std::to_string(std::chrono::ceil<std::chrono::seconds>(limit).count()) + " s";
}

Error fail_shutdown(const core::Application& app, const std::string& why) {
    return {Code::fail_shutdown, describe(app) + ": " + why};
}

StopGroup::StopGroup(const StopTask& task, const std::vector<Affected*>& programs) : task_(task) {
    for (auto* program : programs) {
        targets_.push_back({.affected = program});
    }
}

Targets StopGroup::all() {
    Targets all;
    for (auto& target : targets_) {
        all.push_back(&target);
    }
    return all;
}

std::map<std::uint32_t, Targets> StopGroup::by_windows_session(const Targets& targets) {
    std::map<std::uint32_t, Targets> sessions;
    for (auto* target : targets) {
        sessions[target->affected->app.windows_session].push_back(target);
    }
    return sessions;
}

std::vector<core::ProcessKey> StopGroup::keys(const Targets& targets) {
    std::vector<core::ProcessKey> keys;
    for (const auto* target : targets) {
        keys.push_back(target->key());
    }
    return keys;
}

Targets StopGroup::alive(const Targets& targets, Milliseconds limit) const {
    if (targets.empty()) {
        return {};
    }
    const auto ended = task_.machine.control.wait_for_end(keys(targets), limit, task_.stop);
    Targets alive;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (!ended[i]) {
            alive.push_back(targets[i]);
        }
    }
    return alive;
}

result<void> StopGroup::enter() {
    for (const auto& target : targets_) {
        task_.ledger.enter(*target.affected);
    }
    return task_.ledger.store();
}

void StopGroup::terminate() {
    const auto living = alive(all(), Milliseconds{0});
    for (auto* target : living) {
        const auto done = act_as(task_.request.primary.rights, task_.stop,
                                 [&] { return task_.machine.control.terminate(target->key()); });
        if (done) {
            target->is_told = true;
        } else if (done.error().code == Code::cancelled) {
            return;
        } else if (done.error().code != Code::file_not_found) {
            target->problem = done.error().message;
        }
    }
    (void)alive(living, kLeaveLimit);
}

result<void> StopGroup::conclude() {
    const auto targets = all();
    const auto ended =
        task_.machine.control.wait_for_end(keys(targets), Milliseconds{0}, std::stop_token{});
    std::optional<Error> failure;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        auto& entry = task_.ledger.at(targets[i]->affected->app);
        if (!ended[i]) {
            conclude_alive(*targets[i], entry);
            if (!failure || (entry.app.status & core::app_status::kErrorOnStop) != 0) {
                failure = fail_shutdown(entry.app, entry.why);
            }
        } else if (targets[i]->is_told) {
            mark_stopped(entry);
        } else {
            mark_ended_itself(entry);
        }
    }
    if (auto stored = task_.ledger.store(); !stored) {
        return stored;
    }
    if (failure) {
        return task_.stop.stop_requested() ? cancelled() : *failure;
    }
    return {};
}

void StopGroup::conclude_alive(const Target& target, core::LedgerEntry& entry) const {
    if (!target.is_told && !target.problem.empty()) {
        mark_left(entry, target.problem);
    } else if (!target.is_told) {
        mark_untouched(entry, "it was not told to end, since the shutdown had come to its end");
    } else if (task_.stop.stop_requested()) {
        entry.why = "it had been told to end when the shutdown was cancelled";
    } else {
        // It stays in the stage `stopping`: if it leaves later, it is owed like the others.
        entry.app.status |= core::app_status::kErrorOnStop;
        entry.why =
            target.problem.empty() ? "it did not end in " + describe(task_.limit) : target.problem;
    }
}

}  // namespace rmb::engine
