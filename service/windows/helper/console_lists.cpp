#include "windows/helper/console_lists.hpp"

#include <charconv>

namespace rmb::win {
namespace {

/// Takes a number and the one character behind it from the front.
std::optional<std::uint32_t> take_number(std::string_view& text, char behind) {
    std::uint32_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc{} || read.ptr == end || *read.ptr != behind) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()) + 1);
    return number;
}

void add_line(std::string_view line, ConsoleLists& lists) {
    const auto asked = take_number(line, ':');
    if (!asked) {
        return;
    }
    std::vector<std::uint32_t> attached;
    while (const auto pid = take_number(line, ' ')) {
        attached.push_back(*pid);
    }
    // One that has ended since the console was found by it is on none.
    lists.attached[*asked] = {};
    for (const auto pid : attached) {
        lists.attached[pid] = attached;
    }
}

}  // namespace

std::string console_line_begin(std::uint32_t pid) {
    return std::to_string(pid) + ":";
}

std::string console_line_end(std::span<const std::uint32_t> attached) {
    std::string text;
    for (const auto pid : attached) {
        text += std::to_string(pid) + " ";
    }
    return text + "\n";
}

ConsoleLists parse_console_lines(std::string_view text) {
    ConsoleLists lists;
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        add_line(text.substr(0, end), lists);
        text.remove_prefix(end + 1);
    }
    lists.stuck_at = take_number(text, ':');
    return lists;
}

}  // namespace rmb::win
