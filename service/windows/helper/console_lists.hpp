#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// How the child that attaches to consoles tells what it finds: a line a console, "<id>:" before it
/// attaches to that process's, then the ids of all that are attached, a blank behind each. Pure.
namespace rmb::win {

struct ConsoleLists {
    /// By process, itself included; empty where it has no console.
    std::map<std::uint32_t, std::vector<std::uint32_t>> attached;
    /// At whose console the child did not come to an end.
    std::optional<std::uint32_t> stuck_at;
};

[[nodiscard]] std::string console_line_begin(std::uint32_t pid);
[[nodiscard]] std::string console_line_end(std::span<const std::uint32_t> attached);

/// Lines that are no such lines are passed over.
[[nodiscard]] ConsoleLists parse_console_lines(std::string_view text);

}  // namespace rmb::win
