#pragma once

#include "engine/tasks.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace rmb::engine {

/// How far a task has come, told in percentages that rise strictly: 0 at once, 100 by finish()
/// only.
class Percent {
public:
    /// `on_percent` must outlive it.
    Percent(const OnPercent& on_percent, std::size_t steps)
        : on_percent_(on_percent), steps_(steps) {
        on_percent_(0);
    }
    Percent(const Percent&) = delete;
    Percent& operator=(const Percent&) = delete;

    void done(std::size_t steps) {
        done_ = std::min(done_ + steps, steps_);
        if (steps_ != 0) {
            tell(std::min<std::size_t>(done_ * 100 / steps_, 99));
        }
    }
    void finish() {
        tell(100);
    }

private:
    void tell(std::size_t percent) {
        if (percent > told_) {
            told_ = percent;
            on_percent_(static_cast<std::uint32_t>(percent));
        }
    }

    const OnPercent& on_percent_;
    std::size_t steps_;
    std::size_t done_ = 0;
    std::size_t told_ = 0;
};

}  // namespace rmb::engine
