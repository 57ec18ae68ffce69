#include "proto/json_parse.hpp"

#include "proto/limits.hpp"
#include "support/results.hpp"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using rmb::proto::Code;
using rmb::proto::kMaxDepth;
using rmb::proto::kMaxStringUnits;
using rmb::proto::kMaxValues;
using rmb::proto::parse_json;
using rmb::test::code_of;

std::string repeat(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) {
        all += text;
    }
    return all;
}

std::string in_quotes(std::string_view text) {
    return '"' + std::string{text} + '"';
}

TEST(ParseJson, GoodText_GivesTheValue) {
    const auto parsed = parse_json(R"( {"a": [1, -2, 1.5, true, null, "x"], "b": {}} )");
    ASSERT_TRUE(parsed) << parsed.error().message;
    const nlohmann::json expected{{"a", {1, -2, 1.5, true, nullptr, "x"}},
                                  {"b", nlohmann::json::object()}};
    EXPECT_EQ(*parsed, expected);
}

TEST(ParseJson, ScalarAtTheRoot_IsJson) {
    EXPECT_EQ(*parse_json("7"), 7);
    EXPECT_EQ(*parse_json("null"), nullptr);
}

TEST(ParseJson, BrokenText_IsParseError) {
    for (const std::string& text : std::vector<std::string>{
             "",          " ",       "{",         "}",      "[1,]",      "{\"a\":1,}",
             "{a:1}",     "{'a':1}", "{\"a\" 1}", "[1 2]",  "nul",       "NaN",
             "Infinity",  "+1",      "01",        ".5",     "1.",        "0x10",
             "1e999",     "\"",      "\"\\x\"",   "\"\t\"", "\"\\u12\"", "// c\n1",
             "/* c */ 1", "[] []",   "{} x",      "1 1",    "[",         repeat("[", 16)}) {
        EXPECT_EQ(code_of(parse_json(text)), Code::parse_error) << text;
    }
}

// nlohmann's lexer takes a NUL byte for the end of its input: what followed was never looked at.
TEST(ParseJson, TextAfterNulByte_IsNotSkipped) {
    using namespace std::string_view_literals;
    for (const auto text : {"{}\0"sv, "{}\0{\"evil\":1}"sv, "[1]\0\xFF"sv, "\0"sv, "\0{}"sv,
                            "{\"a\":\0 1}"sv, "\"a\0b\""sv, "1\0"sv}) {
        EXPECT_EQ(code_of(parse_json(text)), Code::parse_error) << text.size();
    }
}

TEST(ParseJson, IllFormedUtf8_IsParseError) {
    const std::vector<std::string_view> cases{
        "\x80",              // a continuation alone
        "\xC3",              // cut off
        "\xC0\x80",          // overlong NUL
        "\xC1\xBF",          // overlong
        "\xE0\x80\xAF",      // overlong
        "\xED\xA0\x80",      // a high surrogate
        "\xED\xBF\xBF",      // a low surrogate
        "\xF0\x80\x80\xAF",  // overlong
        "\xF4\x90\x80\x80",  // above U+10FFFF
        "\xF5\x80\x80\x80",
        "\xFE",
        "\xFF",
        "\\ud800",  // escapes of unpaired surrogates
        "\\udc00",
        "\\ud800\\ud800",
        "\\ud800x",
        "\\udc00\\ud800",
    };
    for (const auto text : cases) {
        EXPECT_EQ(code_of(parse_json(in_quotes(text))), Code::parse_error) << text;
        EXPECT_EQ(code_of(parse_json("{" + in_quotes(text) + ":1}")), Code::parse_error) << text;
    }
}

TEST(ParseJson, BrokenText_TellsTheByte) {
    const auto parsed = parse_json("{\"a\":x}");
    ASSERT_FALSE(parsed);
    EXPECT_NE(parsed.error().message.find("at byte 6"), std::string::npos)
        << parsed.error().message;
}

TEST(ParseJson, Depth16_IsAcceptedAnd17Refused) {
    ASSERT_EQ(kMaxDepth, 16U);
    EXPECT_EQ(code_of(parse_json(repeat("[", 16) + repeat("]", 16))), Code::ok);
    EXPECT_EQ(code_of(parse_json(repeat("[", 17) + repeat("]", 17))), Code::invalid_request);
    EXPECT_EQ(code_of(parse_json(repeat("{\"a\":", 16) + "1" + repeat("}", 16))), Code::ok);
    EXPECT_EQ(code_of(parse_json(repeat("{\"a\":", 17) + "1" + repeat("}", 17))),
              Code::invalid_request);
    EXPECT_EQ(code_of(parse_json(repeat("[{\"a\":", 8) + "[]" + repeat("}]", 8))),
              Code::invalid_request);
}

TEST(ParseJson, DepthAfterClosing_CountsAnew) {
    const auto deep = repeat("[", 15) + repeat("]", 15);
    EXPECT_EQ(code_of(parse_json("[" + deep + "," + deep + "]")), Code::ok);
}

TEST(ParseJson, MillionsOfBrackets_AreRefusedWithoutRecursion) {
    EXPECT_EQ(code_of(parse_json(repeat("[", 1'000'000))), Code::invalid_request);
}

TEST(ParseJson, RepeatedMemberAtAnyLevel_IsRefused) {
    std::string open;
    std::string close;
    for (std::size_t level = 1; level < kMaxDepth; ++level) {
        const auto bad = open + R"({"a":1,"b":2,"a":1})" + close;
        EXPECT_EQ(code_of(parse_json(bad)), Code::invalid_request) << bad;
        const auto good = open + R"({"a":1,"b":2,"A":1})" + close;
        EXPECT_EQ(code_of(parse_json(good)), Code::ok) << good;
        open += level % 2 == 0 ? "[" : "{\"a\":";
        close.insert(0, level % 2 == 0 ? "]" : "}");
    }
}

TEST(ParseJson, RepeatedMemberWrittenDifferently_IsRefused) {
    EXPECT_EQ(code_of(parse_json(R"({"a":1,"\u0061":2})")), Code::invalid_request);
    EXPECT_EQ(code_of(parse_json(R"({"":1,"":2})")), Code::invalid_request);
    EXPECT_EQ(code_of(parse_json(R"({"a":{"x":1},"a":{"y":1}})")), Code::invalid_request);
    EXPECT_EQ(code_of(parse_json(R"([{"a":1},{"a":1}])")), Code::ok);
    EXPECT_EQ(code_of(parse_json(R"({"a":{"a":1}})")), Code::ok);
}

TEST(ParseJson, MemberNames_AreKeptApart) {
    const auto parsed = parse_json(R"({"a":1,"b":[{"c":2}],"d":{"e":3},"f":4})");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->dump(), R"({"a":1,"b":[{"c":2}],"d":{"e":3},"f":4})");
}

TEST(ParseJson, StringLength_CountsUtf16Units) {
    ASSERT_EQ(kMaxStringUnits, 32'767U);
    struct Case {
        std::string_view character;
        std::size_t units;
    };
    for (const auto& [character, units] : std::vector<Case>{{"a", 1},
                                                            {"\xC3\xA9", 1},
                                                            {"\xE2\x82\xAC", 1},
                                                            {"\xF0\x9F\x98\x80", 2},
                                                            {"\\ud83d\\ude00", 2},
                                                            {"\\u0000", 1}}) {
        const auto fits = repeat(character, kMaxStringUnits / units);
        const auto too_long = repeat(character, kMaxStringUnits / units + 1);
        EXPECT_EQ(code_of(parse_json(in_quotes(fits))), Code::ok) << character;
        EXPECT_EQ(code_of(parse_json(in_quotes(too_long))), Code::invalid_request) << character;
        EXPECT_EQ(code_of(parse_json("{" + in_quotes(fits) + ":1}")), Code::ok) << character;
        EXPECT_EQ(code_of(parse_json("{" + in_quotes(too_long) + ":1}")), Code::invalid_request)
            << character;
    }
}

TEST(ParseJson, NumberOfValues_IsLimited) {
    // The array is a value too.
    const auto array = [](std::size_t values) { return "[" + repeat("0,", values - 1) + "0]"; };
    EXPECT_EQ(code_of(parse_json(array(kMaxValues - 1))), Code::ok);
    EXPECT_EQ(code_of(parse_json(array(kMaxValues))), Code::invalid_request);
}

TEST(ParseJson, ByteOrderMark_IsSkipped) {
    EXPECT_EQ(code_of(parse_json("\xEF\xBB\xBF{}")), Code::ok);
    EXPECT_EQ(code_of(parse_json("\xEF\xBB{}")), Code::parse_error);
}

TEST(ParseJson, RepeatedLongMember_IsToldShort) {
    const auto name = in_quotes(repeat("\xC3\xA9", 20'000));
    const auto parsed = parse_json("{" + name + ":1," + name + ":1}");
    ASSERT_FALSE(parsed);
    EXPECT_LT(parsed.error().message.size(), 200U);
}

}  // namespace
