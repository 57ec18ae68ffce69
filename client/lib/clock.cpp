#include "client/lib/clock.hpp"

#include <algorithm>
#include <limits>

#ifdef _WIN32
#include <windows.h>
#else
#include <thread>
#endif

namespace rmb::client {

#ifdef _WIN32

TimePoint SystemClock::now() {
    LARGE_INTEGER frequency;
    LARGE_INTEGER count;
    QueryPerformanceFrequency(&frequency);  // neither fails on any Windows since XP
    QueryPerformanceCounter(&count);
    const auto whole = count.QuadPart / frequency.QuadPart;
    const auto rest = count.QuadPart % frequency.QuadPart;
    return TimePoint{std::chrono::seconds{whole} +
                     std::chrono::nanoseconds{rest * 1'000'000'000 / frequency.QuadPart}};
}

void SystemClock::sleep_until(TimePoint when) {
    const int left = milliseconds_left(now(), when);
    Sleep(left < 0 ? INFINITE : static_cast<DWORD>(left));
}

#else

TimePoint SystemClock::now() {
    return std::chrono::steady_clock::now();
}

void SystemClock::sleep_until(TimePoint when) {
    std::this_thread::sleep_until(when);
}

#endif

TimePoint deadline_after(TimePoint from, Milliseconds span) {
    const auto room = std::chrono::duration_cast<Milliseconds>(kNever - from);
    return span >= room ? kNever : from + span;
}

int milliseconds_left(TimePoint now, TimePoint deadline) {
    if (deadline == kNever) {
        return -1;
    }
    if (deadline <= now) {
        return 0;
    }
    const auto left = std::chrono::ceil<Milliseconds>(deadline - now);
    constexpr auto kMost = std::numeric_limits<int>::max();
    return static_cast<int>(std::min<Milliseconds::rep>(left.count(), kMost));
}

}  // namespace rmb::client
