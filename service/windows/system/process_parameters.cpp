#include "windows/system/process_parameters.hpp"

#include "windows/system/nt_api.hpp"

#include <bit>
#include <cstddef>

namespace rmb::win {

/// Offsets, in a process of 64 and of 32 bits. The records up to the parameters are in winternl.h,
/// as far as it names them; the rest is the published layout, which has not changed since Windows
/// 2000.
struct ProcessParameters::Layout {
    std::size_t word;           // bytes of a pointer or handle
    std::uintptr_t parameters;  // in the environment block; the others in the parameters
    std::uintptr_t console;
    std::uintptr_t directory;  // a UNICODE_STRING, as is the command line
    std::uintptr_t directory_handle;
    std::uintptr_t command_line;
    std::uintptr_t environment;
};

const ProcessParameters::Layout ProcessParameters::kOf64Bits{8, 0x20, 0x10, 0x38, 0x48, 0x70, 0x80};
const ProcessParameters::Layout ProcessParameters::kOf32Bits{4, 0x10, 0x10, 0x24, 0x2C, 0x40, 0x48};

namespace {

static_assert(sizeof(void*) == 8, "a 32-bit service would be told of 32-bit processes only");

bool read(HANDLE process, std::uintptr_t address, void* to, std::size_t bytes) {
    SIZE_T got = 0;
    return ReadProcessMemory(process, std::bit_cast<const void*>(address), to, bytes, &got) !=
               FALSE &&
           got == bytes;
}

/// A pointer or handle, 0 where it cannot be read.
std::uintptr_t read_word(HANDLE process, std::uintptr_t address, std::size_t bytes) {
    std::uintptr_t word = 0;
    return read(process, address, &word, bytes) ? word : 0;
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

}  // namespace

std::optional<ProcessParameters> ProcessParameters::find(HANDLE process) {
    PROCESS_BASIC_INFORMATION basic{};
    if (nt::query_process(process, ProcessBasicInformation, &basic, sizeof basic) < 0 ||
        basic.PebBaseAddress == nullptr) {
        return std::nullopt;
    }
    auto block = std::bit_cast<std::uintptr_t>(basic.PebBaseAddress);
    // A 32-bit process has blocks of both kinds, and keeps its current folder in the smaller.
    const auto smaller = block_32(process, block);
    const auto& layout = smaller == 0 ? kOf64Bits : kOf32Bits;
    if (smaller != 0) {
        block = smaller;
    }
    const auto at = read_word(process, block + layout.parameters, layout.word);
    return at == 0 ? std::nullopt : std::optional{ProcessParameters{process, layout, at}};
}

std::uintptr_t ProcessParameters::word(std::uintptr_t offset) const {
    return read_word(process_, at_ + offset, layout_.word);
}

std::wstring ProcessParameters::text(std::uintptr_t offset) const {
    USHORT bytes = 0;
    if (!read(process_, at_ + offset, &bytes, sizeof bytes)) {
        return {};
    }
    const auto buffer = word(offset + layout_.word);
    std::wstring text(bytes / sizeof(wchar_t), L'\0');
    return read(process_, buffer, text.data(), text.size() * sizeof(wchar_t)) ? text
                                                                              : std::wstring{};
}

bool ProcessParameters::has_console() const {
    // -1 to -4 are what its starter wished: none, a new one, one without a window.
    constexpr std::uintptr_t kWishes = 4;
    const auto highest = layout_.word == 4 ? std::uintptr_t{UINT32_MAX} : UINTPTR_MAX;
    const auto handle = word(layout_.console);
    return handle != 0 && handle <= highest - kWishes;
}

std::uintptr_t ProcessParameters::directory_handle() const {
    return word(layout_.directory_handle);
}

std::wstring ProcessParameters::directory() const {
    return text(layout_.directory);
}

std::wstring ProcessParameters::command_line() const {
    return text(layout_.command_line);
}

std::uintptr_t ProcessParameters::environment() const {
    return word(layout_.environment);
}

}  // namespace rmb::win
