#pragma once

#include "core/rights.hpp"

#include <memory>
#include <stop_token>
#include <utility>

namespace rmb::engine {

[[nodiscard]] inline core::Error cancelled() {
    return {core::Code::cancelled, "it was cancelled"};
}

/// One act with the caller's rights, which are gone again when this returns. The act is not done
/// where this fails: with cancelled when `stop` was requested, or as assume() does. What comes of
/// the act is the act's own affair.
template <class Act>
[[nodiscard]] core::result<void> as_caller(const core::Rights& rights, const std::stop_token& stop,
                                           Act&& act) {
    if (stop.stop_requested()) {
        return cancelled();
    }
    const auto assumed = rights.assume();
    if (!assumed) {
        return assumed.error();
    }
    std::forward<Act>(act)();
    return {};
}

/// The same, for an act that can fail: its error, too. `rights` may be null: nothing may be done.
template <class Act>
[[nodiscard]] core::result<void> act_as(const std::shared_ptr<const core::Rights>& rights,
                                        const std::stop_token& stop, Act&& act) {
    if (!rights) {
        return core::Error{core::Code::access_denied, "there are no rights to act with"};
    }
    core::result<void> outcome;
    const auto assumed = as_caller(*rights, stop, [&] { outcome = std::forward<Act>(act)(); });
    return assumed ? outcome : assumed;
}

}  // namespace rmb::engine
