#pragma once

#include "engine/system.hpp"
#include "windows/system/io_watchdog.hpp"
#include "windows/system/timed_jobs.hpp"

namespace rmb::win {

/// engine::System::details(). Looks into the process's memory with a time limit, as `jobs` has it;
/// sem_timeout where that gave no answer.
[[nodiscard]] std::vector<result<engine::ProcessDetails>> read_details(
    IoWatchdog& watchdog, TimedJobs& jobs, std::span<const core::ProcessKey> processes,
    const std::stop_token& stop);

}  // namespace rmb::win
