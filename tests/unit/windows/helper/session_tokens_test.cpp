#include "windows/helper/session_tokens.hpp"

#include "fake_session_tokens.hpp"
#include "support/results.hpp"

#include <gtest/gtest.h>

namespace rmb::win {
namespace {

using test::code_of;

struct SessionTokensTest : testing::Test {
    FakeSessionTokens tokens;
    UniqueHandle alice{tokens.add(FakeSessionTokens::user("S-1-alice", 1))};
    UniqueHandle root{tokens.add(FakeSessionTokens::user("S-1-root", 0, true))};

    SessionTokensTest() {
        tokens.logged_on[1] = FakeSessionTokens::user("S-1-alice", 1);
        tokens.logged_on[2] = FakeSessionTokens::user("S-1-bob", 2);
    }
};

TEST_F(SessionTokensTest, ActingInOnesOwnSession_ACopyOfTheCallersToken) {
    const auto made = acting_token(tokens, 1, alice.get());
    ASSERT_TRUE(made.has_value());
    EXPECT_NE(made->primary.get(), alice.get());
    EXPECT_EQ(tokens.of(made->primary.get()), tokens.of(alice.get()));
    EXPECT_EQ(made->facts, tokens.of(alice.get()));
}

TEST_F(SessionTokensTest, ActingInAnotherSession_RefusedToUsers) {
    EXPECT_EQ(code_of(acting_token(tokens, 2, alice.get())), Code::access_denied);
}

TEST_F(SessionTokensTest, ActingInAnotherSession_TheAdministratorsTokenMovedThere) {
    const auto made = acting_token(tokens, 2, root.get());
    ASSERT_TRUE(made.has_value());
    const auto& runs_as = tokens.of(made->primary.get());
    EXPECT_EQ(runs_as.user, "S-1-root");
    EXPECT_EQ(runs_as.windows_session, 2U);
    EXPECT_EQ(tokens.of(root.get()).windows_session, 0U) << "the caller's own was changed";
}

TEST_F(SessionTokensTest, ActingRefusedByTheSystem_NotReady) {
    tokens.refusal = ERROR_PRIVILEGE_NOT_HELD;
    EXPECT_EQ(code_of(acting_token(tokens, 1, alice.get())), Code::not_ready);
}

TEST_F(SessionTokensTest, Starting_TheTokenOfWhoIsLoggedOn) {
    const auto made = starting_token(tokens, 2, "S-1-bob");
    ASSERT_TRUE(made.has_value());
    EXPECT_EQ(tokens.of(made->primary.get()).user, "S-1-bob");
    EXPECT_EQ(tokens.of(made->primary.get()).windows_session, 2U);
}

TEST_F(SessionTokensTest, StartingWhereAnotherUserIsLoggedOn_AccessDenied) {
    EXPECT_EQ(code_of(starting_token(tokens, 2, "S-1-alice")), Code::access_denied);
}

TEST_F(SessionTokensTest, StartingForAnAdministratorWhereAnotherIsLoggedOn_AccessDenied) {
    EXPECT_EQ(code_of(starting_token(tokens, 1, "S-1-root")), Code::access_denied);
}

TEST_F(SessionTokensTest, StartingWhereNobodyIsLoggedOn_FileNotFound) {
    EXPECT_EQ(code_of(starting_token(tokens, 0, "S-1-root")), Code::file_not_found);
    EXPECT_EQ(code_of(starting_token(tokens, 3, "S-1-alice")), Code::file_not_found);
}

TEST_F(SessionTokensTest, StartingWithoutThePrivilege_NotReady) {
    tokens.refusal = ERROR_PRIVILEGE_NOT_HELD;
    EXPECT_EQ(code_of(starting_token(tokens, 1, "S-1-alice")), Code::not_ready);
}

struct MayHaveCreated : testing::Test {
    core::TokenFacts helper = FakeSessionTokens::user("S-1-alice", 2);
    core::TokenFacts created = helper;

    [[nodiscard]] bool is_believed() const {
        return may_have_created(helper, created);
    }
};

TEST_F(MayHaveCreated, WithAnEqualToken_Yes) {
    EXPECT_TRUE(is_believed());
}

TEST_F(MayHaveCreated, OfAnotherUser_No) {
    created.user = "S-1-bob";
    EXPECT_FALSE(is_believed());
}

TEST_F(MayHaveCreated, InAnotherWindowsSession_No) {
    for (const auto session : {0U, 1U, 3U}) {
        created.windows_session = session;
        EXPECT_FALSE(is_believed()) << session;
    }
}

TEST_F(MayHaveCreated, OfHigherIntegrity_No) {
    for (const auto integrity : {0x2001U, 0x2100U, 0x3000U, 0x4000U}) {
        created.integrity = integrity;
        EXPECT_FALSE(is_believed()) << integrity;
    }
    created.integrity = 0x1000;
    EXPECT_TRUE(is_believed()) << "lower";
}

TEST_F(MayHaveCreated, OtherwiseDifferent_Yes) {
    created.logon_id += 1;
    created.elevation_type = 2;
    created.app_container = "S-1-15-2-1";
    created.restricted_sids = {"S-1-5-12"};
    created.administrator = true;
    EXPECT_TRUE(is_believed());
}

}  // namespace
}  // namespace rmb::win
