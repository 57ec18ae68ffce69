#include "core/config.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace rmb::core;

class FakeSource final : public SettingsSource {
public:
    FakeSource(std::string_view title_in, std::map<std::string, SettingValue> values_in = {})
        : values(std::move(values_in)), title_(title_in) {}

    [[nodiscard]] std::optional<SettingValue> read(std::string_view name) const override {
        const auto found = values.find(std::string{name});
        return found == values.end() ? std::nullopt : std::optional{found->second};
    }
    [[nodiscard]] std::string_view title() const override {
        return title_;
    }

    std::map<std::string, SettingValue> values;

private:
    std::string_view title_;
};

LoadedConfig load(const SettingValue& value, const std::string& name) {
    const FakeSource source{"Parameters", {{name, value}}};
    return load_config({&source});
}

struct Number {
    std::string name;
    std::uint32_t Config::*member;
    std::uint32_t max;
    std::uint32_t min = 1;
};

const std::vector<Number>& numbers() {
    static const std::vector<Number> all{
        {"SessionsPerUserSession", &Config::sessions_per_user_session, 65'536},
        {"SessionsPerUser", &Config::sessions_per_user, 65'536},
        {"SessionsPerProcess", &Config::sessions_per_process, 65'536},
        {"SessionsTotal", &Config::sessions_total, 65'536},
        {"ConnectionsPerUser", &Config::connections_per_user, 65'536},
        {"ConnectionsTotal", &Config::connections_total, 65'536},
        {"MegabytesPerUser", &Config::megabytes_per_user, 4'096},
        {"LogFileMegabytes", &Config::log_file_megabytes, 1'024},
        {"LogFiles", &Config::log_files, 100},
        {"RestartUnregistered", &Config::restart_unregistered, 1, 0},
    };
    return all;
}

TEST(LoadConfig, NothingSet_IsTheDefaultsOfTheDesign) {
    const FakeSource empty{"policy"};
    for (const auto& loaded : {load_config({}), load_config({&empty})}) {
        EXPECT_TRUE(loaded.problems.empty());
        EXPECT_EQ(loaded.config, Config{});
        EXPECT_EQ(loaded.config.sessions_per_user_session, 64U);
        EXPECT_EQ(loaded.config.sessions_per_user, 256U);
        EXPECT_EQ(loaded.config.sessions_per_process, 64U);
        EXPECT_EQ(loaded.config.sessions_total, 4'096U);
        EXPECT_EQ(loaded.config.connections_per_user, 64U);
        EXPECT_EQ(loaded.config.connections_total, 4'096U);
        EXPECT_EQ(loaded.config.megabytes_per_user, 64U);
        EXPECT_EQ(loaded.config.log_level, "info");
        EXPECT_EQ(loaded.config.restart_unregistered, 0U);
        EXPECT_EQ(loaded.config.on_installer_death, "keep");
    }
}

TEST(LoadConfig, GoodNumber_SetsItsMemberAlone) {
    for (const auto& [name, member, max, min] : numbers()) {
        for (const std::uint32_t value : {min, min + (max - min) / 2, max}) {
            Config expected;
            expected.*member = value;
            const auto loaded = load(value, name);
            EXPECT_EQ(loaded.config, expected) << name << " " << value;
            EXPECT_TRUE(loaded.problems.empty()) << name << " " << value;
        }
    }
}

TEST(LoadConfig, BadNumber_IsReportedByNameAndIgnored) {
    for (const auto& [name, member, max, min] : numbers()) {
        for (const SettingValue& value :
             std::vector<SettingValue>{min - 1, max + 1, std::uint32_t{0xFFFF'FFFF},
                                       std::string{"1"}, std::string{}, std::monostate{}}) {
            const auto loaded = load(value, name);
            EXPECT_EQ(loaded.config, Config{}) << name;
            ASSERT_EQ(loaded.problems.size(), 1U) << name;
            EXPECT_EQ(loaded.problems[0].where, "Parameters\\" + name);
            EXPECT_NE(loaded.problems[0].what.find("a number from " + std::to_string(min) + " to " +
                                                   std::to_string(max)),
                      std::string::npos)
                << loaded.problems[0].what;
        }
    }
}

struct Choice {
    std::string name;
    std::string Config::*member;
    std::vector<std::string> good;
    std::vector<std::string> bad;
};

const std::vector<Choice>& choices() {
    static const std::vector<Choice> all{
        {"LogLevel",
         &Config::log_level,
         {"trace", "debug", "info", "warn", "error"},
         {"Info", "verbose", "", "info ", "trace, debug"}},
        {"OnInstallerDeath",
         &Config::on_installer_death,
         {"keep", "services", "all"},
         {"Keep", "none", "", "service", "keep, services"}},
    };
    return all;
}

TEST(LoadConfig, GoodChoice_SetsItsMemberAlone) {
    for (const auto& [name, member, good, bad] : choices()) {
        for (const auto& value : good) {
            Config expected;
            expected.*member = value;
            const auto loaded = load(value, name);
            EXPECT_EQ(loaded.config, expected) << name << " " << value;
            EXPECT_TRUE(loaded.problems.empty()) << name << " " << value;
        }
    }
}

TEST(LoadConfig, BadChoice_IsReportedByNameAndIgnored) {
    for (const auto& [name, member, good, bad] : choices()) {
        std::vector<SettingValue> values{std::uint32_t{0}, std::uint32_t{1}, std::monostate{}};
        values.insert(values.end(), bad.begin(), bad.end());
        for (const auto& value : values) {
            const auto loaded = load(value, name);
            EXPECT_EQ(loaded.config, Config{}) << name;
            ASSERT_EQ(loaded.problems.size(), 1U) << name;
            EXPECT_EQ(loaded.problems[0].where, "Parameters\\" + name);
            EXPECT_NE(loaded.problems[0].what.find("one of " + good[0] + ", " + good[1]),
                      std::string::npos)
                << loaded.problems[0].what;
        }
    }
}

TEST(LoadConfig, Policy_WinsOverParameters) {
    const FakeSource policy{"policy", {{"SessionsPerUser", std::uint32_t{10}}}};
    const FakeSource parameters{"Parameters",
                                {{"SessionsPerUser", std::uint32_t{20}},
                                 {"SessionsTotal", std::uint32_t{30}},
                                 {"LogLevel", std::string{"warn"}}}};
    const auto loaded = load_config({&policy, &parameters});
    EXPECT_EQ(loaded.config.sessions_per_user, 10U);
    EXPECT_EQ(loaded.config.sessions_total, 30U);
    EXPECT_EQ(loaded.config.log_level, "warn");
    EXPECT_TRUE(loaded.problems.empty());
}

TEST(LoadConfig, BadPolicy_FallsThroughToParametersAndIsReported) {
    const FakeSource policy{
        "policy", {{"SessionsPerUser", std::uint32_t{0}}, {"LogLevel", std::string{"loud"}}}};
    const FakeSource parameters{
        "Parameters", {{"SessionsPerUser", std::uint32_t{20}}, {"LogLevel", std::string{"error"}}}};
    const auto loaded = load_config({&policy, &parameters});
    EXPECT_EQ(loaded.config.sessions_per_user, 20U);
    EXPECT_EQ(loaded.config.log_level, "error");
    ASSERT_EQ(loaded.problems.size(), 2U);
    EXPECT_EQ(loaded.problems[0].where, "policy\\SessionsPerUser");
    EXPECT_NE(loaded.problems[0].what.find("found 0"), std::string::npos);
    EXPECT_EQ(loaded.problems[1].where, "policy\\LogLevel");
    EXPECT_NE(loaded.problems[1].what.find("found \"loud\""), std::string::npos);
}

TEST(LoadConfig, BadInBothPlaces_IsReportedTwiceAndDefaulted) {
    const FakeSource policy{"policy", {{"SessionsPerUser", std::uint32_t{0}}}};
    const FakeSource parameters{"Parameters", {{"SessionsPerUser", std::string{"x"}}}};
    const auto loaded = load_config({&policy, &parameters});
    EXPECT_EQ(loaded.config, Config{});
    EXPECT_EQ(loaded.problems.size(), 2U);
}

TEST(LoadConfig, BadParametersUnderGoodPolicy_AreNotLookedAt) {
    const FakeSource policy{"policy", {{"SessionsPerUser", std::uint32_t{5}}}};
    const FakeSource parameters{"Parameters", {{"SessionsPerUser", std::string{"x"}}}};
    const auto loaded = load_config({&policy, &parameters});
    EXPECT_EQ(loaded.config.sessions_per_user, 5U);
    EXPECT_TRUE(loaded.problems.empty());
}

TEST(SettingTable, EachSetting_HasARowThatTellsItsDefault) {
    std::map<std::string_view, std::string> defaults;
    for (const auto& row : setting_table()) {
        EXPECT_FALSE(row.meaning.empty());
        EXPECT_FALSE(row.expected.empty());
        EXPECT_TRUE(defaults.emplace(row.name, row.default_value).second) << row.name;
    }
    EXPECT_EQ(defaults.size(), numbers().size() + choices().size());
    const Config config;
    for (const auto& [name, member, max, min] : numbers()) {
        EXPECT_EQ(defaults[name], std::to_string(config.*member)) << name;
    }
    for (const auto& [name, member, good, bad] : choices()) {
        EXPECT_EQ(defaults[name], config.*member) << name;
    }
}

}  // namespace
