#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rmb::core {

/// Everything an administrator can set. Defaults are those of docs/operations.md.
struct Config {
    std::uint32_t sessions_per_user_session = 64;
    std::uint32_t sessions_per_user = 256;
    std::uint32_t sessions_per_process = 64;
    std::uint32_t sessions_total = 4'096;
    std::uint32_t connections_per_user = 64;
    std::uint32_t connections_total = 4'096;
    std::uint32_t megabytes_per_user = 64;
    std::string log_level = "info";
    std::uint32_t log_file_megabytes = 5;
    std::uint32_t log_files = 3;
    std::uint32_t restart_unregistered = 0;   // 1: programs that had not registered too
    std::string on_installer_death = "keep";  // or "services", "all": what is then started

    bool operator==(const Config&) const = default;
};

/// A value as a settings source holds it; monostate is one of a type no setting has.
using SettingValue = std::variant<std::monostate, std::uint32_t, std::string>;

/// One place values come from: a registry key, a command line.
class SettingsSource {
public:
    virtual ~SettingsSource() = default;
    [[nodiscard]] virtual std::optional<SettingValue> read(std::string_view name) const = 0;
    /// How a report names this place ("policy", "Parameters").
    [[nodiscard]] virtual std::string_view title() const = 0;
};

/// A value that was ignored, and why.
struct ConfigProblem {
    std::string where;  // "policy\\SessionsPerUser"
    std::string what;   // "expected a number from 1 to 65536, found 0; ignored"
};

struct LoadedConfig {
    Config config;
    std::vector<ConfigProblem> problems;
};

/// Takes each setting from the first of `sources` that has a good value for it, else the default.
/// A bad value is reported and passed over; the other settings are unaffected.
[[nodiscard]] LoadedConfig load_config(const std::vector<const SettingsSource*>& sources);

/// One row of the table of settings, for `rmbctl doctor`, the policy template and the docs.
struct SettingInfo {
    std::string_view name;
    std::string_view meaning;
    std::string expected;  // "a number from 1 to 65536"
    std::string default_value;
};
[[nodiscard]] std::vector<SettingInfo> setting_table();

}  // namespace rmb::core
