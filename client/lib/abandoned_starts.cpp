#include "client/lib/abandoned_starts.hpp"

#include <algorithm>
#include <mutex>

namespace rmb::client {

void AbandonedStarts::add(const proto::Token& token) noexcept {
    const std::lock_guard guard{lock_};
    if (tokens_.size() == kCapacity) {
        tokens_.erase(tokens_.begin());
    }
    tokens_.push_back(token);
}

std::vector<proto::Token> AbandonedStarts::take() {
    const std::lock_guard guard{lock_};
    const auto count = std::min(tokens_.size(), kMostAtOnce);
    const auto end = tokens_.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<proto::Token> taken{tokens_.begin(), end};
    tokens_.erase(tokens_.begin(), end);
    return taken;
}

}  // namespace rmb::client
