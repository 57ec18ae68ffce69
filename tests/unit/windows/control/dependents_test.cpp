#include "windows/control/dependents.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace rmb::win {
namespace {

using Needs = std::map<std::string, std::vector<std::string>>;
using Names = std::vector<std::string>;

TEST(StopOrder, Chain_LastFirst) {
    const Needs needs{{"a", {}}, {"b", {"a"}}, {"c", {"b"}}, {"d", {"x"}}};
    EXPECT_EQ(stop_order("a", needs), (Names{"c", "b"}));
    EXPECT_EQ(stop_order("b", needs), Names{"c"});
    EXPECT_EQ(stop_order("c", needs), Names{});
    EXPECT_EQ(stop_order("unknown", needs), Names{});
}

TEST(StopOrder, SeveralWaysToOne_OnceAndBeforeAllThatItNeeds) {
    const Needs needs{{"base", {}}, {"m1", {"base"}}, {"m2", {"base"}}, {"a", {"m1", "m2"}}};
    EXPECT_EQ(stop_order("base", needs), (Names{"a", "m1", "m2"}));
    const Needs direct_too{{"base", {}}, {"b", {"base"}}, {"a", {"base", "b"}}};
    EXPECT_EQ(stop_order("base", direct_too), (Names{"a", "b"}));
}

TEST(StopOrder, NamesInOtherCase_AreTheSame) {
    const Needs needs{{"Base", {}}, {"Above", {"BASE"}}, {"Top", {"above"}}};
    EXPECT_EQ(stop_order("base", needs), (Names{"Top", "Above"}));
}

TEST(StopOrder, Circle_EndsWithoutTheServiceItself) {
    const Needs needs{{"A", {"c"}}, {"b", {"a"}}, {"c", {"b"}}};
    EXPECT_EQ(stop_order("a", needs), (Names{"c", "b"}));
    EXPECT_EQ(stop_order("x", {{"x", {"x"}}}), Names{});
}

TEST(RunningDependents, NoSuchService_1060) {
    const auto dependents = running_dependents("no such service");
    ASSERT_TRUE(dependents.has_error());
    EXPECT_EQ(dependents.error().code, Code::service_does_not_exist);
}

}  // namespace
}  // namespace rmb::win
