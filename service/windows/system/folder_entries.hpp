#pragma once

#include "engine/system.hpp"
#include "windows/api.hpp"

#include <cstddef>
#include <vector>

namespace rmb::win {

/// What is in an open folder (FILE_LIST_DIRECTORY), with the identities that identity_of() gives
/// the same files: 64-bit ids with short names (FileIdBothDirectoryInfo), and 128-bit ones
/// (FileIdExtdDirectoryInfo) where the volume has those (ReFS), which then has no short names.
/// not_enough_quota beyond `most`.
[[nodiscard]] result<std::vector<engine::FolderEntry>> read_entries(HANDLE folder,
                                                                    std::size_t most);

}  // namespace rmb::win
