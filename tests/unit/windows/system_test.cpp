#include "core/pipe_security.hpp"
#include "proto/service_setup.hpp"
#include "windows/log.hpp"
#include "windows/registry_store.hpp"
#include "windows/security_descriptor.hpp"
#include "windows/system_random.hpp"

#include <gtest/gtest.h>

#include <array>

namespace rmb::win {
namespace {

TEST(SecurityDescriptorTexts, AllOfOurs_AreReadByTheSystem) {
    const auto service = core::pipe_sddl(core::kServiceOwner);
    const auto console = core::pipe_sddl(core::kConsoleOwner);
    for (const std::string_view sddl : {std::string_view{service}, std::string_view{console},
                                        proto::kServiceSddl, kStateSddl, kFolderSddl}) {
        EXPECT_TRUE(SecurityDescriptor::from_sddl(sddl).has_value()) << sddl;
    }
}

TEST(SystemRandom, TwoDraws_Differ) {
    SystemRandom random;
    std::array<std::uint8_t, 16> one{};
    std::array<std::uint8_t, 16> two{};
    ASSERT_TRUE(random.fill(one).has_value());
    ASSERT_TRUE(random.fill(two).has_value());
    EXPECT_NE(one, two);
}

TEST(Text, WideAndBack_Unchanged) {
    const std::string text =
        "C:\\Gr\xC3\xBC\xC3\x9F"
        "e\\\xF0\x9F\x98\x80";
    EXPECT_EQ(narrow(wide(text)), text);
    EXPECT_EQ(narrow(L""), "");
    EXPECT_EQ(narrow(std::wstring_view{L"a\xD800z", 3}), "a\xEF\xBF\xBDz");
}

TEST(Win32Error, Message_TellsWhatAndTheCode) {
    const auto error = win32_error("opening", 5);
    EXPECT_EQ(error.code, Code::access_denied);
    EXPECT_EQ(error.message, "opening failed: error 5");
}

}  // namespace
}  // namespace rmb::win
