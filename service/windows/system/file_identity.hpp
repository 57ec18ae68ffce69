#pragma once

#include "engine/system.hpp"
#include "windows/api.hpp"

#include <cstdint>

namespace rmb::win {

/// The one way in which an open file becomes an identity, whether it was opened by name, came out
/// of another process, or is a folder whose entries are listed: FILE_ID_INFO, and where the volume
/// does not know that (FAT), the serial number and index of BY_HANDLE_FILE_INFORMATION.
[[nodiscard]] result<engine::FileId> identity_of(HANDLE file);

/// A 64-bit file id as FILE_ID_INFO gives it on volumes that have no longer ones.
[[nodiscard]] engine::FileId short_identity(std::uint64_t volume, std::uint64_t id);

/// A file or folder of a volume of this machine: no pipe, console, device, network file. May hang,
/// as nt::query_device().
[[nodiscard]] bool is_local_disk_file(HANDLE file);

}  // namespace rmb::win
