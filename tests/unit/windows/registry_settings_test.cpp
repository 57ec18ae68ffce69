#include "windows/registry_settings.hpp"

#include "test_key.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rmb::win {
namespace {

using core::SettingValue;

struct RegistrySettingsTest : testing::Test {
    TestKey key;
    RegistrySettings settings{key.path(), "policy"};

    void set_number(std::string_view name, DWORD number) const {
        key.set(name, REG_DWORD, std::vector<DWORD>{number});
    }
};

TEST_F(RegistrySettingsTest, NoKey_NoValues) {
    EXPECT_EQ(settings.read("X"), std::nullopt);
}

TEST_F(RegistrySettingsTest, NumbersAndTexts_AsTheyAre) {
    set_number("Number", 0xFFFF'FFFF);
    key.set("Text", REG_SZ, std::wstring{L"debug\0", 6});
    key.set("Bare", REG_SZ, std::wstring{L"d\u00E9bug"});
    EXPECT_EQ(settings.read("Number"), SettingValue{0xFFFF'FFFFU});
    EXPECT_EQ(settings.read("Text"), SettingValue{std::string{"debug"}});
    EXPECT_EQ(settings.read("Bare"), SettingValue{std::string{"d\xC3\xA9"
                                                              "bug"}});
    EXPECT_EQ(settings.read("Other"), std::nullopt);
}

TEST_F(RegistrySettingsTest, OtherTypes_AreNoSetting) {
    key.set("Wide", REG_QWORD, std::vector<DWORD>{64, 0});
    key.set("Expand", REG_EXPAND_SZ, std::wstring{L"%X%"});
    key.set("Short", REG_DWORD, std::vector<BYTE>{1, 2});
    key.set("Long", REG_SZ, std::wstring(5'000, L'x'));
    for (const char* name : {"Wide", "Expand", "Short", "Long"}) {
        EXPECT_EQ(settings.read(name), SettingValue{}) << name;
    }
}

TEST_F(RegistrySettingsTest, PolicyOverParameters_BadPolicyFallsThrough) {
    const RegistrySettings none{key.path() + "\\none", "Parameters"};
    set_number("SessionsPerUser", 7);
    set_number("SessionsTotal", 0);
    const auto loaded = core::load_config({&settings, &none});
    EXPECT_EQ(loaded.config.sessions_per_user, 7U);
    EXPECT_EQ(loaded.config.sessions_total, core::Config{}.sessions_total);
    ASSERT_EQ(loaded.problems.size(), 1U);
    EXPECT_EQ(loaded.problems[0].where, "policy\\SessionsTotal");
}

TEST_F(RegistrySettingsTest, ValueChangedLater_ReadAnew) {
    set_number("X", 1);
    EXPECT_EQ(settings.read("X"), SettingValue{1U});
    key.remove();
    EXPECT_EQ(settings.read("X"), std::nullopt);
    set_number("X", 2);
    EXPECT_EQ(settings.read("X"), SettingValue{2U});
}

}  // namespace
}  // namespace rmb::win
