#pragma once

#include "windows/api.hpp"

#include <memory>
#include <mutex>
#include <vector>

namespace rmb::win {

/// The helpers of this service that live, known by their jobs: what is in one is a helper or its
/// own child for consoles, for the programs that a helper starts leave it. Any thread.
class OwnHelpers {
public:
    using Job = std::shared_ptr<const UniqueHandle>;

    /// Known for as long as somebody else keeps the job.
    void add(const Job& job);
    /// `process` was opened with PROCESS_QUERY_LIMITED_INFORMATION.
    [[nodiscard]] bool include(HANDLE process) const;

private:
    mutable std::mutex mutex_;
    std::vector<std::weak_ptr<const UniqueHandle>> jobs_;
};

}  // namespace rmb::win
