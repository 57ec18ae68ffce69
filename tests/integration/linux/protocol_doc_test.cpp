#include "installer.hpp"
#include "proto/framing.hpp"
#include "proto/message.hpp"
#include "test_host.hpp"
#include "watcher.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

// docs/protocol.md is what clients in other languages are written from: its examples are executed
// and its tables compared with the sources.
namespace {

using namespace rmb;
using namespace rmb::test;
using nlohmann::json;

std::vector<std::string> document_lines() {
    std::ifstream in(RMB_PROTOCOL_DOC);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

bool document_has(const std::string& wanted) {
    const auto lines = document_lines();
    return std::ranges::find(lines, wanted) != lines.end();
}

template <class T>
std::string members() {
    if constexpr (proto::WireStruct<T>) {
        std::string text;
        proto::for_each_member_schema<T>(
            [&](std::string_view name, const json&, bool required, std::string_view) {
                text += (text.empty() ? "`" : ", `") + std::string{name} + (required ? "`" : "?`");
            });
        return text.empty() ? "`{}`" : text;
    } else {
        return "an OpenRPC document";
    }
}

template <class M>
std::string table_row() {
    std::string errors;
    for (const auto code : M::kErrors) {
        errors += (errors.empty() ? "" : ", ") + std::to_string(static_cast<int>(code));
    }
    return "| `" + std::string{M::kName} + "` | " + members<typename M::Params>() + " | " +
           members<typename M::Result>() + " | " + std::string{to_string(M::kAccess)} + " | " +
           errors + " |";
}

TEST(ProtocolDocument, MethodTable_IsThatOfTheSources) {
    proto::for_each_method([]<class M>() {
        EXPECT_TRUE(document_has(table_row<M>())) << "missing: " << table_row<M>();
    });
    const std::regex row{R"(\| `([a-z]+\.[A-Za-z]+)` \|.*)"};
    for (const auto& line : document_lines()) {
        std::smatch match;
        if (!std::regex_match(line, match, row)) {
            continue;
        }
        bool known = false;
        proto::for_each_method([&]<class M>() { known = known || M::kName == match[1].str(); });
        EXPECT_TRUE(known) << line;
    }
}

TEST(ProtocolDocument, EveryMethod_HasAnExample) {
    std::string calls;
    for (const auto& line : document_lines()) {
        calls += line.starts_with("-->") ? line : "";
    }
    proto::for_each_method([&]<class M>() {
        EXPECT_NE(calls.find("\"" + std::string{M::kName} + "\""), std::string::npos) << M::kName;
    });
}

TEST(ProtocolDocument, Codes_HaveTheirNames) {
    const std::regex row{R"(\| (-?\d+) \| `(\w+)` \|.*)"};
    std::map<int, std::string> codes;
    for (const auto& line : document_lines()) {
        std::smatch match;
        if (std::regex_match(line, match, row)) {
            codes[std::stoi(match[1])] = match[2];
        }
    }
    for (const auto& [code, name] : codes) {
        EXPECT_EQ(name, proto::code_name(static_cast<proto::Code>(code))) << code;
    }
    proto::for_each_method([&]<class M>() {
        for (const auto code : M::kErrors) {
            EXPECT_TRUE(codes.contains(static_cast<int>(code))) << static_cast<int>(code);
        }
    });
}

TEST(ProtocolDocument, Limits_AreThoseOfAHostWithDefaults) {
    TestHost host;
    LocalClient client{host.socket()};
    for (const auto& limit : client.call<proto::method::Hello>({}).value().limits) {
        const auto row = "| `" + limit.name + "` | " + std::to_string(limit.value) + " |";
        const auto lines = document_lines();
        EXPECT_TRUE(std::ranges::any_of(
            lines, [&](const std::string& line) { return line.starts_with(row); }))
            << "missing: " << row;
    }
}

/// The lines of the examples, in order: what is sent ("-->") and what then comes ("<--").
struct ExampleLine {
    std::size_t number;
    bool is_sent;
    std::string text;
};

std::vector<ExampleLine> example_lines() {
    std::vector<ExampleLine> examples;
    const auto lines = document_lines();
    bool inside = false;
    for (std::size_t n = 0; n < lines.size(); ++n) {
        if (lines[n].starts_with("```")) {
            inside = lines[n] == "```jsonrpc";
        } else if (inside && (lines[n].starts_with("-->") || lines[n].starts_with("<--"))) {
            examples.push_back({n + 1, lines[n].starts_with("-->"), lines[n].substr(4)});
        } else if (inside) {
            examples.back().text += lines[n];  // a long message goes on
        }
    }
    return examples;
}

/// Names in angle brackets stand for values. The first time one comes in an answer it takes the
/// value; from then on it is that value. <any> is never the same.
class Placeholders {
public:
    json fill(const json& pattern) {
        if (is_name(pattern)) {
            return values_.at(name_of(pattern));
        }
        json filled = pattern;
        for (auto& element : filled) {
            if (filled.is_structured()) {
                element = fill(element);
            }
        }
        return filled;
    }

    /// Whether `value` is what the pattern says. Members that the pattern does not have may be
    /// there, where it has a "...".
    bool matches(const json& pattern, const json& value) {
        if (is_name(pattern)) {
            const auto name = name_of(pattern);
            return name == "any" || values_.emplace(name, value).first->second == value;
        }
        if (pattern.is_object() && value.is_object()) {
            const bool open = pattern.contains("...");
            for (const auto& [name, member] : pattern.items()) {
                if (name != "..." && !(value.contains(name) && matches(member, value[name]))) {
                    return false;
                }
            }
            return open || pattern.size() == value.size();
        }
        if (pattern.is_array() && value.is_array()) {
            if (!pattern.empty() && pattern.back() == "...") {
                return value.size() + 1 >= pattern.size() &&
                       std::equal(pattern.begin(), pattern.end() - 1, value.begin(),
                                  [this](const json& p, const json& v) { return matches(p, v); });
            }
            return std::ranges::equal(
                pattern, value, [this](const json& p, const json& v) { return matches(p, v); });
        }
        return pattern == value;
    }

private:
    static bool is_name(const json& pattern) {
        return pattern.is_string() && pattern.get<std::string>().starts_with('<');
    }
    static std::string name_of(const json& pattern) {
        const auto text = pattern.get<std::string>();
        return text.substr(1, text.size() - 2);
    }
    std::map<std::string, json> values_;
};

/// Placeholders and "..." stand bare in the text where they stand for something else than a string.
json parse_example(const std::string& text) {
    static const std::regex bare{R"((^|[:\[,{]\s*)(<\w+>))"};
    static const std::regex more_members{R"(,\s*\.\.\.\s*\})"};
    static const std::regex more_elements{R"(,\s*\.\.\.\s*\])"};
    auto quoted = std::regex_replace(text, bare, "$1\"$2\"");
    quoted = std::regex_replace(quoted, more_members, R"(,"...":0})");
    quoted = std::regex_replace(quoted, more_elements, R"(,"..."])");
    return json::parse(quoted);
}

TEST(ProtocolDocument, Examples_AreWhatTheHostDoes) {
    TestHost host;
    client::SystemClock clock;
    client::UnixDialer dialer{host.socket(), clock};
    client::Connection connection{dialer.dial(clock.now() + kPatience).value(), clock};
    Placeholders values;
    const auto examples = example_lines();
    ASSERT_GT(examples.size(), 20U);
    for (const auto& line : examples) {
        SCOPED_TRACE("docs/protocol.md:" + std::to_string(line.number));
        if (line.is_sent) {
            // What is no JSON is an example of that.
            const auto body = line.text.starts_with("{\"jsonrpc\":") || line.text.starts_with("[")
                                  ? values.fill(parse_example(line.text)).dump()
                                  : line.text;
            ASSERT_TRUE(connection.send_frame(body, clock.now() + kPatience));
            continue;
        }
        const auto frame = connection.receive_frame({clock.now() + kPatience, kPatience});
        ASSERT_TRUE(frame);
        EXPECT_TRUE(values.matches(parse_example(line.text), json::parse(*frame)))
            << "  written: " << line.text << "\n  came:    " << *frame;
    }
}

}  // namespace
