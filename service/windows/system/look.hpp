#pragma once

#include "engine/system.hpp"
#include "windows/system/io_watchdog.hpp"
#include "windows/system/timed_jobs.hpp"

#include <stop_token>

namespace rmb::win {

/// engine::System::look(): who holds which local file, by the table of handles and the memory of
/// each process. `jobs` remembers from one look to the next what hangs.
[[nodiscard]] result<engine::Snapshot> look_at_system(IoWatchdog& watchdog, TimedJobs& jobs,
                                                      const std::stop_token& stop);

}  // namespace rmb::win
