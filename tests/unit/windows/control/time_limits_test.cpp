#include "windows/control/time_limits.hpp"

#include "../test_key.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rmb::win {
namespace {

using namespace std::chrono_literals;

struct TimeLimitsTest : testing::Test {
    TestKey key;

    [[nodiscard]] engine::Milliseconds limit() const {
        return read_time_limit(HKEY_LOCAL_MACHINE, key.path(), "Limit", 7s);
    }
};

TEST_F(TimeLimitsTest, NoKeyOrNoValue_Otherwise) {
    EXPECT_EQ(limit(), 7s);
    key.set("Other", REG_SZ, std::wstring{L"5000"});
    EXPECT_EQ(limit(), 7s);
}

TEST_F(TimeLimitsTest, Text_Milliseconds) {
    key.set("Limit", REG_SZ, std::wstring{L"5000\0", 5});
    EXPECT_EQ(limit(), 5s);
    key.set("Limit", REG_SZ, std::wstring{L"12345"});
    EXPECT_EQ(limit(), 12'345ms) << "without its terminating zero";
}

TEST_F(TimeLimitsTest, Extremes_AreBounded) {
    key.set("Limit", REG_SZ, std::wstring{L"0"});
    EXPECT_EQ(limit(), 1s);
    key.set("Limit", REG_SZ, std::wstring{L"4294967295"});
    EXPECT_EQ(limit(), 5min);
}

TEST_F(TimeLimitsTest, NoNumber_Otherwise) {
    for (const std::wstring text : {L"", L"-1", L"+5000", L"5s", L" 5000", L"4294967296",
                                    L"00000000000000000000000000000000005000"}) {
        key.set("Limit", REG_SZ, text + L'\0');
        EXPECT_EQ(limit(), 7s) << narrow(text);
    }
    key.set("Limit", REG_DWORD, std::vector<DWORD>{5'000});
    EXPECT_EQ(limit(), 7s);
}

}  // namespace
}  // namespace rmb::win
