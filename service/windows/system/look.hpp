#pragma once

#include "engine/system.hpp"
#include "windows/own_helpers.hpp"
#include "windows/system/handle_risk.hpp"
#include "windows/system/io_watchdog.hpp"
#include "windows/system/timed_jobs.hpp"

#include <array>
#include <stop_token>

namespace rmb::win {

/// Remembers from one look to the next what hangs. Each kind by itself: that many pipes hang takes
/// nothing from the looks at files, nor those from the looks at memory.
struct LookJobs {
    explicit LookJobs(const JobLimits& limits = {})
        : memory{limits}, handles{TimedJobs{limits}, TimedJobs{limits}, TimedJobs{limits}} {}

    TimedJobs memory;
    std::array<TimedJobs, kHandleRisks> handles;  // by HandleRisk
};

/// engine::System::look(): who holds which local file, by the table of handles and the memory of
/// each process but this one and its helpers. sem_timeout where so much hangs that the rest of the
/// system was not looked at.
[[nodiscard]] result<engine::Snapshot> look_at_system(const OwnHelpers& helpers,
                                                      IoWatchdog& watchdog, LookJobs& jobs,
                                                      const std::stop_token& stop);

}  // namespace rmb::win
