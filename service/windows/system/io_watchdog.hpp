#pragma once

#include "windows/api.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>

namespace rmb::win {

/// Ends file operations that take too long (an offline volume, a filter driver that waits) by
/// CancelSynchronousIo. One thread for all; any thread may be watched.
class IoWatchdog {
public:
    explicit IoWatchdog(std::chrono::milliseconds limit);
    IoWatchdog(const IoWatchdog&) = delete;
    IoWatchdog& operator=(const IoWatchdog&) = delete;
    /// No Watch may be left.
    ~IoWatchdog();

    /// From its making to its end the calling thread may take up to the limit; what it waits for
    /// after that fails with ERROR_OPERATION_ABORTED.
    class Watch {
    public:
        explicit Watch(IoWatchdog& dog);
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;
        ~Watch();

        /// Whether the limit was met, so that an error is due to it.
        [[nodiscard]] bool expired() const;

    private:
        IoWatchdog& dog_;
        std::uint64_t id_;
    };

private:
    using TimePoint = std::chrono::steady_clock::time_point;
    struct Watched {
        UniqueHandle thread;
        TimePoint deadline;
        bool expired = false;
    };

    void run();
    /// Cancels what is over time; until when there is nothing to do.
    TimePoint cancel_late(TimePoint now);

    const std::chrono::milliseconds limit_;
    std::mutex mutex_;  // all below
    std::condition_variable changed_;
    std::map<std::uint64_t, Watched> watched_;
    std::uint64_t next_id_ = 0;
    bool stopping_ = false;
    std::thread thread_;  // last: it uses all the others
};

}  // namespace rmb::win
