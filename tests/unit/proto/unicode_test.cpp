#include "proto/unicode.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using rmb::proto::utf16_from_utf8;
using rmb::proto::utf16_length;
using rmb::proto::utf8_from_utf16;

struct Pair {
    std::string_view utf8;
    std::u16string_view utf16;
};

const std::vector<Pair>& wellformed() {
    using namespace std::string_view_literals;
    static const std::vector<Pair> pairs{
        {"", u""},
        {"C:\\a b\\c.exe", u"C:\\a b\\c.exe"},
        {"\0"sv, u"\0"sv},
        {"\x7F", u"\x007F"},
        {"\xC2\x80", u"\x0080"},
        {"\xDF\xBF", u"\x07FF"},
        {"\xE0\xA0\x80", u"\x0800"},
        {"\xED\x9F\xBF", u"\xD7FF"},
        {"\xEE\x80\x80", u"\xE000"},
        {"\xEF\xBF\xBF", u"\xFFFF"},
        {"\xF0\x90\x80\x80", u"\xD800\xDC00"},
        {"\xF4\x8F\xBF\xBF", u"\xDBFF\xDFFF"},
        {"a\xF0\x9F\x98\x80z", u"a\xD83D\xDE00z"},
    };
    return pairs;
}

TEST(Unicode, WellFormed_GoesBothWays) {
    for (const auto& [utf8, utf16] : wellformed()) {
        EXPECT_EQ(utf16_from_utf8(utf8), std::u16string{utf16}) << utf8;
        EXPECT_EQ(utf8_from_utf16(utf16), std::string{utf8}) << utf8;
        EXPECT_EQ(utf16_length(utf8), utf16.size()) << utf8;
    }
}

TEST(Unicode, EveryScalarValue_SurvivesTheRoundTrip) {
    std::u16string all;
    for (char32_t c = 0; c <= 0x10FFFF; ++c) {
        if (c >= 0xD800 && c <= 0xDFFF) {
            continue;
        }
        if (c < 0x10000) {
            all.push_back(static_cast<char16_t>(c));
        } else {
            all.push_back(static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10U)));
            all.push_back(static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FFU)));
        }
    }
    const auto utf8 = utf8_from_utf16(all);
    ASSERT_TRUE(utf8);
    EXPECT_EQ(utf8->size(), 0x80U + 0x780U * 2 + (0x10000U - 0x800U - 0x800U) * 3 + 0x100000U * 4);
    EXPECT_EQ(utf16_length(*utf8), all.size());
    EXPECT_TRUE(utf16_from_utf8(*utf8) == all);
}

TEST(Utf8FromUtf16, UnpairedSurrogate_IsRefused) {
    for (const std::u16string_view text :
         {u"\xD800", u"\xDBFF", u"\xDC00", u"\xDFFF", u"\xD800x", u"x\xDC00", u"\xD800\xD800",
          u"\xDC00\xD800", u"\xD83D\xDE00\xD83D", u"\xD800\xD800\xDC00"}) {
        EXPECT_EQ(utf8_from_utf16(text), std::nullopt);
    }
}

TEST(Utf16FromUtf8, IllFormed_IsRefused) {
    for (const std::string_view text : {"\x80",
                                        "\xBF",
                                        "\xC3",
                                        "\xC3x",
                                        "\xC0\x80",
                                        "\xC1\xBF",
                                        "\xE0\x80\x80",
                                        "\xE0\x9F\xBF",
                                        "\xE2\x82",
                                        "\xE2\x82x",
                                        "\xED\xA0\x80",
                                        "\xED\xBF\xBF",
                                        "\xF0\x80\x80\x80",
                                        "\xF0\x8F\xBF\xBF",
                                        "\xF0\x9F\x98",
                                        "\xF4\x90\x80\x80",
                                        "\xF5\x80\x80\x80",
                                        "\xFE",
                                        "\xFF",
                                        "\xFC\x80\x80\x80\x80\x80",
                                        "good\xC3",
                                        "\xED\xA0\xBD\xED\xB8\x80"}) {
        EXPECT_EQ(utf16_from_utf8(text), std::nullopt) << text;
        EXPECT_EQ(utf16_from_utf8("a" + std::string{text}), std::nullopt) << text;
    }
}

}  // namespace
