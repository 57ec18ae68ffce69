#include "core/config.hpp"

#include <algorithm>
#include <array>
#include <span>
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
    NumberSetting{"RestartUnregistered", &Config::restart_unregistered, 0, 1,
                  "1: programs that had not registered for it are restarted too"},
};

struct ChoiceSetting {
    std::string_view name;
    std::string Config::*member;
    std::span<const std::string_view> choices;
    std::string_view meaning;
};

constexpr std::array<std::string_view, 5> kLogLevels{"trace", "debug", "info", "warn", "error"};
constexpr std::array<std::string_view, 3> kOnInstallerDeath{"keep", "services", "all"};

constexpr std::array kChoices{
    ChoiceSetting{"LogLevel", &Config::log_level, kLogLevels,
                  "least severe messages that are logged"},
    ChoiceSetting{"OnInstallerDeath", &Config::on_installer_death, kOnInstallerDeath,
                  "what is started of that which a dead installer had stopped; keep: nothing"},
};

std::string expected_range(const NumberSetting& setting) {
    return "a number from " + std::to_string(setting.min) + " to " + std::to_string(setting.max);
}

std::string expected_choice(const ChoiceSetting& setting) {
    std::string expected = "one of ";
    for (const auto choice : setting.choices) {
        expected += choice == setting.choices.front() ? "" : ", ";
        expected += choice;
    }
    return expected;
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

bool accept(const ChoiceSetting& setting, const SettingValue& value, Config& config) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr || std::ranges::find(setting.choices, *text) == setting.choices.end()) {
        return false;
    }
    config.*setting.member = *text;
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
    for (const auto& setting : kChoices) {
        load_one(sources, setting.name, expected_choice(setting), loaded.problems,
                 [&](const SettingValue& value) { return accept(setting, value, loaded.config); });
    }
    return loaded;
}

std::vector<SettingInfo> setting_table() {
    const Config defaults;
    std::vector<SettingInfo> table;
    for (const auto& setting : kNumbers) {
        table.push_back({setting.name, setting.meaning, expected_range(setting),
                         std::to_string(defaults.*setting.member)});
    }
    for (const auto& setting : kChoices) {
        table.push_back(
            {setting.name, setting.meaning, expected_choice(setting), defaults.*setting.member});
    }
    return table;
}

}  // namespace rmb::core
