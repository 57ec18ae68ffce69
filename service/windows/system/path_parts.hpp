#pragma once

#include "engine/system.hpp"

#include <optional>
#include <string>

/// engine::System's taking apart of paths: text only, nothing is opened.
namespace rmb::win {

/// As parse_local_path() understands the path, and with its folder written literally (\\?\C:\a).
[[nodiscard]] std::optional<engine::PathParts> take_path_apart(const std::string& path);

/// Upper case by the rules of the file system. Two names of one key are one file, except in a
/// folder that was made case-sensitive.
[[nodiscard]] std::string name_key_of(const std::string& name);

}  // namespace rmb::win
