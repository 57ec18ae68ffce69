#include "core/call_queue.hpp"

#include "proto/limits.hpp"

#include <cstddef>
#include <deque>
#include <utility>

namespace rmb::core {

struct CallQueue::State : std::enable_shared_from_this<CallQueue::State> {
    struct Waiting {
        std::uint64_t number;
        Call call;
        RegistrationPtr deadline;
    };

    explicit State(Clock& clock_in) : clock(clock_in) {}

    void run_next() {
        // A call that drops its turn before returning would come back here: the loop below goes on
        // instead, so that the stack does not grow with the queue.
        if (draining) {
            return;
        }
        draining = true;
        const auto self = shared_from_this();
        while (!busy && !waiting.empty()) {
            auto next = std::move(waiting.front());
            waiting.pop_front();
            ends_waiting -= ends_waiting > 0 ? 1 : 0;
            busy = true;
            next.deadline.reset();
            next.call(Turn{self});
        }
        draining = false;
    }

    void release() {
        busy = false;
        cancel_asked = false;
        stop = nullptr;
        run_next();
    }

    void ask_to_stop() {
        if (!busy || cancel_asked) {
            return;
        }
        cancel_asked = true;
        if (auto call = std::exchange(stop, nullptr)) {
            call();
        }
    }

    void expire(std::uint64_t number) {
        for (auto at = waiting.begin(); at != waiting.end(); ++at) {
            if (at->number == number) {
                const auto call = std::move(at->call);
                waiting.erase(at);
                call(Error{Code::sem_timeout,
                           "the session was busy with another call for too long"});
                return;
            }
        }
    }

    Clock& clock;
    std::deque<Waiting> waiting;   // ends of the session first
    std::size_t ends_waiting = 0;  // of them
    std::function<void()> stop;
    std::uint64_t last_number = 0;
    bool busy = false;
    bool draining = false;
    bool cancel_asked = false;
};

CallQueue::Turn::Turn(std::shared_ptr<State> state) : state_(std::move(state)) {}

CallQueue::Turn::~Turn() {
    if (state_) {
        state_->release();
    }
}

void CallQueue::Turn::on_cancel(std::function<void()> stop) {
    if (state_->cancel_asked) {
        stop();
    } else {
        state_->stop = std::move(stop);
    }
}

CallQueue::CallQueue(Clock& clock) : state_(std::make_shared<State>(clock)) {}

CallQueue::~CallQueue() {
    for (auto& waiting : std::exchange(state_->waiting, {})) {
        waiting.call(Error{Code::invalid_handle, "the session has ended"});
    }
}

void CallQueue::enter(Call call) {
    const auto number = ++state_->last_number;
    RegistrationPtr deadline;
    // While the queue is drained, a free session is not yet this call's: others may wait before it.
    if (state_->busy || state_->draining) {
        deadline = state_->clock.call_at(state_->clock.now() + proto::kTurnDeadline,
                                         [state = state_.get(), number] { state->expire(number); });
    }
    state_->waiting.push_back({number, std::move(call), std::move(deadline)});
    state_->run_next();
}

void CallQueue::enter_to_end(Call call) {
    const auto state = state_;
    const auto behind_other_ends =
        state->waiting.begin() + static_cast<std::ptrdiff_t>(state->ends_waiting);
    state->waiting.insert(behind_other_ends, {++state->last_number, std::move(call), nullptr});
    ++state->ends_waiting;
    state->ask_to_stop();
    state->run_next();
}

void CallQueue::cancel() {
    const auto state = state_;
    state->ask_to_stop();
}

}  // namespace rmb::core
