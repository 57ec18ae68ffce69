#include "core/config.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rmb::core {
namespace {

struct NumberSetting {
    std::string_view name;
    std::uint32_t Config::*member;
    std::uint32_t min;
    std::uint32_t max;
    std::string_view meaning;
};

constexpr std::array kNumbers{
    NumberSetting{"SessionsPerUserSession", &Config::sessions_per_user_session, 1, 65'536,
                  "open sessions of one user in one Windows session"},
    NumberSetting{"SessionsPerUser", &Config::sessions_per_user, 1, 65'536,
                  "open sessions of one user in all Windows sessions"},
    NumberSetting{"SessionsPerProcess", &Config::sessions_per_process, 1, 65'536,
                  "session handles of one process, started or joined"},
    NumberSetting{"SessionsTotal", &Config::sessions_total, 1, 65'536,
                  "open sessions of all users"},
    NumberSetting{"ConnectionsPerUser", &Config::connections_per_user, 1, 65'536,
                  "open pipe connections of one user"},
    NumberSetting{"ConnectionsTotal", &Config::connections_total, 1, 65'536,
                  "open pipe connections of all users"},
    NumberSetting{"MegabytesPerUser", &Config::megabytes_per_user, 1, 4'096,
                  "MiB of registered and buffered data of one user"},
    NumberSetting{"LogFileMegabytes", &Config::log_file_megabytes, 1, 1'024,
                  "MiB at which the log file is rotated"},
    NumberSetting{"LogFiles", &Config::log_files, 1, 100, "log files kept"},
};

constexpr std::string_view kLogLevelName = "LogLevel";
constexpr std::array<std::string_view, 5> kLogLevels{"trace", "debug", "info", "warn", "error"};
constexpr std::string_view kLogLevelExpected = "one of trace, debug, info, warn, error";

std::string expected_range(const NumberSetting& setting) {
    return "a number from " + std::to_string(setting.min) + " to " + std::to_string(setting.max);
}

std::string show(const SettingValue& value) {
    if (const auto* number = std::get_if<std::uint32_t>(&value)) {
        return std::to_string(*number);
    }
    if (const auto* text = std::get_if<std::string>(&value)) {
        return "\"" + *text + "\"";
    }
    return "a value of another type";
}

bool accept(const NumberSetting& setting, const SettingValue& value, Config& config) {
    const auto* number = std::get_if<std::uint32_t>(&value);
    if (number == nullptr || *number < setting.min || *number > setting.max) {
        return false;
    }
    config.*setting.member = *number;
    return true;
}

bool accept_log_level(const SettingValue& value, Config& config) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr || std::ranges::find(kLogLevels, *text) == kLogLevels.end()) {
        return false;
    }
    config.log_level = *text;
    return true;
}

/// `accept` takes a value over if it is good.
template <class Accept>
void load_one(const std::vector<const SettingsSource*>& sources, std::string_view name,
              const std::string& expected, std::vector<ConfigProblem>& problems, Accept accept) {
    for (const auto* source : sources) {
        const auto value = source->read(name);
        if (!value) {
            continue;
        }
        if (accept(*value)) {
            return;
        }
        problems.push_back({std::string{source->title()} + "\\" + std::string{name},
                            "expected " + expected + ", found " + show(*value) + "; ignored"});
    }
}

}  // namespace

LoadedConfig load_config(const std::vector<const SettingsSource*>& sources) {
    LoadedConfig loaded;
    for (const auto& setting : kNumbers) {
        load_one(sources, setting.name, expected_range(setting), loaded.problems,
                 [&](const SettingValue& value) { return accept(setting, value, loaded.config); });
    }
    load_one(sources, kLogLevelName, std::string{kLogLevelExpected}, loaded.problems,
             [&](const SettingValue& value) { return accept_log_level(value, loaded.config); });
    return loaded;
}

std::vector<SettingInfo> setting_table() {
    const Config defaults;
    std::vector<SettingInfo> table;
    for (const auto& setting : kNumbers) {
        table.push_back({setting.name, setting.meaning, expected_range(setting),
                         std::to_string(defaults.*setting.member)});
    }
    table.push_back({kLogLevelName, "least severe messages that are logged",
                     std::string{kLogLevelExpected}, defaults.log_level});
    return table;
}

}  // namespace rmb::core
