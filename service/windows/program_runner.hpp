#pragma once

#include "core/ports.hpp"
#include "windows/service_state.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace spdlog {
class logger;
}

namespace rmb::win {

/// What is started and stopped: the broker, or a test's stand-in. On the loop thread.
class Program {
public:
    Program() = default;
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    virtual ~Program() = default;

    /// `failed` is called when the program cannot go on later; it still wants to be stopped.
    virtual core::result<void> start(std::function<void(const core::Error&)> failed) = 0;
    virtual void stop(std::chrono::milliseconds grace, std::function<void()> stopped) = 0;
    virtual void reload() = 0;
    /// The user of that Windows session has; not while the program is stopping.
    virtual void logged_off(std::uint32_t windows_session) = 0;
};

using ProgramFactory =
    std::function<core::result<std::unique_ptr<Program>>(boost::asio::io_context& loop)>;

/// Runs a program on a loop of its own between SCM's start and stop, or a terminal's.
class ProgramRunner {
public:
    /// `end_process` ends the process at once with a code (in tests it may return); it is used
    /// where going on would mean an unknown state, or where the time to stop is over.
    ProgramRunner(ProgramFactory factory, StatusSink& sink, spdlog::logger& log,
                  std::function<void(std::int32_t)> end_process);
    ProgramRunner(const ProgramRunner&) = delete;
    ProgramRunner& operator=(const ProgramRunner&) = delete;

    /// From start to stop, on the calling thread. 0, or why it could not start or go on.
    std::int32_t run();

    /// On any thread, at any time. False for a control that this service does not know.
    bool control(std::uint32_t control);
    /// Likewise; what came with Control::session_change.
    void logged_off(std::uint32_t windows_session);

    /// What a process ends with when an exception got through (ERROR_UNHANDLED_EXCEPTION).
    static constexpr std::int32_t kUnhandled = 574;

private:
    using Loop = boost::asio::io_context;

    std::int32_t run_program();
    core::result<void> start_program();
    void fail(const core::Error& error);
    void stop(std::chrono::milliseconds grace);
    void set_limit(std::chrono::milliseconds limit);
    void tick();
    void clear();
    void post(std::function<void()> call);
    /// While it runs.
    void post_to_program(std::function<void(Program&)> call);

    ProgramFactory factory_;
    spdlog::logger& log_;
    std::function<void(std::int32_t)> end_process_;
    ServiceLife life_;

    std::mutex loop_mutex_;  // guards the loop's existence against control()
    std::optional<Loop> loop_;
    std::optional<boost::asio::steady_timer> limit_;
    std::optional<boost::asio::steady_timer> ticker_;
    std::unique_ptr<Program> program_;
    std::int32_t exit_code_ = 0;
    bool stopping_ = false;
};

}  // namespace rmb::win
