#pragma once

#include "proto/methods.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

/// How `locks` shows what it got.
namespace rmb::ctl {

/// What could not be looked at is a list of this many rows at most.
inline constexpr std::size_t kMostUnseenRows = 10;

/// What a handle of a file is good for: "read, write, delete".
[[nodiscard]] std::string access_text(std::uint32_t mask);

/// A block for each path that could be looked up, then what could not be looked at.
[[nodiscard]] std::string locks_text(const proto::LocksResult& result);

/// Of a path that could not be looked up, a line without its end:
/// "C:\a.dll: error 2 (ERROR_FILE_NOT_FOUND): there is no such file".
[[nodiscard]] std::string path_error_text(const std::string& path, const proto::PartError& error);

}  // namespace rmb::ctl
