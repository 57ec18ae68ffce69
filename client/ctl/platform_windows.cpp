#include "client/ctl/platform.hpp"

#include "client/lib/windows_handle.hpp"
#include "client/lib/windows_text.hpp"

#include <windows.h>

#include <sddl.h>

#include <fcntl.h>
#include <io.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>

namespace rmb::ctl {
namespace {

using client::to_utf8;
using client::to_wide;
using client::UniqueHandle;
using client::UniqueLocal;

constexpr std::size_t kLongestPath = 32'768;  // with the 0 behind it

/// The console itself, where `stream` leads to one: it takes UTF-16 whatever its code page is.
HANDLE console_of(Stream stream) {
    const auto handle = GetStdHandle(stream == Stream::out ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE);
    DWORD mode = 0;
    return GetConsoleMode(handle, &mode) != FALSE ? handle : nullptr;
}

bool write_console(HANDLE console, std::wstring_view text) {
    constexpr std::size_t kPiece = 8'192;  // older consoles take no more than 64 KiB at once
    while (!text.empty()) {
        const auto piece = text.substr(0, kPiece);
        DWORD written = 0;
        if (WriteConsoleW(console, piece.data(), static_cast<DWORD>(piece.size()), &written,
                          nullptr) == FALSE) {
            return false;
        }
        text.remove_prefix(written);
    }
    return true;
}

}  // namespace

void use_binary_streams() {
    for (auto* file : {stdin, stdout, stderr}) {
        (void)_setmode(_fileno(file), _O_BINARY);
    }
}

bool write_stream(Stream stream, std::string_view text) {
    if (const auto console = console_of(stream)) {
        const auto wide = to_wide(text);
        if (!wide.empty() || text.empty()) {
            return write_console(console, wide);
        }
    }
    auto* file = stream == Stream::out ? stdout : stderr;
    return std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
}

std::size_t read_stdin(std::span<char> into) {
    const auto most =
        static_cast<unsigned>(std::min<std::size_t>(into.size(), std::numeric_limits<int>::max()));
    const int got = _read(_fileno(stdin), into.data(), most);
    return got > 0 ? static_cast<std::size_t>(got) : 0;
}

std::optional<std::string> account_name(const std::string& sid) {
    PSID raw = nullptr;
    if (ConvertStringSidToSidW(to_wide(sid).c_str(), &raw) == FALSE) {
        return std::nullopt;
    }
    const UniqueLocal owned{raw};
    std::array<wchar_t, 512> name{};
    std::array<wchar_t, 512> domain{};
    auto name_size = static_cast<DWORD>(name.size());
    auto domain_size = static_cast<DWORD>(domain.size());
    SID_NAME_USE use{};
    if (LookupAccountSidW(nullptr, raw, name.data(), &name_size, domain.data(), &domain_size,
                          &use) == FALSE) {
        return std::nullopt;
    }
    const std::wstring prefix = domain[0] == L'\0' ? L"" : std::wstring{domain.data()} + L"\\";
    return to_utf8(prefix + name.data());
}

ProcessState process_state(std::uint32_t pid, std::uint64_t start_time) {
    const UniqueHandle process{
        OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, pid)};
    if (!process) {
        // What OpenProcess says of an id that no process has.
        return GetLastError() == ERROR_INVALID_PARAMETER ? ProcessState::gone
                                                         : ProcessState::unknown;
    }
    FILETIME created{};
    FILETIME other{};
    if (GetProcessTimes(process.get(), &created, &other, &other, &other) == FALSE) {
        return ProcessState::unknown;
    }
    const auto created_at = (std::uint64_t{created.dwHighDateTime} << 32U) | created.dwLowDateTime;
    const bool ended = WaitForSingleObject(process.get(), 0) == WAIT_OBJECT_0;
    return ended || created_at != start_time ? ProcessState::gone : ProcessState::alive;
}

std::optional<std::string> full_path(const std::string& path) {
    std::wstring full(kLongestPath, L'\0');
    const auto length = GetFullPathNameW(to_wide(path).c_str(), static_cast<DWORD>(full.size()),
                                         full.data(), nullptr);
    if (length == 0 || length >= full.size()) {
        return std::nullopt;
    }
    full.resize(length);
    return to_utf8(full);
}

std::string broker_program() {
    constexpr std::wstring_view kProgram = L"rmbroker.exe";
    std::wstring path(kLongestPath, L'\0');
    path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
    path.erase(path.find_last_of(L'\\') + 1);
    path += kProgram;
    const bool is_there = GetFileAttributesW(path.c_str()) != INVALID_FILE_ATTRIBUTES;
    return to_utf8(is_there ? path : std::wstring{kProgram}).value_or("rmbroker.exe");
}

std::string time_of_day() {
    SYSTEMTIME now{};
    GetLocalTime(&now);
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%02u:%02u:%02u", unsigned{now.wHour},
                  unsigned{now.wMinute}, unsigned{now.wSecond});
    return text.data();
}

}  // namespace rmb::ctl
