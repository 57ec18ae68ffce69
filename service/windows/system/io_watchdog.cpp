#include "windows/system/io_watchdog.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace rmb::win {
namespace {

using Clock = std::chrono::steady_clock;

// Cancelling ends what waits at that moment, and the operation may only be about to wait.
constexpr std::chrono::milliseconds kAgainAfter{50};

UniqueHandle current_thread() {
    HANDLE thread = nullptr;
    if (DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &thread, 0,
                        FALSE, DUPLICATE_SAME_ACCESS) == FALSE) {
        throw std::system_error{static_cast<int>(GetLastError()), std::system_category(),
                                "duplicating a thread's handle"};
    }
    return UniqueHandle{thread};
}

}  // namespace

IoWatchdog::IoWatchdog(std::chrono::milliseconds limit)
    : limit_{limit}, thread_{[this] { run(); }} {}

IoWatchdog::~IoWatchdog() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

IoWatchdog::Watch::Watch(IoWatchdog& dog) : dog_{dog} {
    auto thread = current_thread();
    const std::lock_guard lock{dog_.mutex_};
    id_ = dog_.next_id_++;
    dog_.watched_.emplace(id_, Watched{std::move(thread), Clock::now() + dog_.limit_});
    // All have the same limit, so only the first of several can be the next to expire.
    if (dog_.watched_.size() == 1) {
        dog_.changed_.notify_one();
    }
}

IoWatchdog::Watch::~Watch() {
    // Cancelling happens under the lock: after this no operation of the thread can be met.
    const std::lock_guard lock{dog_.mutex_};
    dog_.watched_.erase(id_);
}

bool IoWatchdog::Watch::expired() const {
    const std::lock_guard lock{dog_.mutex_};
    return dog_.watched_.at(id_).expired;
}

IoWatchdog::TimePoint IoWatchdog::cancel_late(TimePoint now) {
    auto next = TimePoint::max();
    for (auto& [id, watched] : watched_) {
        if (watched.deadline <= now) {
            watched.expired = true;
            watched.deadline = now + kAgainAfter;
            CancelSynchronousIo(watched.thread.get());
        }
        next = std::min(next, watched.deadline);
    }
    return next;
}

void IoWatchdog::run() {
    std::unique_lock lock{mutex_};
    while (!stopping_) {
        const auto next = cancel_late(Clock::now());
        if (next == TimePoint::max()) {
            changed_.wait(lock);
        } else {
            changed_.wait_until(lock, next);
        }
    }
}

}  // namespace rmb::win
