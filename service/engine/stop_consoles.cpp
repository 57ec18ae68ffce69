#include "engine/stop_group.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace rmb::engine {
namespace {

/// One Ctrl-C to each console; without force none after one was refused.
void interrupt(const StopTask& task, StopGroup& group) {
    using Console = std::pair<std::uint32_t, std::vector<std::uint32_t>>;
    std::map<Console, Targets> consoles;
    for (auto* target : group.all()) {
        auto attached = target->affected->console;
        std::ranges::sort(attached);
        consoles[{target->affected->app.windows_session, std::move(attached)}].push_back(target);
    }
    for (const auto& [console, targets] : consoles) {
        const auto agent = task.machine.agents.acting(console.first, task.request.primary.rights);
        if (task.stop.stop_requested()) {
            return;
        }
        const auto told = agent ? (*agent)->interrupt(targets.front()->key(),
                                                      targets.front()->affected->console, task.stop)
                                : result<void>{agent.error()};
        if (!told && told.error().code == Code::cancelled) {
            // It may have been sent: the next task finds out.
            for (auto* target : targets) {
                target->is_told = true;
            }
            return;
        }
        // A helper that died over it may have sent it.
        const bool is_told =
            told.has_value() || (agent.has_value() && told.error().code == Code::not_ready);
        for (auto* target : targets) {
            target->is_told = is_told;
            target->problem = told ? "" : told.error().message;
        }
        if (!told && !task.flags.force) {
            return;
        }
    }
}

}  // namespace

result<void> stop_consoles(const StopTask& task, const std::vector<Affected*>& programs) {
    StopGroup group{task, programs};
    if (auto entered = group.enter(); !entered) {
        return entered;
    }
    interrupt(task, group);
    auto told = group.all();
    std::erase_if(told, [](const Target* target) { return !target->is_told; });
    (void)group.alive(told, task.limit);
    if (task.flags.force && !task.stop.stop_requested()) {
        group.terminate();
    }
    return group.conclude();
}

result<void> stop_others(const StopTask& task, const std::vector<Affected*>& programs) {
    StopGroup group{task, programs};
    if (auto entered = group.enter(); !entered) {
        return entered;
    }
    group.terminate();
    return group.conclude();
}

}  // namespace rmb::engine
