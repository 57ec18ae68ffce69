#include "installer.hpp"
#include "support/results.hpp"
#include "test_host.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

// A user or a process at a limit is told, and changes nothing for another.
namespace {

using namespace rmb;
using namespace rmb::test;
using proto::Code;
namespace method = proto::method;

struct Quotas : testing::Test {
    void SetUp() override {
        if (!can_change_user()) {
            GTEST_SKIP() << "needs root, to be several users";
        }
    }
    static void expect_full(Installer& who, std::string_view limit) {
        const auto refused = who.start();
        EXPECT_EQ(code_of(refused), Code::max_sessions_reached);
        EXPECT_EQ(subject_of(refused), limit);
    }
    static std::vector<std::uint32_t> fill(Installer& who, int count) {
        std::vector<std::uint32_t> handles;
        for (int n = 0; n < count; ++n) {
            handles.push_back(who.start().value().session);
        }
        return handles;
    }
};

TEST_F(Quotas, Defaults_SixtyFourSessionsThen353_AndSeventyPairsInSequence) {
    TestHost host;
    Installer alice{host.socket(), Installer::kAlice};
    Installer bob{host.socket(), Installer::kBob};
    for (int n = 0; n < 70; ++n) {
        ASSERT_EQ(alice.end(alice.start().value().session), Code::ok);
    }
    const auto handles = fill(alice, 64);
    EXPECT_EQ(code_of(alice.start()), Code::max_sessions_reached);
    EXPECT_EQ(code_of(bob.start()), Code::ok);
    ASSERT_EQ(alice.end(handles.front()), Code::ok);
    EXPECT_EQ(code_of(alice.start()), Code::ok);
}

TEST_F(Quotas, UserSession_IsCountedOverItsProcesses) {
    TestHost host{{"SessionsPerUserSession=3"}};
    Installer alice{host.socket(), Installer::kAlice};
    Installer alices_other{host.socket(), Installer::kAlice};
    Installer bob{host.socket(), Installer::kBob};
    const auto handles = fill(alice, 2);
    fill(alices_other, 1);
    expect_full(alice, "sessionsPerUserSession");
    expect_full(alices_other, "sessionsPerUserSession");
    fill(bob, 3);
    ASSERT_EQ(alice.end(handles[0]), Code::ok);
    EXPECT_TRUE(alices_other.start());
}

TEST_F(Quotas, Process_JoinsCountToo) {
    TestHost host{{"SessionsPerProcess=2"}};
    Installer alice{host.socket(), Installer::kAlice};
    Installer alices_other{host.socket(), Installer::kAlice};
    const auto key = alices_other.start().value().key;
    fill(alice, 1);
    const auto joined = alice.join(key).value();
    expect_full(alice, "sessionsPerProcess");
    EXPECT_EQ(code_of(alice.join(key)), Code::max_sessions_reached);
    EXPECT_TRUE(alices_other.start());
    ASSERT_EQ(alice.end(joined), Code::ok);
    EXPECT_TRUE(alice.start());
}

TEST_F(Quotas, Total_IsToldByItsName) {
    TestHost host{{"SessionsTotal=2"}};
    Installer alice{host.socket(), Installer::kAlice};
    Installer bob{host.socket(), Installer::kBob};
    const auto handles = fill(alice, 2);
    expect_full(bob, "sessionsTotal");
    ASSERT_EQ(alice.end(handles[0]), Code::ok);
    EXPECT_TRUE(bob.start());
}

TEST_F(Quotas, Connections_UserAtHisLimit_OthersConnect) {
    TestHost host{{"ConnectionsPerUser=5"}};
    Installer alice{host.socket(), Installer::kAlice};
    Installer bob{host.socket(), Installer::kBob};
    EXPECT_EQ(alice.hold_connections(20), 5U);
    EXPECT_EQ(bob.hold_connections(5), 5U);
    const auto status = alice.call_json("broker.status", nlohmann::json::object());
    EXPECT_EQ(code_of(status), Code::out_of_memory);
    EXPECT_EQ(subject_of(status), "connectionsPerUser");
}

TEST_F(Quotas, Connections_KilledHolder_FreesThem) {
    TestHost host{{"ConnectionsPerUser=5"}};
    std::optional<Installer> alice;
    alice.emplace(host.socket(), Installer::kAlice);
    ASSERT_EQ(alice->hold_connections(5), 5U);
    alice.reset();
    // The host sees the closed sockets before it sees a connection made later.
    Installer again{host.socket(), Installer::kAlice};
    EXPECT_EQ(again.hold_connections(5), 5U);
}

TEST_F(Quotas, Bytes_FrameTooDear_Is14_OthersAreServed) {
    TestHost host{{"MegabytesPerUser=1"}};
    Installer alice{host.socket(), Installer::kAlice};
    Installer bob{host.socket(), Installer::kBob};
    // 300 kB are charged 1.2 MB; each text by itself is within the limit of a string.
    const std::vector<std::string> texts(10, std::string(30'000, 'x'));
    const auto refused = alice.call_json("broker.ping", {{"unknown", texts}});
    EXPECT_EQ(code_of(refused), Code::out_of_memory);
    EXPECT_EQ(subject_of(refused), "bytesPerUser");
    EXPECT_TRUE(alice.start()) << "a new connection serves him again";
    EXPECT_TRUE(bob.start());
}

}  // namespace
