#pragma once

#include "core/rights.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace rmb::test {

/// Rights that are only counted. One thread.
class FakeRights final : public core::Rights {
public:
    core::result<core::RegistrationPtr> assume() const override {
        if (times_++ >= refuse_after) {
            return core::Error{core::Code::access_denied, "the system does not let anybody act"};
        }
        deepest_ = std::max(deepest_, ++depth_);
        acts_ = 0;
        return core::RegistrationPtr{std::make_unique<Assumed>(*this)};
    }

    [[nodiscard]] bool is_assumed() const {
        return depth_ > 0;
    }
    /// How often they were asked for.
    [[nodiscard]] std::size_t times() const {
        return times_;
    }
    /// 1 where they were never nested.
    [[nodiscard]] std::size_t deepest() const {
        return deepest_;
    }
    /// The most that was done under them before they were dropped.
    [[nodiscard]] std::size_t most_acts() const {
        return most_acts_;
    }
    /// Something is done, in the caller's name or not.
    void note_act() const {
        if (is_assumed()) {
            most_acts_ = std::max(most_acts_, ++acts_);
        }
    }

    /// So many times they are lent, then refused.
    std::size_t refuse_after = SIZE_MAX;

private:
    class Assumed final : public core::Registration {
    public:
        explicit Assumed(const FakeRights& rights) : rights_(rights) {}
        Assumed(const Assumed&) = delete;
        Assumed& operator=(const Assumed&) = delete;
        ~Assumed() override {
            --rights_.depth_;
        }

    private:
        const FakeRights& rights_;
    };

    mutable std::size_t times_ = 0;
    mutable std::size_t depth_ = 0;
    mutable std::size_t deepest_ = 0;
    mutable std::size_t acts_ = 0;
    mutable std::size_t most_acts_ = 0;
};

}  // namespace rmb::test
