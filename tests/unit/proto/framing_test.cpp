#include "proto/framing.hpp"

#include "proto/limits.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace {

using rmb::proto::FrameParser;
using rmb::proto::kMaxFrameBytes;
using rmb::proto::kMaxHeaderBytes;
using rmb::proto::make_frame;

using Steps = std::vector<std::string>;

/// Gives the parser each piece in turn; all steps but NeedMore, as text. Stops where the stream
/// cannot be understood.
Steps steps_of(FrameParser& parser, const std::vector<std::string_view>& pieces) {
    Steps steps;
    for (auto piece : pieces) {
        for (;;) {
            const auto step = parser.next(piece);
            if (const auto* announced = std::get_if<FrameParser::Announced>(&step)) {
                steps.push_back("announced " + std::to_string(announced->bytes));
            } else if (const auto* frame = std::get_if<FrameParser::Frame>(&step)) {
                steps.push_back("frame " + frame->body);
            } else if (std::holds_alternative<FrameParser::Malformed>(step)) {
                steps.emplace_back("malformed");
                return steps;
            } else {
                EXPECT_TRUE(piece.empty()) << "NeedMore with input left";
                break;
            }
        }
    }
    return steps;
}

Steps steps_of(const std::vector<std::string_view>& pieces) {
    FrameParser parser;
    return steps_of(parser, pieces);
}

std::string header(std::string_view lines) {
    return std::string{lines} + "\r\n\r\n";
}

/// A header of exactly `size` bytes, the empty line included.
std::string header_of_size(std::size_t size, std::string_view length_line) {
    const std::string name = "\r\nContent-Type: ";
    return header(std::string{length_line} + name +
                  std::string(size - length_line.size() - name.size() - 4, 'x'));
}

struct Case {
    std::string text;
    Steps expected;
};

const std::vector<Case>& wellformed() {
    static const std::vector<Case> cases{
        {header("Content-Length: 2") + "{}", {"announced 2", "frame {}"}},
        {header("content-length: 2") + "{}", {"announced 2", "frame {}"}},
        {header("CONTENT-LENGTH:2") + "{}", {"announced 2", "frame {}"}},
        {header("Content-Length: \t 2 \t") + "{}", {"announced 2", "frame {}"}},
        {header("Content-Length: 0002") + "{}", {"announced 2", "frame {}"}},
        {header("Content-Length: 0"), {"announced 0", "frame "}},
        {header("Content-Length: 0") + header("Content-Length: 0"),
         {"announced 0", "frame ", "announced 0", "frame "}},
        {header("Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2") +
             "{}",
         {"announced 2", "frame {}"}},
        {header("Content-Length: 2\r\ncontent-TYPE: x") + "{}", {"announced 2", "frame {}"}},
        {header("Content-Length: 4") + "\r\n\r\n", {"announced 4", "frame \r\n\r\n"}},
        {make_frame("{}") + make_frame("[1]"),
         {"announced 2", "frame {}", "announced 3", "frame [1]"}},
        {make_frame("{}") + "Content-Le", {"announced 2", "frame {}"}},
        {header_of_size(kMaxHeaderBytes, "Content-Length: 1") + "x", {"announced 1", "frame x"}},
        {header("Content-Length: 16777216"), {"announced 16777216"}},
        {"", {}},
        {"\r", {}},
    };
    return cases;
}

TEST(FrameParser, WellFormedInOneRead_GivesAllSteps) {
    for (const auto& [text, expected] : wellformed()) {
        SCOPED_TRACE(text);
        EXPECT_EQ(steps_of({text}), expected);
    }
}

TEST(FrameParser, WellFormedSplitAtEachByte_GivesTheSameSteps) {
    for (const auto& [text, expected] : wellformed()) {
        for (std::size_t at = 0; at <= text.size(); ++at) {
            const std::string_view whole = text;
            EXPECT_EQ(steps_of({whole.substr(0, at), whole.substr(at)}), expected)
                << text << " at " << at;
        }
    }
}

TEST(FrameParser, WellFormedByteByByte_GivesTheSameSteps) {
    for (const auto& [text, expected] : wellformed()) {
        std::vector<std::string_view> bytes;
        for (std::size_t at = 0; at < text.size(); ++at) {
            bytes.push_back(std::string_view{text}.substr(at, 1));
        }
        EXPECT_EQ(steps_of(bytes), expected) << text;
    }
}

const std::vector<std::string>& malformed_headers() {
    static const std::vector<std::string> cases{
        header("Content-Length: 16777217"),
        header("Content-Length: 4294967298"),
        header("Content-Length: 18446744073709551618"),
        header("Content-Length: -1"),
        header("Content-Length: -0"),
        header("Content-Length: +5"),
        header("Content-Length: 5.0"),
        header("Content-Length: 5e0"),
        header("Content-Length: 0x5"),
        header("Content-Length: 5 5"),
        header("Content-Length: 5,5"),
        header("Content-Length: five"),
        header("Content-Length:"),
        header("Content-Length:   "),
        header("Content-Length"),
        header("Content-Length : 5"),
        header(" Content-Length: 5"),
        header(": 5"),
        header("Content-Length: 5\r\nContent-Length: 5"),
        header("Content-Length: 5\r\ncontent-length: 6"),
        header("Content-Length: 5\r\nX-Other: 1"),
        header("Content-Length: 5\r\n folded"),
        header("Content-Length: 5\nContent-Type: x"),
        header("Content-Type: x\nContent-Length: 5\r\nContent-Length: 6"),
        header("Content-Length: 5\rContent-Type: x"),
        header("Content-Type: x\ry\r\nContent-Length: 5"),
        header("\r\nContent-Length: 5"),
        header("Content-Type: x"),
        header(""),
        header("GET / HTTP/1.1"),
        header(std::string_view{"Content-Length: 5\0", 18}),
        header_of_size(kMaxHeaderBytes + 1, "Content-Length: 1"),
        std::string(kMaxHeaderBytes, 'x'),
        std::string(4 * kMaxHeaderBytes, '\r'),
    };
    return cases;
}

TEST(FrameParser, MalformedHoweverSplit_IsTheOnlyStep) {
    for (const auto& text : malformed_headers()) {
        for (std::size_t at = 0; at <= text.size(); ++at) {
            const std::string_view whole = text;
            EXPECT_EQ(steps_of({whole.substr(0, at), whole.substr(at)}), Steps{"malformed"})
                << text << " at " << at;
        }
    }
}

// "Content-Length: 2\n\n{}" was waited on until the frame's deadline: no CR LF ever came.
TEST(FrameParser, BareLineFeed_IsToldAtOnce) {
    for (const std::string_view text :
         {"Content-Length: 2\n\n{}", "Content-Length: 2\n", "\n", "{\"jsonrpc\":\"2.0\"}\n"}) {
        EXPECT_EQ(steps_of({text}), Steps{"malformed"}) << text;
        FrameParser parser;
        const auto line_feed = text.find('\n');
        EXPECT_EQ(steps_of(parser, {text.substr(0, line_feed)}), Steps{});
        EXPECT_EQ(steps_of(parser, {text.substr(line_feed)}), Steps{"malformed"}) << text;
    }
}

TEST(FrameParser, MalformedAfterAGoodFrame_GivesTheFrameFirst) {
    const auto text = make_frame("{}") + header("Content-Length: x");
    EXPECT_EQ(steps_of({text}), (Steps{"announced 2", "frame {}", "malformed"}));
}

TEST(FrameParser, Malformed_SaysWhatIsWrongAndIsInvalidRequest) {
    FrameParser parser;
    std::string_view input = "Content-Length: 99999999\r\n\r\n";
    const auto step = parser.next(input);
    const auto& error = std::get<FrameParser::Malformed>(step).error;
    EXPECT_EQ(error.code, rmb::proto::Code::invalid_request);
    EXPECT_NE(error.message.find("99999999"), std::string::npos);
    EXPECT_NE(error.message.find("16777216"), std::string::npos);
}

TEST(FrameParser, EndlessHeader_IsRefusedAtTheLimitWithoutReadingOn) {
    FrameParser parser;
    const std::string endless(1 << 20, 'a');
    std::string_view input = endless;
    EXPECT_TRUE(std::holds_alternative<FrameParser::Malformed>(parser.next(input)));
    EXPECT_EQ(endless.size() - input.size(), kMaxHeaderBytes);
}

TEST(FrameParser, InFrame_FollowsTheFirstAndLastByte) {
    FrameParser parser;
    EXPECT_FALSE(parser.in_frame());
    EXPECT_EQ(steps_of(parser, {"C"}), Steps{});
    EXPECT_TRUE(parser.in_frame());
    EXPECT_EQ(steps_of(parser, {"ontent-Length: 2\r\n\r\n"}), Steps{"announced 2"});
    EXPECT_TRUE(parser.in_frame());
    EXPECT_EQ(steps_of(parser, {"{"}), Steps{});
    EXPECT_TRUE(parser.in_frame());
    EXPECT_EQ(steps_of(parser, {"}"}), Steps{"frame {}"});
    EXPECT_FALSE(parser.in_frame());
}

TEST(FrameParser, Announced_LeavesTheBodyUnread) {
    FrameParser parser;
    std::string_view input = "Content-Length: 2\r\n\r\n{}";
    const auto step = parser.next(input);
    EXPECT_TRUE(std::holds_alternative<FrameParser::Announced>(step));
    EXPECT_EQ(input, "{}");
}

TEST(FrameParser, BodyOfTheLargestSize_Arrives) {
    const std::string body(kMaxFrameBytes, 'x');
    const auto frame = make_frame(body);
    const std::string_view whole = frame;
    const auto steps =
        steps_of({whole.substr(0, 100), whole.substr(100, 1'000'000), whole.substr(1'000'100)});
    ASSERT_EQ(steps.size(), 2U);
    EXPECT_EQ(steps[1].size(), body.size() + std::string_view{"frame "}.size());
}

TEST(MakeFrame, Body_GetsItsLengthInBytes) {
    EXPECT_EQ(make_frame("\xC3\xA9"), "Content-Length: 2\r\n\r\n\xC3\xA9");
    EXPECT_EQ(make_frame(""), "Content-Length: 0\r\n\r\n");
}

}  // namespace
