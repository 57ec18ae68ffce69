#pragma once

#include "proto/methods.hpp"

#include <cstddef>
#include <string>
#include <vector>

/// A query of any number of paths, as calls that the service takes.
namespace rmb::ctl {

/// No frame of locks.query is longer: half of what the service takes, as it charges the caller four
/// times as much.
inline constexpr std::size_t kMaxLocksFrameBytes = std::size_t{8} * 1024 * 1024;

/// Of kMaxLocksPaths and `max_frame_bytes` at most each, in the order of the paths. They must be
/// well-formed UTF-8 of kMaxStringUnits at most.
[[nodiscard]] std::vector<proto::LocksParams> locks_calls(
    std::vector<std::string> paths, bool recursive,
    std::size_t max_frame_bytes = kMaxLocksFrameBytes);

/// Puts what the next call answered behind what the calls before it did. What several could not
/// look at is named once.
void append_locks(proto::LocksResult& all, proto::LocksResult next);

}  // namespace rmb::ctl
