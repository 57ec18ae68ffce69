#include "installer.hpp"
#include "support/results.hpp"
#include "test_host.hpp"

#include <gtest/gtest.h>

#include <string>

// What one user or process can learn of, or do to, another's sessions: nothing.
namespace {

using namespace rmb;
using namespace rmb::test;
using proto::Code;
namespace method = proto::method;

struct Isolation : testing::Test {
    void SetUp() override {
        if (!can_change_user()) {
            GTEST_SKIP() << "needs root, to be several users";
        }
    }
    TestHost host;
    Installer alice{host.socket(), Installer::kAlice};
    Installer alices_other{host.socket(), Installer::kAlice};
    Installer bob{host.socket(), Installer::kBob};
    Installer admin{host.socket(), Installer::kAdministrator};
};

TEST_F(Isolation, KeyOfAnotherUser_Is1219) {
    const auto session = alice.start().value();
    EXPECT_EQ(code_of(bob.join(session.key)), Code::session_credential_conflict);
    EXPECT_EQ(code_of(admin.join(session.key)), Code::session_credential_conflict);
    EXPECT_EQ(code_of(alices_other.join(session.key)), Code::ok);
}

TEST_F(Isolation, UnknownKeyAndAnotherUsers_LookTheSame) {
    const auto session = alice.start().value();
    const auto stolen = bob.join(session.key);
    const auto invented = bob.join(std::string(32, 'a'));
    ASSERT_FALSE(stolen);
    ASSERT_FALSE(invented);
    EXPECT_EQ(stolen.error(), invented.error());
}

TEST_F(Isolation, HandleOfAnotherProcess_Is6) {
    const auto session = alice.start().value();
    EXPECT_EQ(alices_other.end(session.session), Code::invalid_handle);
    EXPECT_EQ(bob.end(session.session), Code::invalid_handle);
    EXPECT_EQ(admin.end(session.session), Code::invalid_handle);
    EXPECT_EQ(alice.end(session.session), Code::ok);
}

TEST_F(Isolation, TokenOfAnotherProcess_IsAnotherSession) {
    const auto token = new_token();
    const auto first = alice.start(token).value();
    const auto second = alices_other.start(token).value();
    EXPECT_NE(first.key, second.key);
    EXPECT_EQ(alice.start(token).value().key, first.key);
    EXPECT_EQ(code_of(bob.call<method::SessionEnd>({std::nullopt, token})), Code::ok);
    EXPECT_EQ(admin.visible_sessions(), 2U) << "bob has no session by that token";
}

TEST_F(Isolation, Sessions_OfOthers_AreHiddenExceptFromAdministrators) {
    ASSERT_TRUE(alice.start());
    ASSERT_TRUE(bob.start());
    ASSERT_TRUE(admin.start());
    const auto seen = alices_other.call<method::Sessions>().value();
    ASSERT_EQ(seen.sessions.size(), 1U);
    EXPECT_EQ(seen.sessions[0].user, "S-1-22-1-" + std::to_string(Installer::kAlice));
    EXPECT_EQ(seen.sessions[0].primary.pid, alice.pid());
    EXPECT_EQ(seen.hidden, 2U);
    EXPECT_EQ(admin.visible_sessions(), 3U);
}

TEST_F(Isolation, EndSession_OfAnotherUser_Is2_AdministratorMay) {
    const auto session = alice.start().value();
    const auto hash = alice.call<method::Sessions>().value().sessions[0].hash;
    EXPECT_EQ(code_of(bob.call<method::EndSession>({hash})), Code::file_not_found);
    EXPECT_EQ(alice.visible_sessions(), 1U);
    EXPECT_EQ(code_of(admin.call<method::EndSession>({hash})), Code::ok);
    EXPECT_EQ(alice.end(session.session), Code::invalid_handle);
}

TEST_F(Isolation, Secondary_HasItsOwnHandleAndOnlyLeaves) {
    const auto session = alice.start().value();
    const auto joined = alices_other.join(session.key).value();
    EXPECT_NE(joined, session.session);
    EXPECT_EQ(alices_other.end(joined), Code::ok);
    EXPECT_EQ(alices_other.end(joined), Code::invalid_handle);
    EXPECT_EQ(alice.end(session.session), Code::ok);
}

TEST_F(Isolation, PrimaryEnds_SecondarysHandleIsGone) {
    const auto session = alice.start().value();
    const auto joined = alices_other.join(session.key).value();
    ASSERT_EQ(alice.end(session.session), Code::ok);
    EXPECT_EQ(alices_other.end(joined), Code::invalid_handle);
}

}  // namespace
