#include "client/ctl/locks_view.hpp"

#include "client/ctl/output.hpp"
#include "client/ctl/text.hpp"
#include "proto/error.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace rmb::ctl {
namespace {

using Align = Table::Align;

constexpr std::size_t kIndent = 2;

struct Right {
    std::uint32_t bit;
    std::string_view name;
};
constexpr std::uint32_t kWrite = 0x2;
constexpr std::uint32_t kAppend = 0x4;
/// Of a file or folder (winnt.h, FILE_...): those that can stand in the way of somebody else.
constexpr std::array<Right, 8> kRights{{{0x00'0001, "read"},
                                        {kWrite, "write"},
                                        {kAppend, "append"},
                                        {0x00'0020, "execute"},
                                        {0x01'0000, "delete"},
                                        {0x00'0040, "delete below"},
                                        {0x04'0000, "permissions"},
                                        {0x08'0000, "owner"}}};
constexpr std::uint32_t kAll = 0x1F'01FF;
/// Attributes and extended ones, read or written; the security descriptor, read.
constexpr std::uint32_t kAttributes = 0x02'0198;
constexpr std::uint32_t kSynchronize = 0x10'0000;

std::string hex_text(std::uint32_t mask) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text = "0x";
    for (int shift = 28; shift >= 0; shift -= 4) {
        text += kDigits[(mask >> static_cast<unsigned>(shift)) & 0xFU];
    }
    return text;
}

/// As the service's system has it: paths are full.
char separator_of(std::string_view path) {
    return path.starts_with('/') ? '/' : '\\';
}

std::string program_of(const proto::HolderInfo& holder) {
    const auto& program = holder.program;
    return program.empty() ? "(not readable)"
                           : program.substr(program.find_last_of(separator_of(program)) + 1);
}

std::string how_of(const proto::HolderInfo& holder) {
    return holder.how == "workingDirectory" ? "working directory" : holder.how;
}

std::string access_of(const proto::HolderInfo& holder) {
    return holder.how == "handle" ? access_text(holder.access) : std::string{};
}

/// Nothing for the path itself; relative to it what is below it.
std::string file_of(const proto::HolderInfo& holder, const std::string& path) {
    if (holder.file == path) {
        return {};
    }
    const auto separator = separator_of(path);
    const auto folder = path.ends_with(separator) ? path : path + separator;
    return holder.file.starts_with(folder) ? holder.file.substr(folder.size()) : holder.file;
}

std::string holders_text(const proto::PathLocksInfo& path) {
    std::vector<Table::Column> columns{
        {"PID", Align::right}, {"PROGRAM"}, {"WINSESSION", Align::right}, {"HOW"}, {"ACCESS"}};
    if (std::ranges::any_of(path.holders, [&](const auto& h) { return h.file != path.path; })) {
        columns.push_back({"FILE"});
    }
    Table table{std::move(columns)};
    for (const auto& holder : path.holders) {
        table.row({std::to_string(holder.pid), program_of(holder),
                   std::to_string(holder.windows_session), how_of(holder), access_of(holder),
                   file_of(holder, path.path)});
    }
    return table.text(kIndent);
}

/// Those that are counted only. `others` are shown above.
std::string hidden_text(std::uint32_t hidden, bool others) {
    return std::string(kIndent, ' ') + (others ? "and " : "") + std::to_string(hidden) +
           (others ? " more" : "") + (hidden == 1 ? " process" : " processes") +
           " that you may not see\n";
}

std::string block_of(const proto::PathLocksInfo& path) {
    auto text = printable(path.path) + "\n";
    if (!path.holders.empty()) {
        text += holders_text(path);
    }
    if (path.hidden > 0) {
        text += hidden_text(path.hidden, !path.holders.empty());
    } else if (path.holders.empty()) {
        text += std::string(kIndent, ' ') + "nobody holds it\n";
    }
    return text;
}

std::string unseen_text(const std::vector<proto::UnseenInfo>& unseen) {
    const auto shown = std::min(unseen.size(), kMostUnseenRows);
    Table table{{{""}, {""}}};
    for (std::size_t i = 0; i < shown; ++i) {
        table.row({unseen[i].what, unseen[i].why});
    }
    auto text = "What could not be looked at:\n" + table.text(kIndent);
    if (shown < unseen.size()) {
        text += std::string(kIndent, ' ') + "and " + std::to_string(unseen.size() - shown) +
                " more; --json has them all\n";
    }
    return text;
}

}  // namespace

std::string access_text(std::uint32_t mask) {
    if ((mask & kAll) == kAll) {
        return "full";
    }
    const auto said = (mask & kWrite) != 0 ? mask & ~kAppend : mask;
    std::string text;
    for (const auto& right : kRights) {
        if ((said & right.bit) != 0) {
            text += (text.empty() ? "" : ", ") + std::string{right.name};
        }
    }
    if (!text.empty()) {
        return text;
    }
    if ((mask & kAttributes) != 0) {
        return "attributes";
    }
    return (mask & ~kSynchronize) == 0 ? "none" : hex_text(mask);
}

std::string locks_text(const proto::LocksResult& result) {
    std::vector<std::string> blocks;
    for (const auto& path : result.paths) {
        if (!path.error) {
            blocks.push_back(block_of(path));
        }
    }
    if (!result.unseen.empty()) {
        blocks.push_back(unseen_text(result.unseen));
    }
    std::string text;
    for (const auto& block : blocks) {
        text += (text.empty() ? "" : "\n") + block;
    }
    return text;
}

std::string path_error_text(const std::string& path, const proto::PartError& error) {
    // It may begin with the path itself.
    const auto subject = path + ": ";
    const auto told = error.message.starts_with(subject) ? subject.size() : 0;
    return printable(subject) +
           error_text({static_cast<proto::Code>(error.code), error.message.substr(told)});
}

}  // namespace rmb::ctl
