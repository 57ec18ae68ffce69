#pragma once

#include "windows/helper/desktop_windows.hpp"
#include "windows/helper/votes.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace rmb::win {

struct WindowMessage {
    UINT message = 0;
    WPARAM w = 0;
    LPARAM l = 0;
};

/// Sends the message to every top-level window of the processes, to all of them before the first
/// answer is waited for: a window that hangs holds up none. Non-zero is a yes. Until all have
/// answered, one has said no (where asked for), or the limit. One vote a process, in their order;
/// an id of 0 stands for a process without windows. One thread a process.
[[nodiscard]] std::vector<engine::Vote> ask_windows(const UserApi& api,
                                                    std::span<const std::uint32_t> pids,
                                                    const WindowMessage& message,
                                                    bool until_refusal,
                                                    std::chrono::milliseconds limit);

}  // namespace rmb::win
