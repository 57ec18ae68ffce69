#include "windows/system/nt_api.hpp"

#include <array>
#include <bit>
#include <charconv>

namespace rmb::win::nt {
namespace {

template <class Function>
Function find(const char* name) {
    return std::bit_cast<Function>(GetProcAddress(GetModuleHandleW(L"ntdll.dll"), name));
}

}  // namespace

NTSTATUS query_system(ULONG what, void* buffer, std::size_t size, std::size_t& needed) {
    using Function = NTSTATUS(NTAPI*)(ULONG, void*, ULONG, ULONG*);
    static const auto call = find<Function>("NtQuerySystemInformation");
    if (call == nullptr) {
        return kNotImplemented;
    }
    ULONG wanted = 0;
    const NTSTATUS status = call(what, buffer, static_cast<ULONG>(size), &wanted);
    needed = wanted;
    return status;
}

NTSTATUS query_process(HANDLE process, PROCESSINFOCLASS what, void* buffer, std::size_t size) {
    using Function = NTSTATUS(NTAPI*)(HANDLE, PROCESSINFOCLASS, void*, ULONG, ULONG*);
    static const auto call = find<Function>("NtQueryInformationProcess");
    return call == nullptr ? kNotImplemented
                           : call(process, what, buffer, static_cast<ULONG>(size), nullptr);
}

NTSTATUS query_region(HANDLE process, const void* address, Region& region) {
    using Function = NTSTATUS(NTAPI*)(HANDLE, const void*, int, void*, SIZE_T, SIZE_T*);
    static const auto call = find<Function>("NtQueryVirtualMemory");
    constexpr int kMemoryRegionInformation = 3;
    return call == nullptr
               ? kNotImplemented
               : call(process, address, kMemoryRegionInformation, &region, sizeof region, nullptr);
}

NTSTATUS query_device(HANDLE file, Device& device) {
    using Function = NTSTATUS(NTAPI*)(HANDLE, IO_STATUS_BLOCK*, void*, ULONG, ULONG);
    static const auto call = find<Function>("NtQueryVolumeInformationFile");
    if (call == nullptr) {
        return kNotImplemented;
    }
    constexpr ULONG kFsDeviceInformation = 4;
    IO_STATUS_BLOCK io{};
    return call(file, &io, &device, sizeof device, kFsDeviceInformation);
}

NTSTATUS resume_process(HANDLE process) {
    using Function = NTSTATUS(NTAPI*)(HANDLE);
    static const auto call = find<Function>("NtResumeProcess");
    return call == nullptr ? kNotImplemented : call(process);
}

Error status_error(std::string_view what, NTSTATUS status) {
    using Function = ULONG(NTAPI*)(NTSTATUS);
    static const auto to_win32 = find<Function>("RtlNtStatusToDosError");
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                   static_cast<std::uint32_t>(status), 16);
    const auto code = to_win32 == nullptr ? ULONG{ERROR_GEN_FAILURE} : to_win32(status);
    return {static_cast<Code>(code),
            std::string{what} + " failed: status 0x" + std::string{digits.data(), end.ptr}};
}

}  // namespace rmb::win::nt
