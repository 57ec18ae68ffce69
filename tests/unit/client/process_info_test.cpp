#include "client/lib/process_info.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace rmb::client {
namespace {

// The members of the SDK's, where there is no SDK.
struct FileTime {
    std::uint32_t dwLowDateTime;
    std::uint32_t dwHighDateTime;
};
struct UniqueProcess {
    std::uint32_t dwProcessId;
    FileTime ProcessStartTime;
};
struct ProcessInfo {
    UniqueProcess Process;
    std::array<char16_t, 256> strAppName;
    std::array<char16_t, 64> strServiceShortName;
    std::int32_t ApplicationType;
    std::uint32_t AppStatus;
    std::uint32_t TSSessionId;
    std::int32_t bRestartable;
};

/// What stands before the NUL; all after it must be zero.
template <std::size_t kSize>
std::u16string text_of(const std::array<char16_t, kSize>& units) {
    const auto end = std::ranges::find(units, u'\0');
    EXPECT_NE(end, units.end());
    EXPECT_TRUE(std::all_of(end, units.end(), [](char16_t unit) { return unit == 0; }));
    return {units.begin(), end};
}

proto::ApplicationInfo named(std::string name) {
    proto::ApplicationInfo info;
    info.name = std::move(name);
    return info;
}

TEST(ProcessInfo, EveryMember_IsFilled) {
    proto::ApplicationInfo from;
    from.pid = 4'711;
    from.start_time = 0x01D7'0000'8000'0001;
    from.name = "Paint";
    from.service = "PaintSvc";
    from.type = 1'000;
    from.status = 0x41;
    from.windows_session = 0xFFFF'FFFF;
    from.restartable = true;
    const auto info = process_info<ProcessInfo>(from);
    EXPECT_EQ(info.Process.dwProcessId, 4'711U);
    EXPECT_EQ(info.Process.ProcessStartTime.dwLowDateTime, 0x8000'0001U);
    EXPECT_EQ(info.Process.ProcessStartTime.dwHighDateTime, 0x01D7'0000U);
    EXPECT_EQ(text_of(info.strAppName), u"Paint");
    EXPECT_EQ(text_of(info.strServiceShortName), u"PaintSvc");
    EXPECT_EQ(info.ApplicationType, 1'000);
    EXPECT_EQ(info.AppStatus, 0x41U);
    EXPECT_EQ(info.TSSessionId, 0xFFFF'FFFFU);
    EXPECT_EQ(info.bRestartable, 1);
    EXPECT_EQ(to_wire(info.Process).start_time, from.start_time);
    EXPECT_EQ(to_wire(info.Process).pid, from.pid);
}

TEST(ProcessInfo, NameOf255_IsWhole) {
    const auto info = process_info<ProcessInfo>(named(std::string(255, 'n')));
    EXPECT_EQ(text_of(info.strAppName), std::u16string(255, u'n'));
}

TEST(ProcessInfo, LongerNames_AreCut) {
    auto from = named(std::string(256, 'n'));
    from.service = std::string(64, 's');
    const auto info = process_info<ProcessInfo>(from);
    EXPECT_EQ(text_of(info.strAppName), std::u16string(255, u'n'));
    EXPECT_EQ(text_of(info.strServiceShortName), std::u16string(63, u's'));
}

TEST(ProcessInfo, PairAtTheCut_IsLeftOut) {
    const std::string emoji = "\xF0\x9F\x98\x80";
    EXPECT_EQ(text_of(process_info<ProcessInfo>(named(std::string(254, 'n') + emoji)).strAppName),
              std::u16string(254, u'n'));
    EXPECT_EQ(text_of(process_info<ProcessInfo>(named(std::string(253, 'n') + emoji)).strAppName),
              std::u16string(253, u'n') + u"\U0001F600");
}

}  // namespace
}  // namespace rmb::client
