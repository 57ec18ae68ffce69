#pragma once

#include <cstdint>
#include <span>
#include <string_view>

/// `rmbroker.exe helper-console`: a process is attached to one console at a time, and attaching may
/// hang, so a child of the helper does it.
namespace rmb::win {

inline constexpr std::wstring_view kConsoleChildCommand = L"helper-console";

/// Exit codes.
enum class ConsoleOutcome : int {
    done = 0,
    failed = 1,
    no_console = 2,      // of the process
    others_attached = 3  // than those expected: nothing was sent
};

/// Writes the console_line of each process to standard output. Those that were seen on another's
/// console are passed over.
[[nodiscard]] ConsoleOutcome list_consoles_here(std::span<const std::uint32_t> pids);

/// Ctrl-C to all on the console of `pid`, if these and no others are attached to it.
[[nodiscard]] ConsoleOutcome interrupt_console_here(std::uint32_t pid,
                                                    std::span<const std::uint32_t> expected);

}  // namespace rmb::win
