#include "rpc/task_runner.hpp"

#include "rpc/ledger_view.hpp"

#include <utility>

namespace rmb::rpc {

using core::Code;
using core::Error;
using core::result;

TaskRunner::~TaskRunner() {
    stop_all();
}

result<void> TaskRunner::run(TaskOrder order, TaskThreads::Done done) {
    if (stopping_) {
        return Error{Code::cancelled, "the service is being stopped"};
    }
    const auto write = [this](const core::Ledger& ledger) {
        return threads_.on_loop([this, ledger] { return broker_.ledgers().put(ledger); });
    };
    const auto on_percent = [this, told = order.on_percent](std::uint32_t percent) {
        threads_.tell_loop([told, percent] { told(percent); });
    };
    auto work = [write, on_percent, work = order.work, stop = order.stop.get_token()] {
        return work(write, on_percent, stop);
    };
    const auto number = ++last_number_;
    auto started = threads_.run(order.caller.owner.user, std::move(work),
                                [this, number, order, begun = clock_.now(),
                                 done = std::move(done)](const result<void>& outcome) {
                                    finished(number, order, begun, outcome);
                                    done(outcome);
                                    tell_stopped();
                                });
    if (started) {
        running_.emplace(number, order.stop);
    }
    return started;
}

void TaskRunner::finished(std::uint64_t number, const TaskOrder& order, core::TimePoint begun,
                          const result<void>& outcome) {
    running_.erase(number);
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - begun).count();
    const auto* ledger = broker_.ledgers().find(order.session.text);
    auto detail = ledger == nullptr ? std::string{} : counts_of(*ledger);
    detail += (detail.empty() ? "" : ",") + std::string{"ms:"} + std::to_string(took);
    audit_.record({.action = order.action,
                   .session = order.session.text,
                   .user = order.caller.owner.user,
                   .process = order.caller.process,
                   .outcome = outcome ? Code::ok : outcome.error().code,
                   .detail = detail});
}

void TaskRunner::stop(std::chrono::milliseconds grace, std::function<void()> stopped) {
    stopping_ = true;
    stopped_ = std::move(stopped);
    grace_ = clock_.call_at(clock_.now() + grace, [this, grace] {
        stop_all();
        grace_ = clock_.call_at(clock_.now() + grace, [this] {
            running_.clear();  // the destructor waits for them
            tell_stopped();
        });
    });
    tell_stopped();
}

void TaskRunner::stop_all() {
    for (auto& [number, stop] : running_) {
        stop.request_stop();
    }
}

void TaskRunner::tell_stopped() {
    if (stopping_ && running_.empty()) {
        grace_.reset();
        if (const auto stopped = std::exchange(stopped_, nullptr)) {
            stopped();
        }
    }
}

}  // namespace rmb::rpc
