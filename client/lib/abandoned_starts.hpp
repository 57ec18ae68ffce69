#pragma once

#include "client/lib/lock.hpp"
#include "proto/identifiers.hpp"

#include <cstddef>
#include <vector>

namespace rmb::client {

/// Tokens of starts whose answer never came: sessions that may exist without anybody having their
/// handle. They are told to the service with the next connection (`session.end {startToken}`).
/// Thread-safe.
class AbandonedStarts {
public:
    /// More than these are forgotten, oldest first; such a session ends with the process.
    static constexpr std::size_t kCapacity = 64;
    /// As many as a connection takes beside a call, see proto::kMaxInFlight.
    static constexpr std::size_t kMostAtOnce = 16;

    AbandonedStarts() {
        tokens_.reserve(kCapacity);
    }

    /// Never allocates.
    void add(const proto::Token& token) noexcept;

    /// Takes out the oldest, kMostAtOnce at most. Who cannot deliver them gives them back.
    [[nodiscard]] std::vector<proto::Token> take();

private:
    Lock lock_;
    std::vector<proto::Token> tokens_;
};

}  // namespace rmb::client
