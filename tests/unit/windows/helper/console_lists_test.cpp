#include "windows/helper/console_lists.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace rmb::win {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST(ConsoleLines, Console_KnownForAllThatAreAttached) {
    const std::array<std::uint32_t, 2> attached{12, 30};
    const auto lists = parse_console_lines(console_line_begin(12) + console_line_end(attached) +
                                           console_line_begin(40) + console_line_end({}));
    EXPECT_FALSE(lists.stuck_at);
    EXPECT_THAT(lists.attached,
                UnorderedElementsAre(Pair(12, ElementsAre(12, 30)), Pair(30, ElementsAre(12, 30)),
                                     Pair(40, IsEmpty())));
}

// The list of one console without the process that was asked about was taken for a lie of the
// helper.
TEST(ConsoleLines, EndedAfterAttaching_IsOnNoConsole) {
    const std::array<std::uint32_t, 1> others{34};
    const auto lists = parse_console_lines(console_line_begin(12) + console_line_end(others));
    EXPECT_THAT(lists.attached,
                UnorderedElementsAre(Pair(12, IsEmpty()), Pair(34, ElementsAre(34))));
}

TEST(ConsoleLines, EndedWhileAttaching_ToldAtWhich) {
    const auto lists =
        parse_console_lines(console_line_begin(7) + console_line_end({}) + console_line_begin(9));
    EXPECT_EQ(lists.stuck_at, 9U);
    EXPECT_THAT(lists.attached, UnorderedElementsAre(Pair(7, IsEmpty())));
}

TEST(ConsoleLines, Nothing_Nothing) {
    const auto lists = parse_console_lines("");
    EXPECT_FALSE(lists.stuck_at);
    EXPECT_THAT(lists.attached, IsEmpty());
}

TEST(ConsoleLines, OtherText_PassedOver) {
    const auto lists = parse_console_lines("hello\n99999999999:1 \n5:5 x\n");
    EXPECT_FALSE(lists.stuck_at);
    EXPECT_THAT(lists.attached, UnorderedElementsAre(Pair(5, ElementsAre(5))));
}

}  // namespace
}  // namespace rmb::win
