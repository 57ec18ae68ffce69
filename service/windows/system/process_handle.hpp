#pragma once

#include "core/identity.hpp"
#include "windows/api.hpp"

#include <cstdint>
#include <optional>
#include <string>

/// What one process's handle is for.
namespace rmb::win {

/// Opens the process with that start time while it runs, with `access` and the rights by which that
/// is found out (PROCESS_QUERY_LIMITED_INFORMATION, SYNCHRONIZE); as whoever the thread acts as.
/// file_not_found when it has ended; else as the system says.
[[nodiscard]] result<UniqueHandle> open_running(const core::ProcessKey& process, DWORD access);

[[nodiscard]] bool has_ended(HANDLE process);

/// nullopt where it cannot be read.
[[nodiscard]] std::optional<std::uint64_t> start_time(HANDLE process);

/// The program's full path, empty where it cannot be read.
[[nodiscard]] std::string image_path(HANDLE process);

}  // namespace rmb::win
