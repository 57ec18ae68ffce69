#include "windows/own_helpers.hpp"

#include <algorithm>

namespace rmb::win {

void OwnHelpers::add(const Job& job) {
    const std::lock_guard lock{mutex_};
    std::erase_if(jobs_, [](const auto& known) { return known.expired(); });
    jobs_.emplace_back(job);
}

bool OwnHelpers::include(HANDLE process) const {
    const std::lock_guard lock{mutex_};
    return std::ranges::any_of(jobs_, [process](const auto& known) {
        const auto job = known.lock();
        BOOL is_in = FALSE;
        return job && IsProcessInJob(process, job->get(), &is_in) != FALSE && is_in != FALSE;
    });
}

}  // namespace rmb::win
