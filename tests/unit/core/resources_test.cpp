#include "core/resources.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace {

using namespace rmb::core;

TEST(SameTarget, AsciiCase_DoesNotMatter) {
    EXPECT_TRUE(same_target(ModulePath{"C:\\Program Files\\A.EXE"},
                            ModulePath{"c:\\pROGRAM fILES\\a.exe"}));
    EXPECT_TRUE(same_target(ServiceName{"Spooler"}, ServiceName{"SPOOLER"}));
}

TEST(SameTarget, NothingButLetters_IsFolded) {
    // The neighbours of A to Z and a to z, which differ by the same bit as a letter's two cases.
    for (const auto& [one, other] : std::vector<std::pair<std::string, std::string>>{
             {"@", "`"}, {"[", "{"}, {"\\", "|"}, {"]", "}"}, {"^", "~"}, {"0", "P"}}) {
        EXPECT_FALSE(same_target(ModulePath{one}, ModulePath{other})) << one;
    }
    EXPECT_FALSE(same_target(ModulePath{"\xC3\x84"}, ModulePath{"\xC3\xA4"}))
        << "see the note at same_target()";
}

TEST(SameTarget, OtherTextOrProcess_IsAnother) {
    EXPECT_FALSE(same_target(ModulePath{"C:\\a"}, ModulePath{"C:\\ab"}));
    EXPECT_FALSE(same_target(ServiceName{"ab"}, ServiceName{"a"}));
    EXPECT_TRUE(same_target(ProcessKey{1, 2}, ProcessKey{1, 2}));
    EXPECT_FALSE(same_target(ProcessKey{1, 2}, ProcessKey{1, 3}));
    EXPECT_FALSE(same_target(ProcessKey{1, 2}, ProcessKey{2, 2}));
}

TEST(SameTarget, OtherKind_IsAnotherWhateverItsText) {
    const std::vector<FilterTarget> targets{ModulePath{"a"}, ProcessKey{}, ServiceName{"a"}};
    for (std::size_t one = 0; one < targets.size(); ++one) {
        for (std::size_t other = 0; other < targets.size(); ++other) {
            EXPECT_EQ(same_target(targets[one], targets[other]), one == other);
        }
    }
}

TEST(FilterIsValid, TwoActionsAndATargetWithAName_AreNeeded) {
    const auto with = [](std::uint32_t action) {
        return Filter{ServiceName{"a"}, static_cast<FilterAction>(action)};
    };
    EXPECT_TRUE(is_valid(with(1)));
    EXPECT_TRUE(is_valid(with(2)));
    for (const std::uint32_t action : {0U, 3U, 0x101U, 0xFFFF'FFFFU}) {
        EXPECT_FALSE(is_valid(with(action))) << action;
    }
    EXPECT_TRUE(is_valid(ModulePath{"a"}));
    EXPECT_TRUE(is_valid(ProcessKey{}));
    EXPECT_FALSE(is_valid(ModulePath{}));
    EXPECT_FALSE(is_valid(ServiceName{}));
    EXPECT_FALSE(is_valid(Filter{ModulePath{}, FilterAction::no_restart}));
}

TEST(CountsOf, Resources_SayHowMany) {
    EXPECT_EQ(counts_of({}), "files:0,processes:0,services:0");
    EXPECT_EQ(counts_of({{"a", "b"}, {{1, 2}}, {"c", "d", "e"}}), "files:2,processes:1,services:3");
}

TEST(FilterActionName, EachAction_HasOne) {
    EXPECT_EQ(to_string(FilterAction::no_restart), "no_restart");
    EXPECT_EQ(to_string(FilterAction::no_shutdown), "no_shutdown");
    EXPECT_EQ(to_string(static_cast<FilterAction>(0)), "unknown");
}

}  // namespace
