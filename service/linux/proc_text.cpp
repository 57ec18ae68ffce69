#include "linux/proc_text.hpp"

#include <fcntl.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <tuple>

namespace rmb::os_linux {
namespace {

constexpr int kDecimal = 10;
constexpr int kOctal = 8;
constexpr int kHex = 16;

/// Takes the next word off the front of `text`.
std::string_view take_word(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    const auto word = text.substr(0, text.find_first_of(" \t\n"));
    text.remove_prefix(word.size());
    return word;
}

/// Takes the next line off the front of `text`, without its end.
std::string_view take_line(std::string_view& text) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
}

/// 0 where there is none.
std::uint64_t number(std::string_view text, int base = kDecimal) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value, base);
    return value;
}

/// What follows "name:" in the lines of `text`.
std::optional<std::string_view> member(std::string_view text, std::string_view name) {
    while (!text.empty()) {
        const auto line = take_line(text);
        if (line.starts_with(name) && line.substr(name.size()).starts_with(':')) {
            return line.substr(name.size() + 1);
        }
    }
    return std::nullopt;
}

/// "55d0-55d1 r-xp 00000000 08:01 1234   /a file"; false where no file is mapped.
bool parse_mapping(std::string_view line, MappedFile& mapping) {
    const auto range = take_word(line);
    const auto dash = std::min(range.find('-'), range.size() - 1);
    mapping.begin = number(range.substr(0, dash), kHex);
    mapping.end = number(range.substr(dash + 1), kHex);
    mapping.executable = take_word(line).find('x') != std::string_view::npos;
    take_word(line);  // offset
    const auto device = take_word(line);
    const auto colon = std::min(device.find(':'), device.size() - 1);
    mapping.device = makedev(static_cast<unsigned>(number(device.substr(0, colon), kHex)),
                             static_cast<unsigned>(number(device.substr(colon + 1), kHex)));
    mapping.inode = number(take_word(line));
    mapping.path = line;
    return mapping.inode != 0;
}

}  // namespace

std::optional<ProcessStat> parse_stat(std::string_view text) {
    // The second field is the program's name in parentheses and may hold anything.
    const auto name_begin = text.find('(');
    const auto name_end = text.rfind(')');
    if (name_begin == std::string_view::npos || name_end == std::string_view::npos) {
        return std::nullopt;
    }
    constexpr int kStateField = 3;
    constexpr int kFlagsField = 9;
    constexpr int kStartField = 22;
    constexpr std::uint64_t kIsKernelThread = 0x0020'0000;  // PF_KTHREAD
    ProcessStat stat{.name = std::string{text.substr(name_begin + 1, name_end - name_begin - 1)}};
    text.remove_prefix(name_end + 1);
    for (int field = kStateField; field <= kStartField; ++field) {
        const auto word = take_word(text);
        if (field == kStateField) {
            stat.zombie = word == "Z" || word == "X";
        } else if (field == kFlagsField) {
            stat.kernel_thread = (number(word) & kIsKernelThread) != 0;
        } else if (field == kStartField) {
            stat.start_time = number(word);
        }
    }
    return stat;
}

std::optional<UserIds> parse_users(std::string_view status) {
    auto ids = member(status, "Uid");
    if (!ids) {
        return std::nullopt;
    }
    const auto next = [&ids] { return static_cast<std::uint32_t>(number(take_word(*ids))); };
    UserIds users;
    users.real = next();
    users.effective = next();
    users.saved = next();
    return users;
}

std::string parse_command_line(std::string_view text) {
    // Each argument ends with a zero, the last too.
    text = text.substr(0, text.find_last_not_of('\0') + 1);
    std::string line{text};
    std::ranges::replace(line, '\0', ' ');
    return line;
}

std::vector<MappedFile> parse_maps(std::string_view text) {
    // The path too: where subvolumes share a device number here, the inode alone is not unique.
    std::map<std::tuple<std::uint64_t, std::uint64_t, std::string_view>, MappedFile> files;
    while (!text.empty()) {
        MappedFile mapping;
        if (parse_mapping(take_line(text), mapping)) {
            auto& file = files.try_emplace({mapping.device, mapping.inode, mapping.path}, mapping)
                             .first->second;
            file.executable |= mapping.executable;
        }
    }
    std::vector<MappedFile> each;
    each.reserve(files.size());
    std::ranges::transform(files, std::back_inserter(each), [](auto& file) { return file.second; });
    return each;
}

std::uint32_t parse_access(std::string_view fdinfo) {
    constexpr std::uint32_t kReadData = 1;
    constexpr std::uint32_t kWriteData = 2;
    auto text = member(fdinfo, "flags").value_or("");
    const auto flags = number(take_word(text), kOctal);
    if ((flags & O_PATH) != 0) {
        return 0;
    }
    switch (flags & O_ACCMODE) {
        case O_RDONLY:
            return kReadData;
        case O_WRONLY:
            return kWriteData;
        case O_RDWR:
            return kReadData | kWriteData;
        default:
            return 0;  // for ioctl(2) alone
    }
}

}  // namespace rmb::os_linux
