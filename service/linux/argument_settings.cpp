#include "linux/argument_settings.hpp"

#include <charconv>
#include <fstream>
#include <utility>

namespace rmb::os_linux {
namespace {

std::optional<core::SettingValue> value_of(std::string_view assignment, std::string_view name) {
    if (!assignment.starts_with(name) || !assignment.substr(name.size()).starts_with('=')) {
        return std::nullopt;
    }
    const auto text = assignment.substr(name.size() + 1);
    std::uint32_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, number);
    if (!text.empty() && failure == std::errc{} && stop == end) {
        return core::SettingValue{number};
    }
    return core::SettingValue{std::string{text}};
}

}  // namespace

ArgumentSettings::ArgumentSettings(std::vector<std::string> assignments, std::string file)
    : assignments_(std::move(assignments)), file_(std::move(file)) {}

std::optional<core::SettingValue> ArgumentSettings::read(std::string_view name) const {
    for (const auto& assignment : assignments_) {
        if (auto value = value_of(assignment, name)) {
            return value;
        }
    }
    std::ifstream in(file_);
    for (std::string line; std::getline(in, line);) {
        if (auto value = value_of(line, name)) {
            return value;
        }
    }
    return std::nullopt;
}

}  // namespace rmb::os_linux
