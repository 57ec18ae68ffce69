#pragma once

namespace spdlog {
class logger;
}

namespace rmb::win {

/// First thing in the process: DLLs come from System32 only, a corrupt heap ends the process, no
/// dialogue box is ever shown.
void harden_process();

/// What ends the process outside the loop (a thread of the pool, a noexcept function) is logged.
/// `log` must live as long as the process.
void log_terminate(spdlog::logger& log);

}  // namespace rmb::win
