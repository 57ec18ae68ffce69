#pragma once

#include "engine/affected.hpp"
#include "engine/task_ledger.hpp"
#include "engine/tasks.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace rmb::engine {

/// What the steps of one shutdown share.
struct StopTask {
    const Machine& machine;
    const TaskRequest& request;
    ShutdownFlags flags;
    Milliseconds limit;  // for applications
    TaskLedger& ledger;
    const std::stop_token& stop;
};

/// A program to be stopped.
struct Target {
    Affected* affected = nullptr;
    std::optional<Vote> vote = {};  // where it was asked
    bool is_told = false;           // to end; or perhaps told, where its helper died over it
    std::string problem = {};       // why it stays

    [[nodiscard]] const core::ProcessKey& key() const {
        return affected->app.process;
    }
};
using Targets = std::vector<Target*>;

/// How long programs have to leave after WM_ENDSESSION, before they get WM_CLOSE (Windows' logo
/// requirement), and to vanish once the system ends them.
inline constexpr Milliseconds kLeaveLimit{5'000};

/// For people: "Editor (process 12)", "service Print Spooler".
[[nodiscard]] std::string describe(const core::Application& app);
/// "30 s".
[[nodiscard]] std::string describe(Milliseconds limit);
/// fail_shutdown, on account of this one.
[[nodiscard]] Error fail_shutdown(const core::Application& app, const std::string& why);

/// Programs that are stopped side by side.
class StopGroup {
public:
    StopGroup(const StopTask& task, const std::vector<Affected*>& programs);

    [[nodiscard]] Targets all();
    [[nodiscard]] static std::map<std::uint32_t, Targets> by_windows_session(
        const Targets& targets);
    [[nodiscard]] static std::vector<core::ProcessKey> keys(const Targets& targets);

    /// Those of `targets` that have not ended within the limit, or when the task is cancelled.
    [[nodiscard]] Targets alive(const Targets& targets, Milliseconds limit) const;

    /// Enters all in the ledger, which is stored; none is told before that.
    [[nodiscard]] result<void> enter();
    /// Ends those that live still, with the primary's rights, and waits for that.
    void terminate();
    /// The truth about all, in the ledger, which is stored. fail_shutdown where one is left;
    /// cancelled, and then those that are about to end stay in the stage `stopping`.
    [[nodiscard]] result<void> conclude();

private:
    void conclude_alive(const Target& target, core::LedgerEntry& entry) const;

    const StopTask& task_;
    std::vector<Target> targets_;
};

/// One step each: stops all or answers fail_shutdown, cancelled, or the error of the ledger. The
/// ledger tells of each then.
[[nodiscard]] result<void> stop_windows(const StopTask& task,
                                        const std::vector<Affected*>& programs);
[[nodiscard]] result<void> stop_consoles(const StopTask& task,
                                         const std::vector<Affected*>& programs);
/// Only with force.
[[nodiscard]] result<void> stop_others(const StopTask& task,
                                       const std::vector<Affected*>& programs);
[[nodiscard]] result<void> stop_services(const StopTask& task,
                                         const std::vector<Affected*>& services);

}  // namespace rmb::engine
