#include "windows/program_runner.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <spdlog/logger.h>

#include <exception>
#include <utility>

namespace rmb::win {
namespace {

namespace asio = boost::asio;

// A program that does not keep to its grace period is ended this much later.
constexpr std::chrono::milliseconds kOverrun{3'000};
static_assert(kStopGrace + kOverrun < kStopWaitHint);

/// How long after the order to stop the process must be gone.
std::chrono::milliseconds limit_for(std::chrono::milliseconds grace) {
    return grace <= kShutdownGrace ? kShutdownLimit : grace + kOverrun;
}

}  // namespace

ProgramRunner::ProgramRunner(ProgramFactory factory, StatusSink& sink, spdlog::logger& log,
                             std::function<void(std::int32_t)> end_process)
    : factory_{std::move(factory)}, log_{log}, end_process_{std::move(end_process)}, life_{sink} {}

std::int32_t ProgramRunner::run() {
    try {
        return run_program();
    } catch (const std::exception& error) {
        log_.critical("event=unhandled why=\"{}\"", error.what());
    } catch (...) {
        log_.critical("event=unhandled why=\"not an exception of ours\"");
    }
    log_.flush();
    // STOPPED is not reported: SCM takes the end for the crash it is and acts on that even where
    // the failure-actions flag is not set.
    end_process_(kUnhandled);
    return kUnhandled;
}

std::int32_t ProgramRunner::run_program() {
    life_.starting();
    {
        const std::lock_guard lock{loop_mutex_};
        loop_.emplace(1);
    }
    limit_.emplace(*loop_);
    ticker_.emplace(*loop_);
    if (const auto started = start_program(); started.has_error()) {
        const auto& error = started.error();
        exit_code_ = static_cast<std::int32_t>(error.code);
        log_.critical("event=start_failed code={} why=\"{}\"", exit_code_, error.message);
    } else {
        life_.running();
        const auto keep_going = asio::make_work_guard(*loop_);
        loop_->run();
    }
    clear();
    log_.info("event=stopped code={}", exit_code_);
    log_.flush();
    life_.stopped(exit_code_);
    return exit_code_;
}

core::result<void> ProgramRunner::start_program() {
    auto made = factory_(*loop_);
    if (made.has_error()) {
        return made.error();
    }
    program_ = std::move(*made);
    return program_->start([this](const core::Error& error) { fail(error); });
}

/// Everything that holds the pipe is gone before SCM hears STOPPED: the next start may follow at
/// once.
void ProgramRunner::clear() {
    loop_->restart();
    loop_->poll();
    program_.reset();
    loop_->restart();
    loop_->poll();
    limit_.reset();
    ticker_.reset();
    const std::lock_guard lock{loop_mutex_};
    loop_.reset();
}

void ProgramRunner::fail(const core::Error& error) {
    log_.critical("event=failed code={} why=\"{}\"", static_cast<std::int32_t>(error.code),
                  error.message);
    exit_code_ = static_cast<std::int32_t>(error.code);
    const auto action = life_.stop_by_itself();
    if (action.kind == ControlAction::Kind::stop) {
        stop(action.grace);
    }
}

bool ProgramRunner::control(std::uint32_t control) {
    const auto action = life_.on_control(control);
    switch (action.kind) {
        case ControlAction::Kind::none:
            return true;
        case ControlAction::Kind::refuse:
            return false;
        case ControlAction::Kind::reload:
            post_to_program([](Program& program) { program.reload(); });
            return true;
        case ControlAction::Kind::stop:
            post([this, grace = action.grace] { stop(grace); });
            return true;
    }
    return false;
}

void ProgramRunner::logged_off(std::uint32_t windows_session) {
    post_to_program([windows_session](Program& program) { program.logged_off(windows_session); });
}

void ProgramRunner::post_to_program(std::function<void(Program&)> call) {
    post([this, call = std::move(call)] {
        if (program_ && !stopping_) {
            call(*program_);
        }
    });
}

void ProgramRunner::post(std::function<void()> call) {
    const std::lock_guard lock{loop_mutex_};
    if (loop_) {
        asio::post(*loop_, std::move(call));
    }
}

void ProgramRunner::stop(std::chrono::milliseconds grace) {
    if (!program_) {
        return;
    }
    set_limit(limit_for(grace));
    if (std::exchange(stopping_, true)) {
        return;  // a shutdown during a stop: only the limit is nearer now
    }
    tick();
    program_->stop(grace, [this] { loop_->stop(); });
}

void ProgramRunner::set_limit(std::chrono::milliseconds limit) {
    limit_->expires_after(limit);
    limit_->async_wait([this](const boost::system::error_code& cancelled) {
        if (cancelled) {
            return;
        }
        // What is stored needs no clean end; a thread that hangs must not hold up the machine.
        log_.error("event=stop_overdue");
        log_.flush();
        life_.stopped(exit_code_);
        end_process_(exit_code_);
        loop_->stop();
    });
}

void ProgramRunner::tick() {
    ticker_->expires_after(kCheckpointInterval);
    ticker_->async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) {
            life_.progress();
            tick();
        }
    });
}

}  // namespace rmb::win
