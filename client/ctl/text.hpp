#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Text for people: names and times as they can be shown, and tables of them.
namespace rmb::ctl {

/// Names come from other programs: control characters, with which a terminal could be deceived,
/// are shown as \xNN.
[[nodiscard]] std::string printable(std::string_view text);

/// Two units at most: "59 s", "4 min 5 s", "2 h 3 min", "3 d 1 h".
[[nodiscard]] std::string duration_text(std::chrono::seconds span);

/// "1 session", "2 sessions".
[[nodiscard]] std::string count_text(std::uint64_t count, std::string_view noun);

/// Columns as wide as their widest cell, two blanks between them, nothing behind the last.
class Table {
public:
    enum class Align { left, right };
    struct Column {
        std::string_view title;
        Align align = Align::left;
    };

    explicit Table(std::vector<Column> columns);
    /// As many cells as there are columns. Shown as printable() has them.
    void row(std::vector<std::string> cells);
    /// The titles come first unless all are empty. `indent` blanks stand before each line.
    [[nodiscard]] std::string text(std::size_t indent = 0) const;

private:
    [[nodiscard]] std::string line(const std::vector<std::string>& cells, std::size_t indent) const;

    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
    std::vector<std::size_t> widths_;
};

}  // namespace rmb::ctl
