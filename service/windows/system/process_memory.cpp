#include "windows/system/process_memory.hpp"

#include "windows/system/nt_api.hpp"
#include "windows/system/process_parameters.hpp"
#include "windows/wine.hpp"

#include <psapi.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <set>
#include <utility>

namespace rmb::win {
namespace {

constexpr DWORD kLongestPath = 32'768;

/// From its own headers; 0 where they are none. The process may have written there what it likes.
std::size_t size_in_headers(HANDLE process, const void* image) {
    constexpr std::size_t kHeaders = 0x1000;
    std::array<std::byte, kHeaders> headers{};
    SIZE_T got = 0;
    if (ReadProcessMemory(process, image, headers.data(), headers.size(), &got) == FALSE) {
        return 0;
    }
    IMAGE_DOS_HEADER first{};
    IMAGE_NT_HEADERS second{};  // the size is where it is in an image of 32 bits, too
    std::memcpy(&first, headers.data(), sizeof first);
    const auto offset = static_cast<std::size_t>(first.e_lfanew);
    if (first.e_magic != IMAGE_DOS_SIGNATURE || offset > headers.size() - sizeof second) {
        return 0;
    }
    std::memcpy(&second, &headers[offset], sizeof second);
    return second.Signature == IMAGE_NT_SIGNATURE ? second.OptionalHeader.SizeOfImage : 0;
}

/// Of the image whose first region that is: its sections are regions of their own, and to ask for
/// each costs more than all else of a look. 0 where it is not known.
std::size_t size_of_image(HANDLE process, const MEMORY_BASIC_INFORMATION& region) {
    nt::Region whole{};
    if (nt::query_region(process, region.BaseAddress, whole) >= 0) {
        return whole.base == region.BaseAddress ? whole.size : 0;
    }
    return under_wine() ? size_in_headers(process, region.BaseAddress) : 0;
}

class Walk {
public:
    explicit Walk(HANDLE process) : process_{process}, path_(kLongestPath, L'\0') {}

    /// Every file of which some part is mapped.
    void find_files(MemoryAnswer& answer) {
        MEMORY_BASIC_INFORMATION region{};
        std::uintptr_t address = 0;
        while (VirtualQueryEx(process_, std::bit_cast<const void*>(address), &region,
                              sizeof region) != 0) {
            auto size = region.RegionSize;
            // One file makes several regions, all with the same base.
            if (region.State != MEM_FREE && region.AllocationBase != last_) {
                last_ = region.AllocationBase;
                size = std::max(size, take(region));
            }
            address = std::bit_cast<std::uintptr_t>(region.BaseAddress) + size;
        }
        // Beyond the last address there is is ERROR_INVALID_PARAMETER.
        if (const DWORD code = GetLastError(); code != ERROR_INVALID_PARAMETER) {
            answer.refused = win32_error("reading its memory's layout", code).message;
        }
        answer.files.assign(files_.begin(), files_.end());
    }

private:
    /// How much of the memory is known by that.
    std::size_t take(const MEMORY_BASIC_INFORMATION& region) {
        const bool is_image = region.Type == MEM_IMAGE;
        if (!is_image && region.Type != MEM_MAPPED) {
            return 0;
        }
        const auto length =
            GetMappedFileNameW(process_, region.BaseAddress, path_.data(), kLongestPath);
        if (length != 0) {  // else its memory is of no file
            files_.insert({path_.substr(0, length), is_image});
        }
        return is_image ? size_of_image(process_, region) : 0;
    }

    HANDLE process_;
    std::wstring path_;  // room for any
    void* last_ = nullptr;
    std::set<MappedFile> files_;
};

}  // namespace

MemoryAnswer look_at_memory(HANDLE process) {
    MemoryAnswer answer;
    Walk{process}.find_files(answer);
    if (const auto parameters = ProcessParameters::find(process)) {
        answer.current_directory = parameters->directory_handle();
    }
    return answer;
}

}  // namespace rmb::win
