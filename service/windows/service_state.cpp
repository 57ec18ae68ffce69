#include "windows/service_state.hpp"

namespace rmb::win {
namespace {

constexpr std::uint32_t kServiceSpecificError = 1066;

bool pending(ServiceState state) {
    return state == ServiceState::start_pending || state == ServiceState::stop_pending;
}

}  // namespace

void ServiceLife::report() {
    sink_.report(status_);
}

void ServiceLife::starting() {
    const std::lock_guard lock{mutex_};
    status_ = {ServiceState::start_pending, false, 0, 0, 1, kStartWaitHint};
    report();
}

void ServiceLife::progress() {
    const std::lock_guard lock{mutex_};
    if (pending(status_.state)) {
        ++status_.checkpoint;
        report();
    }
}

void ServiceLife::running() {
    const std::lock_guard lock{mutex_};
    if (status_.state == ServiceState::start_pending) {
        status_ = {ServiceState::running, true, 0, 0, 0, {}};
        report();
    }
}

void ServiceLife::stopped(std::int32_t code) {
    const std::lock_guard lock{mutex_};
    // After this report the process may be ended at any time, so it is the last and only one.
    if (status_.state == ServiceState::stopped) {
        return;
    }
    status_ = {};
    status_.state = ServiceState::stopped;
    if (code >= 0) {
        status_.exit_code = static_cast<std::uint32_t>(code);
    } else {
        status_.exit_code = kServiceSpecificError;
        status_.service_exit_code = static_cast<std::uint32_t>(code);
    }
    report();
}

ControlAction ServiceLife::on_control(std::uint32_t control) {
    const std::lock_guard lock{mutex_};
    const bool running = status_.state == ServiceState::running;
    switch (static_cast<Control>(control)) {
        case Control::interrogate:
            report();
            return {};
        case Control::stop:
            return running ? begin_stop(kStopGrace, kStopWaitHint) : ControlAction{};
        case Control::shutdown:
            // Also while a stop is pending: there is less time now.
            return running || status_.state == ServiceState::stop_pending
                       ? begin_stop(kShutdownGrace, kShutdownLimit)
                       : ControlAction{};
        case Control::param_change:
            return {running ? ControlAction::Kind::reload : ControlAction::Kind::none, {}};
        case Control::session_change:
            return {};
    }
    return {ControlAction::Kind::refuse, {}};
}

ControlAction ServiceLife::stop_by_itself() {
    const std::lock_guard lock{mutex_};
    return status_.state == ServiceState::running ? begin_stop(kStopGrace, kStopWaitHint)
                                                  : ControlAction{};
}

ControlAction ServiceLife::begin_stop(std::chrono::milliseconds grace,
                                      std::chrono::milliseconds hint) {
    const bool again = status_.state == ServiceState::stop_pending;
    const std::uint32_t checkpoint = again ? status_.checkpoint + 1 : 1;
    status_ = {ServiceState::stop_pending, false, 0, 0, checkpoint, hint};
    report();
    return {ControlAction::Kind::stop, grace};
}

}  // namespace rmb::win
