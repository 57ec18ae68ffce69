#pragma once

#include "windows/api.hpp"

#include <winternl.h>

#include <cstddef>
#include <cstdint>

/// The calls of ntdll.dll that have no Win32 equal, and the records they fill. The functions are
/// documented; the numbers and records that the SDK's headers leave out are the published ones
/// (phnt, the WDK's ntifs.h), and each caller says what it does where the system does not know one.
namespace rmb::win::nt {

/// All handles of all processes: SystemExtendedHandleInformation.
inline constexpr ULONG kExtendedHandles = 64;

struct HandleEntry {
    void* object;
    std::uintptr_t pid;
    std::uintptr_t handle;
    ULONG access;
    USHORT creator;
    USHORT type;
    ULONG attributes;
    ULONG reserved;
};

struct HandleTable {
    std::uintptr_t count;
    std::uintptr_t reserved;
    HandleEntry entries[1];  // `count` of them
};

/// What a handle's device is: FILE_FS_DEVICE_INFORMATION.
struct Device {
    ULONG type = 0;
    ULONG characteristics = 0;
};
/// FILE_REMOTE_DEVICE: the file is on another machine.
inline constexpr ULONG kRemoteDevice = 0x10;

/// How well a process is protected from others, 0 for not at all: PS_PROTECTION.
inline constexpr auto kProcessProtection = static_cast<PROCESSINFOCLASS>(61);

/// ProcessImageInformation, which the SDK's winternl.h leaves out.
inline constexpr auto kProcessImage = static_cast<PROCESSINFOCLASS>(37);

/// What a process's program says of itself, as the kernel read it: SECTION_IMAGE_INFORMATION.
struct ImageInformation {
    void* entry;
    ULONG zero_bits;
    SIZE_T largest_stack;
    SIZE_T first_stack;
    ULONG subsystem;  // IMAGE_SUBSYSTEM_...
    ULONG others[7];
};
static_assert(sizeof(ImageInformation) == 64);

/// One allocation or mapped view as a whole: MEMORY_REGION_INFORMATION.
struct Region {
    void* base;
    ULONG first_protection;
    ULONG flags;
    SIZE_T size;
    SIZE_T committed;
};

inline constexpr NTSTATUS kLengthMismatch = static_cast<NTSTATUS>(0xC0000004);
/// Of a call that ntdll.dll does not export.
inline constexpr NTSTATUS kNotImplemented = static_cast<NTSTATUS>(0xC0000002);

/// NtQuerySystemInformation; `needed` is what it would have wanted.
NTSTATUS query_system(ULONG what, void* buffer, std::size_t size, std::size_t& needed);
/// NtQueryInformationProcess.
NTSTATUS query_process(HANDLE process, PROCESSINFOCLASS what, void* buffer, std::size_t size);
/// NtQueryVirtualMemory, MemoryRegionInformation: what QueryVirtualMemoryInformation gives, since
/// Windows 10 1607. Wine knows it of the own process only.
NTSTATUS query_region(HANDLE process, const void* address, Region& region);
/// NtQueryVolumeInformationFile for the device, which is what GetFileType asks. Hangs, as every
/// query of a handle that was opened for synchronous use, as long as somebody waits in it (reads
/// from a pipe, waits for a lock): the file object's lock is taken before anything is answered
/// (ReactOS's kernel shows it; PowerToys saw it in File Locksmith, pull request 22806).
NTSTATUS query_device(HANDLE file, Device& device);
/// NtResumeProcess: all its threads; nothing to one that runs.
NTSTATUS resume_process(HANDLE process);

/// "<what> failed: status 0xC0000022", with the Win32 code that stands for the status.
[[nodiscard]] Error status_error(std::string_view what, NTSTATUS status);

}  // namespace rmb::win::nt
