#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the files below /proc/<pid> say (proc(5)); nothing here opens one.
namespace rmb::os_linux {

/// Of `stat`.
struct ProcessStat {
    std::string name;  // of the executable, at most 15 bytes, which may be any
    bool zombie = false;
    bool kernel_thread = false;
    std::uint64_t start_time = 0;  // clock ticks since boot
};
[[nodiscard]] std::optional<ProcessStat> parse_stat(std::string_view text);

/// Of `status`.
struct UserIds {
    std::uint32_t real = 0;
    std::uint32_t effective = 0;
    std::uint32_t saved = 0;
};
[[nodiscard]] std::optional<UserIds> parse_users(std::string_view status);

/// The arguments of `cmdline`, with a space between each two.
[[nodiscard]] std::string parse_command_line(std::string_view text);

/// A file of `maps`, with one of the ranges that it is mapped to.
struct MappedFile {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::uint64_t device = 0;  // as st_dev has it
    std::uint64_t inode = 0;
    std::string_view path;    // within the text; for telling files apart, not for opening
    bool executable = false;  // in any of its ranges
};
/// Each file once. What is mapped without a file is left out.
[[nodiscard]] std::vector<MappedFile> parse_maps(std::string_view text);

/// What a descriptor was opened for, of `fdinfo/<n>`: FILE_READ_DATA (1), FILE_WRITE_DATA (2). One
/// that only names a file (O_PATH) has neither.
[[nodiscard]] std::uint32_t parse_access(std::string_view fdinfo);

}  // namespace rmb::os_linux
