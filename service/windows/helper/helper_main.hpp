#pragma once

#include <windows.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What rmbroker.exe is as a helper, and as the helper's own child.
namespace rmb::win {

/// Followed by the name of its pipe, and for how many milliseconds it waits to be asked something.
inline constexpr std::wstring_view kHelperCommand = L"helper";

/// The exit code of a helper that was asked nothing for so long.
inline constexpr DWORD kHelperIdle = 100;

/// Serves until the service closes the pipe, or for nothing to do. The exit code.
[[nodiscard]] int run_helper(const std::string& pipe, std::chrono::milliseconds idle);

/// `what` is "list" or "interrupt" (of the first id, if all the others are on its console). The
/// exit code: a ConsoleOutcome.
[[nodiscard]] int run_console_child(std::string_view what, const std::vector<std::uint32_t>& pids);

}  // namespace rmb::win
