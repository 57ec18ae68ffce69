#pragma once

#include "proto/framing.hpp"
#include "windows/api.hpp"

#include <array>
#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>

namespace rmb::win {

/// How long something is waited for, and who may end the wait.
struct Patience {
    std::chrono::steady_clock::time_point until;
    std::stop_token stop = {};
};
[[nodiscard]] Patience wait_at_most(std::chrono::milliseconds limit, std::stop_token stop = {});

/// One end of a pipe that carries frames both ways. Errors: sem_timeout when patience is at its
/// end, cancelled when a stop was requested, not_ready when the other end is gone or sends what is
/// no frame, or the system has no event left. After an error the pipe is good for nothing but to be
/// closed, except for a receive() that timed out between two frames. One thread at a time.
class FramePipe {
public:
    /// `pipe` was opened for overlapped use.
    explicit FramePipe(UniqueFile pipe);
    FramePipe(const FramePipe&) = delete;
    FramePipe& operator=(const FramePipe&) = delete;

    [[nodiscard]] result<void> send(std::string_view body, const Patience& patience);
    [[nodiscard]] result<std::string> receive(const Patience& patience);

private:
    [[nodiscard]] result<OVERLAPPED> new_operation() const;
    result<DWORD> finish(bool begun, OVERLAPPED& operation, const Patience& patience);
    result<DWORD> read(const Patience& patience);

    UniqueFile pipe_;
    UniqueHandle done_;  // manual reset
    proto::FrameParser parser_;
    std::array<char, 16 * 1024> buffer_{};
    std::string_view unread_;
};

}  // namespace rmb::win
