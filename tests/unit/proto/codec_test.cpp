#include "proto/codec.hpp"

#include "proto/json_parse.hpp"
#include "support/results.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace rmb::proto;
using nlohmann::json;
using rmb::test::code_of;

struct Inner {
    std::uint32_t pid = 0;
    std::vector<std::string> names;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("pid", self.pid, "a number");
        visit("names", self.names, "texts");
    }
};

struct Sample {
    bool flag = false;
    std::uint32_t number = 0;
    std::uint64_t time = 0;
    std::string text;
    Token token{};
    std::optional<std::uint32_t> maybe;
    std::vector<std::string> files;
    std::vector<Inner> inners;
    json any;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("flag", self.flag, "a flag");
        visit("number", self.number, "32 bits");
        visit("time", self.time, "64 bits");
        visit("text", self.text, "a text");
        visit("token", self.token, "a token");
        visit("maybe", self.maybe, "may be absent");
        visit("files", self.files, "texts");
        visit("inners", self.inners, "structs");
        visit("any", self.any, "anything");
    }
};

json good() {
    return json::parse(R"({"flag":true, "number":4294967295, "time":"18446744073709551615",
        "text":"x", "token":"01234567-89ab-cdef-0123-456789abcdef", "maybe":3, "files":["a","b"],
        "inners":[{"pid":1,"names":[]},{"pid":2,"names":["n"]}], "any":[null], "unknown":{}})");
}

/// decode<Sample>() of good() with one member replaced by what `text` says.
result<Sample> with(std::string_view member, std::string_view text) {
    auto from = good();
    from[std::string{member}] = *parse_json(text);
    return decode<Sample>(from, "params");
}

TEST(Decode, GoodObject_FillsEveryMember) {
    const auto read = decode<Sample>(good(), "params");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(read->flag);
    EXPECT_EQ(read->number, 4294967295U);
    EXPECT_EQ(read->time, std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(read->text, "x");
    EXPECT_EQ(read->token, parse_token("01234567-89ab-cdef-0123-456789abcdef"));
    EXPECT_EQ(read->maybe, 3U);
    EXPECT_EQ(read->files, (std::vector<std::string>{"a", "b"}));
    ASSERT_EQ(read->inners.size(), 2U);
    EXPECT_EQ(read->inners[1].names, std::vector<std::string>{"n"});
    EXPECT_EQ(read->any, json::array({nullptr}));
}

TEST(Encode, DecodedObject_IsTheSameWithoutUnknownMembers) {
    auto expected = good();
    expected.erase("unknown");
    EXPECT_EQ(write(decode<Sample>(good(), "params").value()), expected);
    expected.erase("maybe");
    EXPECT_EQ(write(decode<Sample>(expected, "params").value()), expected);
}

struct Case {
    std::string_view member;
    std::string_view value;
    Code code;
};

TEST(Decode, EachType_AcceptsExactlyItsOwn) {
    const auto refused = Code::invalid_params;
    const std::vector<Case> cases{
        {"flag", "false", Code::ok},
        {"flag", "1", refused},
        {"flag", "0", refused},
        {"flag", "\"true\"", refused},
        {"flag", "null", refused},
        {"number", "0", Code::ok},
        {"number", "4294967295", Code::ok},
        {"number", "4294967296", refused},
        {"number", "4294967301", refused},  // 2^32 + 5, which nlohmann makes 5
        {"number", "18446744073709551616", refused},
        {"number", "-1", refused},
        {"number", "-0", refused},
        {"number", "-4294967291", refused},
        {"number", "-9223372036854775808", refused},
        {"number", "true", refused},
        {"number", "false", refused},
        {"number", "1.0", refused},
        {"number", "1e3", refused},
        {"number", "0.0", refused},
        {"number", "\"1\"", refused},
        {"number", "null", refused},
        {"number", "[1]", refused},
        {"number", "{}", refused},
        {"time", "\"0\"", Code::ok},
        {"time", "\"18446744073709551615\"", Code::ok},
        {"time", "\"18446744073709551616\"", refused},
        {"time", "\"00\"", refused},
        {"time", "\"01\"", refused},
        {"time", "\"\"", refused},
        {"time", "\"-1\"", refused},
        {"time", "\"+1\"", refused},
        {"time", "\" 1\"", refused},
        {"time", "\"1 \"", refused},
        {"time", "\"1.0\"", refused},
        {"time", "\"0x1\"", refused},
        {"time", "\"1\\u0000\"", refused},
        {"time", "1", refused},
        {"time", "null", refused},
        {"text", "\"\"", Code::ok},
        {"text", "\"\\u0001\\ud83d\\ude00\"", Code::ok},
        {"text", "\"\\u0000\"", refused},
        {"text", "\"C:\\\\a\\u0000.exe\"", refused},
        {"text", "1", refused},
        {"text", "null", refused},
        {"text", "[]", refused},
        {"token", "\"01234567-89AB-CDEF-0123-456789ABCDEF\"", Code::ok},
        {"token", "\"00000000-0000-0000-0000-000000000000\"", refused},
        {"token", "\"01234567-89ab-cdef-0123-456789abcde\"", refused},
        {"token", "5", refused},
        {"token", "null", refused},
        {"maybe", "0", Code::ok},
        {"maybe", "null", refused},
        {"maybe", "-1", refused},
        {"files", "[]", Code::ok},
        {"files", "{}", refused},
        {"files", "null", refused},
        {"files", "\"a\"", refused},
        {"inners", "[]", Code::ok},
        {"inners", "{}", refused},
        {"any", "null", Code::ok},
        {"any", "{\"a\":1.5}", Code::ok},
    };
    for (const auto& [member, value, code] : cases) {
        const auto read = with(member, value);
        EXPECT_EQ(code_of(read), code) << member << " = " << value;
        if (!read) {
            EXPECT_EQ(read.error().subject, "params." + std::string{member}) << value;
            EXPECT_NE(read.error().message.find(read.error().subject), std::string::npos);
        }
    }
}

TEST(Decode, WrongElement_IsNamedByItsPath) {
    EXPECT_EQ(with("files", R"(["a","b","c",4])").error().subject, "params.files[3]");
    EXPECT_EQ(with("files", R"([["a"]])").error().subject, "params.files[0]");
    EXPECT_EQ(with("inners", "[1]").error().subject, "params.inners[0]");
    EXPECT_EQ(with("inners", R"([{"pid":1,"names":[]},{"names":[]}])").error().subject,
              "params.inners[1].pid");
    EXPECT_EQ(with("inners", R"([{"pid":1,"names":["x","\u0000"]}])").error().subject,
              "params.inners[0].names[1]");
}

TEST(Decode, MissingMember_IsNamedUnlessOptional) {
    const auto whole = good();
    for (const auto& [name, value] : whole.items()) {
        auto from = whole;
        from.erase(name);
        const auto read = decode<Sample>(from, "params");
        if (name == "maybe" || name == "unknown") {
            ASSERT_TRUE(read) << name;
            EXPECT_EQ(read->maybe.has_value(), name == "unknown");
        } else {
            EXPECT_EQ(rmb::test::subject_of(read), "params." + name);
        }
    }
}

TEST(Decode, NotAnObject_NamesTheRoot) {
    for (const std::string_view text : {"[]", "null", "1", "\"x\"", "true"}) {
        const auto read = decode<Sample>(json::parse(text), "params");
        EXPECT_EQ(code_of(read), Code::invalid_params) << text;
        EXPECT_EQ(rmb::test::subject_of(read), "params");
    }
}

TEST(SchemaOf, Struct_NamesMembersAndWhichAreRequired) {
    const auto schema = schema_of(static_cast<const Sample*>(nullptr));
    EXPECT_EQ(schema["type"], "object");
    EXPECT_EQ(schema["properties"]["number"]["maximum"], 4294967295U);
    EXPECT_EQ(schema["properties"]["files"]["items"]["type"], "string");
    EXPECT_EQ(schema["properties"]["inners"]["items"]["properties"]["pid"]["type"], "integer");
    EXPECT_EQ(schema["properties"]["maybe"]["description"], "may be absent");
    EXPECT_EQ(schema["properties"]["flag"]["type"], "boolean");
    EXPECT_EQ(schema["properties"]["token"]["format"], "uuid");
    EXPECT_EQ(schema["required"], json::parse(R"(["flag","number","time","text","token","files",
        "inners","any"])"));
}

}  // namespace
