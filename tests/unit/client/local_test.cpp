#include "client/lib/local.hpp"

#include <gtest/gtest.h>

#include <set>

namespace rmb::client {
namespace {

TEST(NewToken, Thousand_AreDifferentVersion4) {
    std::set<proto::Token> tokens;
    for (int i = 0; i < 1'000; ++i) {
        const auto token = new_token();
        ASSERT_TRUE(token.has_value());
        EXPECT_EQ(token->version(), boost::uuids::uuid::version_random_number_based);
        EXPECT_EQ(token->variant(), boost::uuids::uuid::variant_rfc_4122);
        tokens.insert(*token);
    }
    EXPECT_EQ(tokens.size(), 1'000U);
}

TEST(LoadPolicy, NothingSet_IsTheDefaults) {
    std::vector<proto::Problem> problems;
    const auto policy = load_policy(&problems);
    EXPECT_EQ(policy.timeouts, Timeouts{});
    EXPECT_TRUE(problems.empty());
}

}  // namespace
}  // namespace rmb::client
