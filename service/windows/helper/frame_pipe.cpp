#include "windows/helper/frame_pipe.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace rmb::win {
namespace {

using Clock = std::chrono::steady_clock;

// How late a requested stop is seen: nothing wakes a wait for a handle.
constexpr std::chrono::milliseconds kStopInterval{50};

/// Until the event is set (true), or patience is at its end.
bool wait_for(HANDLE event, const Patience& patience) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(std::clamp<Clock::duration>(
            patience.until - Clock::now(), Clock::duration::zero(), std::chrono::hours{1}));
        const auto slice =
            patience.stop.stop_possible() ? std::min<Clock::duration>(left, kStopInterval) : left;
        const auto milliseconds = static_cast<DWORD>(
            std::chrono::duration_cast<std::chrono::milliseconds>(slice).count());
        if (WaitForSingleObject(event, milliseconds) == WAIT_OBJECT_0) {
            return true;
        }
        if (patience.stop.stop_requested() || Clock::now() >= patience.until) {
            return false;
        }
    }
}

Error lost_patience(const Patience& patience) {
    return patience.stop.stop_requested()
               ? Error{Code::cancelled, "cancelled while waiting for an answer"}
               : Error{Code::sem_timeout, "no answer in time"};
}

}  // namespace

Patience wait_at_most(std::chrono::milliseconds limit, std::stop_token stop) {
    return {Clock::now() + limit, std::move(stop)};
}

FramePipe::FramePipe(UniqueFile pipe)
    : pipe_{std::move(pipe)}, done_{CreateEventW(nullptr, TRUE, FALSE, nullptr)} {}

/// Without an event a wait would return at once, again and again.
result<OVERLAPPED> FramePipe::new_operation() const {
    if (!done_) {
        return Error{Code::not_ready, "the system gave no event to wait for the pipe with"};
    }
    OVERLAPPED operation{};
    operation.hEvent = done_.get();
    return operation;
}

/// The bytes that an operation moved. It is over in any case when this returns.
result<DWORD> FramePipe::finish(bool begun, OVERLAPPED& operation, const Patience& patience) {
    DWORD moved = 0;
    if (begun && !wait_for(done_.get(), patience)) {
        CancelIoEx(pipe_.get(), &operation);
        // It may have been carried out all the same, in this moment.
        if (GetOverlappedResult(pipe_.get(), &operation, &moved, TRUE) == FALSE) {
            return lost_patience(patience);
        }
        return moved;
    }
    if (!begun || GetOverlappedResult(pipe_.get(), &operation, &moved, TRUE) == FALSE) {
        return error_as(Code::not_ready, "the pipe to the other process", GetLastError());
    }
    return moved;
}

result<void> FramePipe::send(std::string_view body, const Patience& patience) {
    const std::string frame = proto::make_frame(body);
    for (std::size_t sent = 0; sent < frame.size();) {
        auto operation = new_operation();
        if (operation.has_error()) {
            return operation.error();
        }
        const auto rest = static_cast<DWORD>(frame.size() - sent);
        const bool begun =
            WriteFile(pipe_.get(), &frame[sent], rest, nullptr, &*operation) != FALSE ||
            GetLastError() == ERROR_IO_PENDING;
        const auto moved = finish(begun, *operation, patience);
        if (moved.has_error()) {
            return moved.error();
        }
        sent += *moved;
    }
    return {};
}

result<DWORD> FramePipe::read(const Patience& patience) {
    auto operation = new_operation();
    if (operation.has_error()) {
        return operation.error();
    }
    const bool begun = ReadFile(pipe_.get(), buffer_.data(), static_cast<DWORD>(buffer_.size()),
                                nullptr, &*operation) != FALSE ||
                       GetLastError() == ERROR_IO_PENDING;
    return finish(begun, *operation, patience);
}

result<std::string> FramePipe::receive(const Patience& patience) {
    for (;;) {
        auto step = parser_.next(unread_);
        if (auto* frame = std::get_if<proto::FrameParser::Frame>(&step)) {
            return std::move(frame->body);
        }
        if (const auto* malformed = std::get_if<proto::FrameParser::Malformed>(&step)) {
            return Error{Code::not_ready, "not a frame: " + malformed->error.message};
        }
        if (!std::holds_alternative<proto::FrameParser::NeedMore>(step)) {
            continue;
        }
        const auto moved = read(patience);
        if (moved.has_error()) {
            return moved.error();
        }
        unread_ = std::string_view{buffer_.data(), *moved};
    }
}

}  // namespace rmb::win
