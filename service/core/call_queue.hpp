#pragma once

#include "core/ports.hpp"

#include <functional>
#include <memory>

namespace rmb::core {

/// The order of calls on one session (DESIGN 4): one at a time, first come first served, each
/// waiting no longer than proto::kTurnDeadline. Single-threaded.
///
/// A call gets a Turn and has the session to itself until the Turn is destroyed: at once for a
/// short call, at its end for a task (list, shutdown, restart).
class CallQueue {
    struct State;

public:
    class [[nodiscard]] Turn {
    public:
        Turn(Turn&& other) noexcept = default;
        Turn& operator=(Turn&& other) = delete;
        ~Turn();

        /// What a task wants done when it is to stop early; it must then finish its current step
        /// and drop the turn. Runs at most once; at once if the stop was asked for already.
        void on_cancel(std::function<void()> stop);

    private:
        friend class CallQueue;
        explicit Turn(std::shared_ptr<State> state);
        std::shared_ptr<State> state_;
    };

    /// Gets the turn; or sem_timeout after the deadline, or invalid_handle when the session ended
    /// first. Called exactly once.
    using Call = std::function<void(result<Turn>)>;

    explicit CallQueue(Clock& clock);
    CallQueue(const CallQueue&) = delete;
    CallQueue& operator=(const CallQueue&) = delete;
    /// Calls still waiting get invalid_handle.
    ~CallQueue();

    /// Calls back at once when the session is free.
    void enter(Call call);

    /// The session's end: asks the running task to stop and gets the next turn, before those that
    /// wait already, except for an end that was asked for before. Never times out.
    void enter_to_end(Call call);

    /// Asks the running task to stop; nothing happens where none runs.
    void cancel();

private:
    std::shared_ptr<State> state_;
};

}  // namespace rmb::core
