#pragma once

#include "core/rights.hpp"

#include <stop_token>
#include <utility>

namespace rmb::engine {

[[nodiscard]] inline core::Error cancelled() {
    return {core::Code::cancelled, "the query was cancelled"};
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

}  // namespace rmb::engine
