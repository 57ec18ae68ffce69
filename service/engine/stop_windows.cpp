#include "engine/as_caller.hpp"
#include "engine/stop_group.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>

namespace rmb::engine {
namespace {

/// For taking back a question when the task may have been cancelled already.
constexpr Milliseconds kTakeBackLimit{500};

/// Programs with windows: asked all, then told all.
class WindowStep {
public:
    WindowStep(const StopTask& task, const std::vector<Affected*>& programs)
        : task_(task), group_(task, programs) {}

    result<void> run() {
        auto ready = ask();
        if (ready && !task_.flags.force) {
            ready = judge();
        }
        if (ready) {
            leave_out_ended();
            ready = read_registrations();
        }
        if (ready) {
            ready = group_.enter();
        }
        if (ready) {
            tell_and_wait();
            if (task_.flags.force && !task_.stop.stop_requested()) {
                group_.terminate();
            }
            ready = group_.conclude();
        }
        take_back();
        return ready;
    }

private:
    /// Calls `act` with each agent that is needed. Where that fails, its programs have a problem.
    template <class Act>
    void with_agents(const Targets& targets, const std::stop_token& stop, Act&& act) {
        for (const auto& [windows_session, its_own] : StopGroup::by_windows_session(targets)) {
            const auto agent =
                task_.machine.agents.acting(windows_session, task_.request.primary.rights);
            if (stop.stop_requested()) {
                return;
            }
            const auto done = agent ? act(**agent, its_own) : result<void>{agent.error()};
            if (!done && done.error().code != Code::cancelled) {
                for (auto* target : its_own) {
                    target->problem = done.error().message;
                }
            }
        }
    }

    [[nodiscard]] Targets asked() {
        auto targets = group_.all();
        std::erase_if(targets, [](const Target* target) { return !target->vote; });
        return targets;
    }
    [[nodiscard]] bool has_refusal() {
        return std::ranges::any_of(group_.all(), [](const Target* target) {
            return target->vote == Vote::refused || !target->problem.empty();
        });
    }

    result<void> ask() {
        const bool until_refusal = !task_.flags.force;
        const auto ask_them = [&](SessionAgent& agent, const Targets& targets) -> result<void> {
            if (until_refusal && has_refusal()) {
                return {};
            }
            // Whatever comes of it, they may have been asked.
            for (auto* target : targets) {
                target->vote = Vote::silent;
            }
            const auto votes =
                agent.ask_to_end(StopGroup::keys(targets), until_refusal, task_.limit, task_.stop);
            if (!votes) {
                return votes.error();
            }
            if (votes->size() != targets.size()) {
                return Error{Code::not_ready, "the helper answers for other programs"};
            }
            for (std::size_t i = 0; i < targets.size(); ++i) {
                targets[i]->vote = (*votes)[i];
            }
            return {};
        };
        with_agents(group_.all(), task_.stop, ask_them);
        if (task_.stop.stop_requested()) {
            return cancelled();
        }
        return {};
    }

    /// Whether all have agreed. The silent ones are to blame only where nobody refused: the
    /// question may have been broken off.
    result<void> judge() {
        const bool refused = has_refusal();
        std::optional<Error> failure;
        for (auto* target : group_.all()) {
            if (target->vote == Vote::refused) {
                target->problem = "it refused WM_QUERYENDSESSION";
            } else if (target->vote == Vote::silent && !refused) {
                target->problem = "it did not answer in " + describe(task_.limit);
            }
            if (!target->problem.empty()) {
                mark_left(task_.ledger.enter(*target->affected), target->problem);
                if (!failure) {
                    failure = fail_shutdown(target->affected->app, target->problem);
                }
            }
        }
        if (!failure) {
            return {};
        }
        const auto stored = task_.ledger.store();
        return stored ? *failure : stored;
    }

    /// A program that has ended since it was listed is not told.
    void leave_out_ended() {
        auto gone = asked();
        std::erase_if(gone, [](const Target* target) { return target->vote != Vote::no_window; });
        for (const auto* target : group_.alive(gone, Milliseconds{0})) {
            std::erase(gone, target);
        }
        for (auto* target : gone) {
            target->vote.reset();
        }
    }

    /// Programs may register for restart, or anew, while they are asked.
    result<void> read_registrations() {
        // Also those that could not be asked: force ends them all the same.
        const auto targets = group_.all();
        const auto details = task_.machine.system.details(StopGroup::keys(targets), task_.stop);
        for (std::size_t i = 0; i < targets.size(); ++i) {
            auto& affected = *targets[i]->affected;
            const auto& now = details[i];
            if (!now && now.error().code == Code::file_not_found) {
                continue;  // it has ended
            }
            if (now) {
                affected.details.restart = now->restart;
                const bool is_shell = affected.app.type == core::AppType::explorer;
                affected.app.is_restartable = is_registered(*now) || is_shell;
            }
            if (task_.flags.only_registered && !affected.app.is_restartable) {
                const std::string why = "it has not registered for restart";
                mark_untouched(task_.ledger.enter(affected), why);
                const auto stored = task_.ledger.store();
                return stored ? fail_shutdown(affected.app, why) : stored;
            }
        }
        return {};
    }

    /// From those who were asked and not told; also when the task is cancelled.
    void take_back() {
        const std::stop_token never;
        auto waiting = asked();
        std::erase_if(waiting, [](const Target* target) { return target->is_told; });
        with_agents(waiting, never, [&](SessionAgent& agent, const Targets& targets) {
            return agent.tell_end(StopGroup::keys(targets), false, kTakeBackLimit, never);
        });
    }

    void tell_and_wait() {
        const auto told = asked();
        with_agents(told, task_.stop, [&](SessionAgent& agent, const Targets& targets) {
            for (auto* target : targets) {
                target->is_told = true;
            }
            return agent.tell_end(StopGroup::keys(targets), true, kLeaveLimit, task_.stop);
        });
        auto staying = group_.alive(told, kLeaveLimit);
        if (staying.empty() || task_.stop.stop_requested()) {
            return;
        }
        // The desktop takes WM_CLOSE as the wish to shut Windows down.
        auto closable = staying;
        std::erase_if(closable, [](const Target* target) {
            return target->affected->app.type == core::AppType::explorer;
        });
        with_agents(closable, task_.stop, [&](SessionAgent& agent, const Targets& targets) {
            return agent.close(StopGroup::keys(targets), task_.stop);
        });
        // Only force tells those that did not answer: they have had their time.
        std::erase_if(staying, [](const Target* target) { return target->vote == Vote::silent; });
        (void)group_.alive(staying, std::max(task_.limit - kLeaveLimit, kLeaveLimit));
    }

    const StopTask& task_;
    StopGroup group_;
};

}  // namespace

result<void> stop_windows(const StopTask& task, const std::vector<Affected*>& programs) {
    return WindowStep{task, programs}.run();
}

}  // namespace rmb::engine
