#include "core/identity.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using rmb::core::first_difference;
using rmb::core::make_caller;
using rmb::core::TokenFacts;

TokenFacts facts() {
    return {"S-1-5-21-1-1001", 2, 0x3E7, 0x2000, 1, "S-1-15-2-1", {"S-1-5-12", "S-1-5-33"}, false};
}

using Change = std::pair<std::string_view, std::function<void(TokenFacts&)>>;

const std::vector<Change>& changes() {
    static const std::vector<Change> all{
        {"user", [](TokenFacts& t) { t.user = "S-1-5-21-1-1002"; }},
        {"windowsSession", [](TokenFacts& t) { t.windows_session = 0; }},
        {"logonId", [](TokenFacts& t) { t.logon_id = 0x1'0000'03E7; }},
        {"integrity", [](TokenFacts& t) { t.integrity = 0x3000; }},
        {"elevationType", [](TokenFacts& t) { t.elevation_type = 2; }},
        {"appContainer", [](TokenFacts& t) { t.app_container.clear(); }},
        {"restrictedSids", [](TokenFacts& t) { t.restricted_sids.pop_back(); }},
    };
    return all;
}

TEST(FirstDifference, EqualTokens_IsNone) {
    EXPECT_EQ(first_difference(facts(), facts()), std::nullopt);
    EXPECT_EQ(first_difference({}, {}), std::nullopt);
}

TEST(FirstDifference, EachField_IsNamedFromBothSides) {
    ASSERT_EQ(changes().size(), 7U);
    for (const auto& [name, change] : changes()) {
        auto other = facts();
        change(other);
        EXPECT_EQ(first_difference(facts(), other), name);
        EXPECT_EQ(first_difference(other, facts()), name);
    }
}

TEST(FirstDifference, SeveralFields_NamesTheFirst) {
    auto other = facts();
    for (auto at = changes().rbegin(); at != changes().rend(); ++at) {
        at->second(other);
        EXPECT_EQ(first_difference(facts(), other), at->first);
    }
}

TEST(FirstDifference, TextThatOnlyBeginsAlike_Differs) {
    auto other = facts();
    other.user += "0";
    EXPECT_EQ(first_difference(facts(), other), "user");
}

TEST(MakeCaller, Facts_BecomeTheCaller) {
    auto from = facts();
    const auto caller = make_caller(from, {42, 99}, "C:\\a.exe");
    EXPECT_EQ(caller.process, (rmb::core::ProcessKey{42, 99}));
    EXPECT_EQ(caller.owner, (rmb::core::UserSession{"S-1-5-21-1-1001", 2}));
    EXPECT_EQ(caller.program, "C:\\a.exe");
    EXPECT_FALSE(caller.administrator);
    from.administrator = true;
    EXPECT_TRUE(make_caller(from, {42, 99}, "").administrator);
}

}  // namespace
