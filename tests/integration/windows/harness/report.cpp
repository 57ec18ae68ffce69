#include "harness/report.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

namespace rmb::e2e {
namespace {

/// "NAME started VERSION PID FOLDER"
std::optional<Report::Start> parse_start(const std::string& line) {
    std::istringstream words{line};
    std::string name;
    std::string event;
    Report::Start start;
    if (!(words >> name >> event >> start.version >> start.pid) || event != "started") {
        return std::nullopt;
    }
    std::getline(words >> std::ws, start.folder);
    return start;
}

}  // namespace

std::vector<std::string> Report::lines() const {
    std::vector<std::string> lines;
    std::ifstream file{file_, std::ios::binary};
    for (std::string line; std::getline(file, line);) {
        if (!line.empty() && line.back() == '\r') {
            line.pop_back();
            lines.push_back(line);
        }
    }
    return lines;
}

std::size_t Report::count(std::string_view begin) const {
    const auto all = lines();
    return static_cast<std::size_t>(std::ranges::count_if(
        all, [begin](const std::string& line) { return line.starts_with(begin); }));
}

std::size_t Report::place(std::string_view begin) const {
    const auto all = lines();
    const auto found = std::ranges::find_if(
        all, [begin](const std::string& line) { return line.starts_with(begin); });
    return found == all.end() ? npos : static_cast<std::size_t>(found - all.begin());
}

bool Report::wait_for(std::string_view begin, std::size_t wanted, Milliseconds patience) const {
    return eventually([&] { return count(begin) >= wanted; }, patience);
}

std::vector<Report::Start> Report::starts_of(const std::string& name) const {
    std::vector<Start> starts;
    for (const auto& line : lines()) {
        if (const auto start = parse_start(line); start && line.starts_with(name + " ")) {
            starts.push_back(*start);
        }
    }
    return starts;
}

std::vector<Report::Start> Report::all_starts() const {
    std::vector<Start> starts;
    for (const auto& line : lines()) {
        if (const auto start = parse_start(line)) {
            starts.push_back(*start);
        }
    }
    return starts;
}

std::string Report::all() const {
    std::string text = "the report:\n";
    for (const auto& line : lines()) {
        text += line + "\n";
    }
    return text;
}

}  // namespace rmb::e2e
