#pragma once

#include <windows.h>

#include <chrono>

namespace rmb::e2e {

using Milliseconds = std::chrono::milliseconds;
using TimePoint = std::chrono::steady_clock::time_point;

/// How long anything may take that is not itself measured: generous, so that only a hang meets it.
inline constexpr Milliseconds kPatience{30'000};

[[nodiscard]] inline TimePoint after(Milliseconds span) {
    return std::chrono::steady_clock::now() + span;
}

[[nodiscard]] inline Milliseconds since(TimePoint begun) {
    return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begun);
}

/// Asks until `condition` holds, for what Windows sends no event of (a service's state, the absence
/// of a pipe). False when it did not within `span`.
template <class Condition>
[[nodiscard]] bool eventually(Condition condition, Milliseconds span = kPatience) {
    const auto deadline = after(span);
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= deadline) {
            return false;
        }
        Sleep(2);
    }
    return true;
}

}  // namespace rmb::e2e
