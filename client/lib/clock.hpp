#pragma once

#include <chrono>

namespace rmb::client {

using TimePoint = std::chrono::steady_clock::time_point;
using Milliseconds = std::chrono::milliseconds;

/// A deadline that never comes.
inline constexpr TimePoint kNever = TimePoint::max();

/// The time, and waiting for it, behind a seam: tests of deadlines do not sleep. Implementations
/// may be used from several threads at once.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual TimePoint now() = 0;
    virtual void sleep_until(TimePoint when) = 0;

protected:
    Clock() = default;
    Clock(const Clock&) = default;
    Clock& operator=(const Clock&) = default;
};

/// The system's monotonic clock. Compare its times with each other only: on Windows they are not
/// std::chrono::steady_clock's (which comes from winpthreads and would have to be in the DLL).
class SystemClock final : public Clock {
public:
    [[nodiscard]] TimePoint now() override;
    void sleep_until(TimePoint when) override;
};

/// `from + span` without overflow: a span of Milliseconds::max() gives kNever.
[[nodiscard]] TimePoint deadline_after(TimePoint from, Milliseconds span);

/// What is left until `deadline` as the operating systems' waits take it: rounded up, 0 when it
/// has passed, -1 (no limit) for kNever.
[[nodiscard]] int milliseconds_left(TimePoint now, TimePoint deadline);

}  // namespace rmb::client
