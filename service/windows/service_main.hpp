#pragma once

#include "windows/program_runner.hpp"

#include <functional>
#include <memory>
#include <string_view>

namespace rmb::win {

using RunnerFactory = std::function<std::unique_ptr<ProgramRunner>(StatusSink& sink)>;

/// Runs under SCM until the service is stopped. `make` is called once SCM has started this process
/// as the service. The result is the process's exit code: 0, a Win32 code, or 1063
/// (ERROR_FAILED_SERVICE_CONTROLLER_CONNECT) when it was somebody else who started it.
std::int32_t run_under_scm(std::string_view service, RunnerFactory make);

/// Runs in a terminal until Ctrl-C.
std::int32_t run_in_console(const RunnerFactory& make);

/// Ends the process at once: no destructors, no DLL's clean-up.
[[noreturn]] void end_process_now(std::int32_t code);

}  // namespace rmb::win
