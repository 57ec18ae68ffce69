#include "client/ctl/text.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace rmb::ctl;
using namespace std::chrono_literals;

TEST(Printable, ControlCharacters_AreShownAsHex) {
    EXPECT_EQ(printable("a\x1b[2Jb\n\x7f"), R"(a\x1b[2Jb\x0a\x7f)");
    EXPECT_EQ(printable("\xc2\x9b"), R"(\x9b)");  // U+009B, the one-character ESC [
}

TEST(Printable, OtherText_StaysAsItIs) {
    EXPECT_EQ(printable(R"(C:\Jürgen\日本 x.exe)"), R"(C:\Jürgen\日本 x.exe)");
    EXPECT_EQ(printable("\xc2\xa0"), "\xc2\xa0");
    EXPECT_EQ(printable("\xc2"), "\xc2");
}

TEST(DurationText, AnySpan_HasTwoUnitsAtMost) {
    const std::vector<std::pair<std::chrono::seconds, std::string>> rows{
        {0s, "0 s"},         {59s, "59 s"},    {60s, "1 min"},
        {245s, "4 min 5 s"}, {2h, "2 h"},      {2h + 3min + 9s, "2 h 3 min"},
        {2h + 9s, "2 h"},    {73h, "3 d 1 h"}, {72h + 5min, "3 d"},
        {-5s, "0 s"},
    };
    for (const auto& [span, text] : rows) {
        EXPECT_EQ(duration_text(span), text) << span.count();
    }
}

TEST(CountText, One_IsSingular) {
    EXPECT_EQ(count_text(1, "session"), "1 session");
    EXPECT_EQ(count_text(0, "session"), "0 sessions");
    EXPECT_EQ(count_text(12, "session"), "12 sessions");
}

TEST(Table, CellsOfDifferentWidth_AreAligned) {
    Table table{{{"NAME"}, {"VALUE", Table::Align::right}, {"NOTE"}}};
    table.row({"a", "5", "x"});
    table.row({"long name", "12345678", ""});
    EXPECT_EQ(table.text(),
              "NAME          VALUE  NOTE\n"
              "a                 5  x\n"
              "long name  12345678\n");
}

TEST(Table, NoTitles_HasNoHeadLine) {
    Table table{{{""}, {"", Table::Align::right}}};
    table.row({"a", "5"});
    EXPECT_EQ(table.text(2), "  a  5\n");
}

TEST(Table, CellWithOtherLetters_CountsCharacters) {
    Table table{{{""}, {""}}};
    table.row({"äö", "x"});
    table.row({"abc", "y"});
    EXPECT_EQ(table.text(), "äö   x\nabc  y\n");
}

TEST(Table, CellWithLineEnd_StaysInItsLine) {
    Table table{{{""}}};
    table.row({"a\nb"});
    EXPECT_EQ(table.text(), "a\\x0ab\n");
}

}  // namespace
