#pragma once

#include "client/ctl/environment.hpp"
#include "client/ctl/exit_codes.hpp"

/// One function a command. Each prints its result or its error, and says how the program ends.
namespace rmb::ctl {

ExitCode run_status(Environment& environment);
ExitCode run_discover(Environment& environment);
ExitCode run_ping(Environment& environment);

ExitCode run_sessions(Environment& environment);
ExitCode run_end(Environment& environment);
ExitCode run_watch(Environment& environment);

ExitCode run_locks(Environment& environment);
ExitCode run_free(Environment& environment);

ExitCode run_session(Environment& environment);
ExitCode run_ledger(Environment& environment);
ExitCode run_restart(Environment& environment);

ExitCode run_raw(Environment& environment);
/// Ends the process itself where one direction still waits for bytes.
ExitCode run_bridge(Environment& environment);

ExitCode run_doctor(Environment& environment);

}  // namespace rmb::ctl
