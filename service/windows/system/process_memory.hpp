#pragma once

#include "windows/api.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace rmb::win {

/// A file of which some part is in a process's memory.
struct MappedFile {
    std::wstring path;  // as the kernel names it: \Device\HarddiskVolume3\...
    bool is_image = false;

    auto operator<=>(const MappedFile&) const = default;
};

/// What a process's memory tells.
struct MemoryAnswer {
    std::vector<MappedFile> files;         // each once
    std::uintptr_t current_directory = 0;  // the handle that holds it; 0 where it cannot be read
    std::string refused;                   // why `files` is not whole, else empty
};

/// Needs a handle with PROCESS_QUERY_INFORMATION and PROCESS_VM_READ.
[[nodiscard]] MemoryAnswer look_at_memory(HANDLE process);

}  // namespace rmb::win
