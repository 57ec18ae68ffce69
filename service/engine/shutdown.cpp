#include "engine/as_caller.hpp"
#include "engine/percent.hpp"
#include "engine/stop_group.hpp"
#include "engine/tasks.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace rmb::engine {
namespace {

namespace app_status = core::app_status;
using core::AppType;

/// Neither kept by a filter nor ended.
bool is_to_stop(const Affected& affected) {
    return (affected.app.status & app_status::kRunning) != 0 &&
           (affected.app.status & app_status::kShutdownMasked) == 0;
}

/// May register for restart while it is asked to end.
bool has_window(AppType type) {
    return type == AppType::main_window || type == AppType::other_window ||
           type == AppType::explorer;
}

using Step = result<void> (*)(const StopTask&, const std::vector<Affected*>&);

struct StepOf {
    Step run;
    bool (*is_for)(AppType);
};
/// In the order in which they are stopped.
constexpr std::array kSteps{
    StepOf{stop_windows,
           [](AppType type) { return has_window(type) && type != AppType::explorer; }},
    StepOf{stop_consoles, [](AppType type) { return type == AppType::console; }},
    StepOf{stop_others, [](AppType type) { return type == AppType::unknown; }},
    StepOf{stop_services, [](AppType type) { return type == AppType::service; }},
    StepOf{stop_windows, [](AppType type) { return type == AppType::explorer; }}};

class Shutdown {
public:
    Shutdown(const Machine& machine, const TaskRequest& request, ShutdownFlags flags,
             TaskLedger& ledger, const std::stop_token& stop)
        : machine_(machine), request_(request), flags_(flags), ledger_(ledger), stop_(stop) {}

    result<void> run(const OnPercent& on_percent) {
        auto list = look();
        if (!list) {
            return list.error();
        }
        if (auto allowed = check(*list); !allowed) {
            return allowed;
        }
        const auto count = std::ranges::count_if(list->applications, is_to_stop);
        Percent percent{on_percent, static_cast<std::size_t>(count)};
        if (auto stopped = stop_all(*list, percent); !stopped) {
            return stopped;
        }
        if (count != 0) {
            if (auto free = verify(); !free) {
                return free;
            }
        }
        percent.finish();
        return {};
    }

private:
    result<AffectedList> look() {
        auto now = request_;
        now.ledger = ledger_.ledger();
        return find_affected(machine_, now, stop_);
    }

    /// Whether it can be done at all: nothing is touched where it cannot.
    result<void> check(const AffectedList& list) {
        for (const auto& affected : list.applications) {
            if (is_to_stop(affected) &&
                (affected.reasons != 0 || affected.app.type == AppType::critical)) {
                return Error{Code::fail_noaction_reboot,
                             describe(affected.app) + ": " + affected.why};
            }
        }
        if (list.hidden != 0) {
            return Error{Code::fail_noaction_reboot,
                         std::to_string(list.hidden) + " holders that may not be told"};
        }
        for (const auto& affected : list.applications) {
            const auto why = is_to_stop(affected) ? why_not(affected) : std::string{};
            if (!why.empty()) {
                return fail_untouched(affected, why);
            }
        }
        return {};
    }

    /// Why it is kept, or the flags do not let it be stopped; empty where they do.
    [[nodiscard]] std::string why_not(const Affected& affected) const {
        const auto& app = affected.app;
        if (!affected.kept.empty()) {
            return affected.kept;
        }
        if (flags_.only_registered && !has_window(app.type) && !app.is_restartable) {
            return "it has not registered for restart";
        }
        if (!flags_.force && app.type == AppType::unknown) {
            return affected.why.empty() ? "only force stops it" : affected.why;
        }
        return {};
    }

    result<void> fail_untouched(const Affected& affected, const std::string& why) {
        auto& entry = ledger_.enter(affected);
        // It cannot be stopped at all, or only must not be since it has not registered.
        flags_.only_registered&& affected.kept.empty() ? mark_untouched(entry, why)
                                                       : mark_left(entry, why);
        const auto stored = ledger_.store();
        return stored ? fail_shutdown(affected.app, why) : stored;
    }

    result<void> stop_all(AffectedList& list, Percent& percent) {
        const StopTask task{
            machine_, request_,
            flags_,   machine_.control.application_limit(request_.primary.owner.user),
            ledger_,  stop_};
        for (const auto& step : kSteps) {
            std::vector<Affected*> programs;
            for (auto& affected : list.applications) {
                if (is_to_stop(affected) && step.is_for(affected.app.type)) {
                    programs.push_back(&affected);
                }
            }
            if (programs.empty()) {
                continue;
            }
            if (stop_.stop_requested()) {
                return cancelled();
            }
            if (auto stopped = step.run(task, programs); !stopped) {
                return stopped;
            }
            percent.done(programs.size());
        }
        return {};
    }

    /// Success means free: nobody came back, nobody came instead.
    result<void> verify() {
        const auto list = look();
        if (!list) {
            return list.error();
        }
        std::optional<Error> failure;
        for (const auto& affected : list->applications) {
            if (!is_to_stop(affected)) {
                continue;
            }
            const auto why = affected.files.empty()
                                 ? std::string{"it was started meanwhile"}
                                 : "it holds " + affected.files.front().file + " again or still";
            note_holder(affected, why);
            if (!failure) {
                failure = fail_shutdown(affected.app, why);
            }
        }
        if (!failure && list->hidden != 0) {
            failure = Error{Code::fail_shutdown, "a program that may not be told holds a file"};
        }
        if (!failure) {
            return {};
        }
        const auto stored = ledger_.store();
        return stored ? *failure : stored;
    }

    /// A service that was started again stays owed: others that depend on it were not.
    void note_holder(const Affected& affected, const std::string& why) {
        auto* entry = ledger_.find(affected.app);
        if (entry == nullptr) {
            mark_left(ledger_.enter(affected), why);
            return;
        }
        entry->app.status |= app_status::kErrorOnStop;
        entry->why = why;
    }

    const Machine& machine_;
    const TaskRequest& request_;
    ShutdownFlags flags_;
    TaskLedger& ledger_;
    const std::stop_token& stop_;
};

}  // namespace

result<void> shut_down(const Machine& machine, const TaskRequest& request,
                       const core::Ledger& fresh, ShutdownFlags flags, const WriteLedger& write,
                       const OnPercent& on_percent, const std::stop_token& stop) {
    TaskLedger ledger{request.ledger ? reconcile(machine, *request.ledger) : fresh, write};
    if (auto stored = ledger.store(); !stored) {
        return stored;
    }
    return Shutdown{machine, request, flags, ledger, stop}.run(on_percent);
}

}  // namespace rmb::engine
