#pragma once

#include "core/ports.hpp"

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <optional>
#include <span>

namespace rmb::test {

/// Gives the bytes a test asked for, then those of a fixed generator: the same in every run.
class ScriptedRandom final : public core::Random {
public:
    core::result<void> fill(std::span<std::uint8_t> bytes) override {
        if (failure) {
            return *failure;
        }
        for (auto& byte : bytes) {
            if (script_.empty()) {
                byte = generated();
            } else {
                byte = script_.front();
                script_.pop_front();
            }
        }
        return {};
    }

    template <class Range>
    void next(const Range& bytes) {
        script_.insert(script_.end(), std::begin(bytes), std::end(bytes));
    }
    void next(std::initializer_list<std::uint8_t> bytes) {
        script_.insert(script_.end(), bytes.begin(), bytes.end());
    }
    [[nodiscard]] bool script_is_used_up() const {
        return script_.empty();
    }

    /// What every fill() answers, while it is set.
    std::optional<core::Error> failure;

private:
    std::uint8_t generated() {
        // xorshift64
        state_ ^= state_ << 13U;
        state_ ^= state_ >> 7U;
        state_ ^= state_ << 17U;
        return static_cast<std::uint8_t>(state_ >> 32U);
    }

    std::deque<std::uint8_t> script_;
    std::uint64_t state_ = 0x9E37'79B9'7F4A'7C15U;
};

}  // namespace rmb::test
