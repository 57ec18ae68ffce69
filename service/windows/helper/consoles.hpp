#pragma once

#include "windows/api.hpp"
#include "windows/helper/console_lists.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <vector>

/// Consoles, by way of a child of this process. Blocks, a few seconds for each console that hangs.
namespace rmb::win {

/// ConsoleLists::attached of these processes; what cannot be told is missing.
[[nodiscard]] std::map<std::uint32_t, std::vector<std::uint32_t>> list_consoles(
    std::vector<std::uint32_t> pids);

/// access_denied where others are attached than `expected`, file_not_found where the process has no
/// console, not_ready where the console does not answer.
[[nodiscard]] result<void> interrupt_console(std::uint32_t pid,
                                             std::span<const std::uint32_t> expected);

}  // namespace rmb::win
