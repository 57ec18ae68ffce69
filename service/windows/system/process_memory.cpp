#include "windows/system/process_memory.hpp"

#include "windows/system/process_parameters.hpp"

#include <psapi.h>

#include <cstddef>
#include <set>
#include <utility>

namespace rmb::win {
namespace {

constexpr DWORD kLongestPath = 32'768;

/// Empty where the memory is of no file.
std::wstring file_at(HANDLE process, void* address) {
    std::wstring path(kLongestPath, L'\0');
    path.resize(GetMappedFileNameW(process, address, path.data(), kLongestPath));
    return path;
}

void find_files(HANDLE process, MemoryAnswer& answer) {
    std::set<MappedFile> files;
    MEMORY_BASIC_INFORMATION region{};
    const void* address = nullptr;
    void* last = nullptr;
    while (VirtualQueryEx(process, address, &region, sizeof region) != 0) {
        const bool is_image = region.Type == MEM_IMAGE;
        // One file makes several regions, all with the same base.
        if ((is_image || region.Type == MEM_MAPPED) && region.State != MEM_FREE &&
            region.AllocationBase != last) {
            last = region.AllocationBase;
            if (auto path = file_at(process, region.BaseAddress); !path.empty()) {
                files.insert({std::move(path), is_image});
            }
        }
        address = static_cast<const std::byte*>(region.BaseAddress) + region.RegionSize;
    }
    // Beyond the last address there is is ERROR_INVALID_PARAMETER.
    if (const DWORD code = GetLastError(); code != ERROR_INVALID_PARAMETER) {
        answer.refused = win32_error("reading its memory's layout", code).message;
    }
    answer.files.assign(files.begin(), files.end());
}

}  // namespace

MemoryAnswer look_at_memory(HANDLE process) {
    MemoryAnswer answer;
    find_files(process, answer);
    if (const auto parameters = ProcessParameters::find(process)) {
        answer.current_directory = parameters->directory_handle();
    }
    return answer;
}

}  // namespace rmb::win
