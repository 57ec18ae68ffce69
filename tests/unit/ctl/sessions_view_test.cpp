#include "client/ctl/sessions_view.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace {

using namespace rmb;
using namespace std::chrono_literals;

const ctl::AccountNames kNames{{"S-1-5-21-1-2-3-1001", R"(DESKTOP\ann)"}};
constexpr std::chrono::milliseconds kNow{1'000'000};

proto::SessionsResult two_sessions() {
    proto::SessionInfo first;
    first.hash = "1122334455667788";
    first.user = "S-1-5-21-1-2-3-1001";
    first.windows_session = 2;
    first.started = 1'000'000 - 65'000;
    first.primary = {4711, 1, R"(C:\setup.exe)"};
    const proto::ParticipantInfo joined{88, 2, R"(C:\Temp\part.exe)"};
    first.secondaries = {joined, {99, 3, ""}, joined};
    proto::SessionInfo second;
    second.hash = "99aabbccddeeff00";
    second.user = "S-1-5-18";
    second.started = 1'000'000;
    second.primary = {5, 4, "/bin/\x1b[2Jx"};
    return {{first, second}, 0};
}

TEST(SessionsText, Sessions_ShowParticipantsBelowTheirPrimary) {
    EXPECT_EQ(
        ctl::sessions_text(two_sessions(), kNames, kNow),
        "SESSION           USER         WINSESSION        AGE  ROLE             PID  PROGRAM\n"
        "1122334455667788  DESKTOP\\ann           2  1 min 5 s  primary         4711  "
        "C:\\setup.exe\n"
        "                                                      joined 2 times    88  "
        "C:\\Temp\\part.exe\n"
        "                                                      joined            99  (not "
        "readable)\n"
        "99aabbccddeeff00  S-1-5-18              0        0 s  primary            5  "
        "/bin/\\x1b[2Jx\n");
}

TEST(SessionsText, HiddenSessions_AreCounted) {
    EXPECT_EQ(ctl::sessions_text({{}, 3}, {}, kNow),
              "No open sessions of yours.\n3 more of other users; an administrator sees them.\n");
}

TEST(SessionsText, NoSession_SaysSo) {
    EXPECT_EQ(ctl::sessions_text({}, {}, kNow), "No open sessions.\n");
}

TEST(SessionsText, ClockBehindTheService_AgeIsZero) {
    auto result = two_sessions();
    result.sessions.resize(1);
    EXPECT_NE(ctl::sessions_text(result, {}, 0ms).find(" 0 s "), std::string::npos);
}

TEST(SessionsJson, KnownUser_HasAccountBesideSid) {
    const auto document = ctl::sessions_json(two_sessions(), kNames);
    ASSERT_EQ(document["sessions"].size(), 2U);
    EXPECT_EQ(document["sessions"][0]["account"], R"(DESKTOP\ann)");
    EXPECT_EQ(document["sessions"][0]["user"], "S-1-5-21-1-2-3-1001");
    EXPECT_EQ(document["sessions"][0]["started"], "935000");
    EXPECT_FALSE(document["sessions"][1].contains("account"));
    EXPECT_EQ(document["hidden"], 0);
}

TEST(EventText, Events_AreAligned) {
    const proto::WatchEvent started{"started", "1122", "S-1-5-21-1-2-3-1001", 4711};
    const proto::WatchEvent left{"left", "1122", "S-1-5-18", 88};
    EXPECT_EQ(ctl::event_text(started, kNames, "12:00:01"),
              R"(12:00:01  started  1122  DESKTOP\ann  process 4711)");
    EXPECT_EQ(ctl::event_text(left, kNames, "12:00:02"),
              "12:00:02  left     1122  S-1-5-18  process 88");
}

}  // namespace
