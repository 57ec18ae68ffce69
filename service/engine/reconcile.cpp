#include "engine/task_ledger.hpp"
#include "engine/tasks.hpp"

#include <stop_token>
#include <utility>

namespace rmb::engine {
namespace {

bool has_ended(Control& control, const core::Application& app) {
    constexpr Milliseconds kNow{0};
    return app.service.empty()
               ? control.wait_for_end({&app.process, 1}, kNow, std::stop_token{}).front()
               : control.wait_for_services({&app.service, 1}, false, kNow, std::stop_token{})
                     .front();
}

}  // namespace

core::Ledger reconcile(const Machine& machine, core::Ledger ledger) {
    for (auto& entry : ledger.entries) {
        if (entry.stage == core::Stage::stopping && has_ended(machine.control, entry.app)) {
            mark_stopped(entry);
        } else if (entry.stage == core::Stage::created) {
            if (machine.agents.resume(entry.started)) {
                mark_restarted(entry);
            } else {
                entry.stage = core::Stage::stopped;
                entry.started = {};
            }
        }
    }
    return ledger;
}

}  // namespace rmb::engine
