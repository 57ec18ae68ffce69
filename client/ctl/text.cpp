#include "client/ctl/text.hpp"

#include <algorithm>
#include <utility>

namespace rmb::ctl {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<std::uint8_t>(text[at]) : std::uint8_t{0};
}

void append_escaped(std::string& to, std::uint8_t byte) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    to += "\\x";
    to += kDigits[byte >> 4U];
    to += kDigits[byte & 0xFU];
}

/// Code points; good enough for columns of paths and names.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<std::uint8_t>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

std::string printable(std::string_view text) {
    std::string shown;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = byte_at(text, i);
        const auto next = byte_at(text, i + 1);
        if (byte < 0x20 || byte == 0x7F) {
            append_escaped(shown, byte);
        } else if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {
            append_escaped(shown, next);  // U+0080 to U+009F
            ++i;
        } else {
            shown += text[i];
        }
    }
    return shown;
}

std::string duration_text(std::chrono::seconds span) {
    struct Unit {
        std::int64_t seconds;
        std::string_view name;
    };
    constexpr Unit kUnits[] = {{86'400, " d"}, {3'600, " h"}, {60, " min"}, {1, " s"}};
    auto left = std::max<std::int64_t>(span.count(), 0);
    std::string text;
    int shown = 0;
    for (const auto& unit : kUnits) {
        const auto count = left / unit.seconds;
        left %= unit.seconds;
        // The unit after the largest one is left out where it is 0.
        if (count == 0 && (shown > 0 || unit.seconds > 1)) {
            if (shown > 0) {
                break;
            }
            continue;
        }
        text += (text.empty() ? "" : " ") + std::to_string(count) + std::string{unit.name};
        if (++shown == 2) {
            break;
        }
    }
    return text;
}

std::string count_text(std::uint64_t count, std::string_view noun) {
    return std::to_string(count) + " " + std::string{noun} + (count == 1 ? "" : "s");
}

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
    for (const auto& column : columns_) {
        widths_.push_back(width_of(column.title));
    }
}

void Table::row(std::vector<std::string> cells) {
    cells.resize(columns_.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
        cells[i] = printable(cells[i]);
        widths_[i] = std::max(widths_[i], width_of(cells[i]));
    }
    rows_.push_back(std::move(cells));
}

std::string Table::line(const std::vector<std::string>& cells, std::size_t indent) const {
    std::string text(indent, ' ');
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string padding(widths_[i] - width_of(cells[i]), ' ');
        text += i == 0 ? "" : "  ";
        text += columns_[i].align == Align::right ? padding + cells[i] : cells[i] + padding;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
}

std::string Table::text(std::size_t indent) const {
    std::vector<std::string> titles;
    for (const auto& column : columns_) {
        titles.emplace_back(column.title);
    }
    std::string text;
    if (std::ranges::any_of(titles, [](const std::string& title) { return !title.empty(); })) {
        text += line(titles, indent);
    }
    for (const auto& cells : rows_) {
        text += line(cells, indent);
    }
    return text;
}

}  // namespace rmb::ctl
