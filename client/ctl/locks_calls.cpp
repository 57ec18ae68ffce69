#include "client/ctl/locks_calls.hpp"

#include "proto/limits.hpp"
#include "proto/message.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace rmb::ctl {
namespace {

/// Header, envelope and the other members.
constexpr std::size_t kBytesAroundPaths = 1'024;

/// As it travels: escaped, with the comma behind it.
std::size_t bytes_of(const std::string& path) {
    return proto::dump(nlohmann::json(path)).size() + 1;
}

}  // namespace

std::vector<proto::LocksParams> locks_calls(std::vector<std::string> paths, bool recursive,
                                            std::size_t max_frame_bytes) {
    std::vector<proto::LocksParams> calls;
    std::size_t left = 0;
    for (auto& path : paths) {
        const auto bytes = bytes_of(path);
        if (calls.empty() || bytes > left || calls.back().paths.size() == proto::kMaxLocksPaths) {
            calls.push_back({{}, recursive});
            left = max_frame_bytes - kBytesAroundPaths;
        }
        left -= bytes;
        calls.back().paths.push_back(std::move(path));
    }
    return calls;
}

void append_locks(proto::LocksResult& all, proto::LocksResult next) {
    std::ranges::move(next.paths, std::back_inserter(all.paths));
    for (auto& unseen : next.unseen) {
        const bool is_known = std::ranges::any_of(all.unseen, [&](const proto::UnseenInfo& known) {
            return known.what == unseen.what && known.why == unseen.why;
        });
        if (!is_known) {
            all.unseen.push_back(std::move(unseen));
        }
    }
}

}  // namespace rmb::ctl
