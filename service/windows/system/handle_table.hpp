#pragma once

#include "engine/system.hpp"
#include "windows/api.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rmb::win {

/// A handle of some process to something that files are opened as: also to pipes, devices, network
/// files.
struct FileHandle {
    std::uint32_t pid = 0;
    std::uintptr_t handle = 0;
    std::uint32_t access = 0;
};

/// All of the system, this process's own left out.
[[nodiscard]] result<std::vector<FileHandle>> file_handles();

/// What became of a look at another process's handle.
struct HandleAnswer {
    std::optional<engine::FileId> file;  // nullopt: closed meanwhile, or to no local file
    std::string refused;                 // why it could not be told, else empty
};

/// Looks at a duplicate, which is closed again. May hang, where another thread waits in the handle.
[[nodiscard]] HandleAnswer look_at_handle(HANDLE process, std::uintptr_t handle);

}  // namespace rmb::win
