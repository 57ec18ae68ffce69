#include "windows/system/process_memory.hpp"

#include "windows/system/nt_api.hpp"

#include <psapi.h>

#include <bit>
#include <cstddef>
#include <set>
#include <utility>

namespace rmb::win {
namespace {

constexpr DWORD kLongestPath = 32'768;

// Where the current folder's handle is, in a process of 64 and of 32 bits. The records up to the
// parameters are in winternl.h, as far as it names them; the rest is the published layout, which
// has not changed since Windows 2000.
constexpr std::uintptr_t kParameters64 = 0x20;
constexpr std::uintptr_t kDirectoryHandle64 = 0x48;
constexpr std::uintptr_t kParameters32 = 0x10;
constexpr std::uintptr_t kDirectoryHandle32 = 0x2C;
static_assert(sizeof(void*) == 8, "a 32-bit service would be told of 32-bit processes only");

/// A pointer or handle of a process, 0 where it cannot be read.
template <class Word>
std::uintptr_t read_word(HANDLE process, std::uintptr_t address) {
    Word word = 0;
    SIZE_T got = 0;
    const bool done = ReadProcessMemory(process, std::bit_cast<const void*>(address), &word,
                                        sizeof word, &got) != FALSE;
    return done && got == sizeof word ? std::uintptr_t{word} : 0;
}

template <class Word>
std::uintptr_t read_directory_handle(HANDLE process, std::uintptr_t block,
                                     std::uintptr_t parameters, std::uintptr_t handle) {
    const auto at = read_word<Word>(process, block + parameters);
    return at == 0 ? 0 : read_word<Word>(process, at + handle);
}

/// Where a 32-bit process has its environment block; 0 of others.
std::uintptr_t block_32(HANDLE process, std::uintptr_t block) {
    // Wine 8 says 1 for "it has one", and keeps it on the page behind the other.
    constexpr std::uintptr_t kSomewhere = 1;
    constexpr std::uintptr_t kPage = 0x1000;
    std::uintptr_t found = 0;
    if (nt::query_process(process, ProcessWow64Information, &found, sizeof found) < 0) {
        return 0;
    }
    return found == kSomewhere ? block + kPage : found;
}

/// A 32-bit process has blocks of both kinds, and keeps its current folder in the smaller.
std::uintptr_t current_directory(HANDLE process) {
    PROCESS_BASIC_INFORMATION basic{};
    if (nt::query_process(process, ProcessBasicInformation, &basic, sizeof basic) < 0 ||
        basic.PebBaseAddress == nullptr) {
        return 0;
    }
    const auto block = std::bit_cast<std::uintptr_t>(basic.PebBaseAddress);
    if (const auto smaller = block_32(process, block); smaller != 0) {
        return read_directory_handle<std::uint32_t>(process, smaller, kParameters32,
                                                    kDirectoryHandle32);
    }
    return read_directory_handle<std::uint64_t>(process, block, kParameters64, kDirectoryHandle64);
}

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
    answer.current_directory = current_directory(process);
    return answer;
}

}  // namespace rmb::win
