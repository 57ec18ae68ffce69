#pragma once

#include "engine/system.hpp"
#include "windows/system/io_watchdog.hpp"

#include <cstddef>
#include <string>
#include <vector>

/// engine::System's naming of files: see there for rights, errors and paths.
namespace rmb::win {

/// Whether a link at the end of a path is followed.
enum class Links { follow, stay };

[[nodiscard]] result<engine::FileFacts> identify_path(IoWatchdog& watchdog, const std::string& path,
                                                      Links links = Links::follow);

/// not_enough_quota beyond `most` entries.
[[nodiscard]] result<std::vector<engine::FolderEntry>> list_folder(IoWatchdog& watchdog,
                                                                   const std::string& folder,
                                                                   std::size_t most);

[[nodiscard]] std::string join_path(const std::string& folder, const std::string& name);

}  // namespace rmb::win
