#include "windows/handle_walk.hpp"

#include "client/lib/windows_handle.hpp"
#include "windows/failure.hpp"

#include <windows.h>

#include <psapi.h>
#include <winternl.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace rmb::bench {
namespace {

/// SYSTEM_HANDLE_TABLE_ENTRY_INFO_EX, which the SDK's headers leave out.
struct Entry {
    void* object;
    std::uintptr_t pid;
    std::uintptr_t handle;
    ULONG access;
    USHORT creator;
    USHORT type;
    ULONG attributes;
    ULONG reserved;
};

/// SYSTEM_HANDLE_INFORMATION_EX.
struct Table {
    std::uintptr_t count;
    std::uintptr_t reserved;
    Entry entries[1];
};

/// SystemExtendedHandleInformation; winternl.h's enumeration has no room for it.
constexpr ULONG kExtendedHandles = 64;
constexpr auto kLengthMismatch = static_cast<NTSTATUS>(0xC0000004);

/// Fills `words` and shows what is in them.
std::span<const Entry> read_table(std::vector<std::uintptr_t>& words) {
    using Query = NTSTATUS(NTAPI*)(ULONG, void*, ULONG, ULONG*);
    static const auto query = std::bit_cast<Query>(
        GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtQuerySystemInformation"));
    words.resize(std::max(words.size(), std::size_t{131'072}));
    for (;;) {
        const auto status = query(kExtendedHandles, words.data(),
                                  static_cast<ULONG>(words.size() * sizeof words[0]), nullptr);
        if (status >= 0) {
            break;
        }
        if (status != kLengthMismatch) {
            fail("reading the handle table", static_cast<DWORD>(status));
        }
        words.resize(words.size() * 2);
    }
    const auto& table = *static_cast<const Table*>(static_cast<const void*>(words.data()));
    return {&table.entries[0], table.count};
}

/// The number that the system has for handles to files: that of `known`, which is one.
USHORT file_type(std::span<const Entry> entries, HANDLE known) {
    const auto found = std::ranges::find_if(entries, [known](const Entry& entry) {
        return entry.pid == GetCurrentProcessId() &&
               entry.handle == std::bit_cast<std::uintptr_t>(known);
    });
    if (found == entries.end()) {
        fail("the handle table lacks a handle of this process", ERROR_NOT_FOUND);
    }
    return found->type;
}

HANDLE open_a_file() {
    std::wstring path(32'768, L'\0');
    GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
    return CreateFileW(path.c_str(), FILE_READ_ATTRIBUTES, FILE_SHARE_READ, nullptr, OPEN_EXISTING,
                       0, nullptr);
}

}  // namespace

std::size_t walk_handles() {
    static std::vector<std::uintptr_t> words;
    const client::UniqueHandle known{open_a_file()};
    const auto entries = read_table(words);
    const auto type = file_type(entries, known.get());
    std::map<std::uintptr_t, client::UniqueHandle> processes;
    std::size_t count = 0;
    for (const auto& entry : entries) {
        if (entry.type != type || entry.pid == GetCurrentProcessId()) {
            continue;
        }
        auto process = processes.find(entry.pid);
        if (process == processes.end()) {
            process = processes
                          .try_emplace(entry.pid, OpenProcess(PROCESS_DUP_HANDLE, FALSE,
                                                              static_cast<DWORD>(entry.pid)))
                          .first;
        }
        HANDLE copy = nullptr;
        if (DuplicateHandle(process->second.get(), std::bit_cast<HANDLE>(entry.handle),
                            GetCurrentProcess(), &copy, 0, FALSE, DUPLICATE_SAME_ACCESS) != FALSE) {
            CloseHandle(copy);
            ++count;
        }
    }
    return count;
}

std::size_t walk_mappings() {
    std::array<DWORD, 4'096> pids{};
    DWORD bytes = 0;
    if (EnumProcesses(pids.data(), sizeof pids, &bytes) == FALSE) {
        fail("listing the processes");
    }
    std::size_t count = 0;
    std::wstring path(32'768, L'\0');
    for (const auto pid : std::span{pids}.first(bytes / sizeof pids[0])) {
        const client::UniqueHandle process{
            OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, FALSE, pid)};
        MEMORY_BASIC_INFORMATION region{};
        std::uintptr_t address = 0;
        const void* last = nullptr;
        while (process && pid != GetCurrentProcessId() &&
               VirtualQueryEx(process.get(), std::bit_cast<const void*>(address), &region,
                              sizeof region) != 0) {
            if ((region.Type == MEM_IMAGE || region.Type == MEM_MAPPED) &&
                region.AllocationBase != last) {
                last = region.AllocationBase;
                count += GetMappedFileNameW(process.get(), region.BaseAddress, path.data(),
                                            static_cast<DWORD>(path.size())) != 0
                             ? 1U
                             : 0U;
            }
            address = std::bit_cast<std::uintptr_t>(region.BaseAddress) + region.RegionSize;
        }
    }
    return count;
}

}  // namespace rmb::bench
