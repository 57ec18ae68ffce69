#pragma once

#include "core/ports.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

namespace rmb::test {

/// A clock that stands still until a test moves it. A callback is destroyed with its registration,
/// also when it drops it itself: one that still uses what it captured then is caught by ASan.
class FakeClock final : public core::Clock {
public:
    [[nodiscard]] core::TimePoint now() const override {
        return now_;
    }
    [[nodiscard]] std::uint64_t wall_clock_ms() const override {
        return wall_clock_ms_;
    }

    [[nodiscard]] core::RegistrationPtr call_at(core::TimePoint when,
                                                std::function<void()> call) override {
        const Key key{when, ++last_number_};
        calls_.emplace(key, Pending{std::move(call)});
        return std::make_unique<Alarm>(*this, key);
    }

    /// Moves both clocks on and runs what falls due, in order of time, then of registration.
    void advance(std::chrono::milliseconds by) {
        const auto end = now_ + by;
        for (;;) {
            const auto due = calls_.begin();
            if (due == calls_.end() || due->first.first > end) {
                break;
            }
            now_ = std::max(now_, due->first.first);
            const auto key = due->first;
            if (due->second.fired) {
                break;  // advance() was called from within this callback
            }
            due->second.fired = true;
            due->second.call();
            calls_.erase(key);
        }
        now_ = std::max(now_, end);
        wall_clock_ms_ += static_cast<std::uint64_t>(by.count());
    }

    /// Calls asked for and neither run nor taken back.
    [[nodiscard]] std::size_t pending() const {
        return calls_.size();
    }

private:
    using Key = std::pair<core::TimePoint, std::uint64_t>;
    struct Pending {
        std::function<void()> call;
        bool fired = false;
    };
    class Alarm final : public core::Registration {
    public:
        Alarm(FakeClock& clock, Key key) : clock_(clock), key_(key) {}
        Alarm(const Alarm&) = delete;
        Alarm& operator=(const Alarm&) = delete;
        ~Alarm() override {
            clock_.calls_.erase(key_);
        }

    private:
        FakeClock& clock_;
        Key key_;
    };

    core::TimePoint now_{};
    std::uint64_t wall_clock_ms_ = 1'700'000'000'000;
    std::uint64_t last_number_ = 0;
    std::map<Key, Pending> calls_;
};

}  // namespace rmb::test
