#pragma once

#include "proto/limits.hpp"

#include <cstddef>

namespace rmb::rpc {

/// So much of what a session registered is shown to people; the rest is counted.
inline constexpr std::size_t kMaxShown = 1'000;

/// Adds up what an answer takes on the wire, roughly: more than this many bytes would be more than
/// a connection may have unsent.
class AnswerSize {
public:
    static constexpr std::size_t kMaxBytes = proto::kMaxUnsentBytes / 4 * 3;

    /// Adds a value with so many bytes of text, if there is room for it.
    [[nodiscard]] bool fits(std::size_t text) {
        constexpr std::size_t kRest = 64;
        if (text + kRest > kMaxBytes - bytes_) {
            return false;
        }
        bytes_ += text + kRest;
        return true;
    }

private:
    std::size_t bytes_ = 0;
};

}  // namespace rmb::rpc
