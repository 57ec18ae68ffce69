#include "client/ctl/command_line.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace {

using rmb::ctl::Command;
using rmb::ctl::ExitCode;
using rmb::ctl::Options;

std::variant<Options, ExitCode> parse(std::vector<std::string> words) {
#ifndef _WIN32
    words.insert(words.begin(), {"--socket", "/s"});
#endif
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    auto parsed = rmb::ctl::parse_command_line(std::move(words));
    testing::internal::GetCapturedStdout();
    testing::internal::GetCapturedStderr();
    return parsed;
}

Options options_of(const std::vector<std::string>& words) {
    const auto parsed = parse(words);
    EXPECT_TRUE(std::holds_alternative<Options>(parsed)) << words.front();
    const auto* options = std::get_if<Options>(&parsed);
    return options != nullptr ? *options : Options{};
}

TEST(CommandLine, EachCommand_IsKnown) {
    EXPECT_EQ(options_of({"status"}).command, Command::status);
    EXPECT_EQ(options_of({"sessions"}).command, Command::sessions);
    EXPECT_EQ(options_of({"ping"}).command, Command::ping);
    EXPECT_EQ(options_of({"discover"}).command, Command::discover);
    EXPECT_EQ(options_of({"raw"}).command, Command::raw);
    EXPECT_EQ(options_of({"bridge"}).command, Command::bridge);
    EXPECT_EQ(options_of({"end", "12ab"}).command, Command::end);
    EXPECT_EQ(options_of({"doctor"}).command, Command::doctor);
    EXPECT_EQ(options_of({"watch"}).command, Command::watch);
    EXPECT_EQ(options_of({"locks", "a"}).command, Command::locks);
    EXPECT_EQ(options_of({"session", "12ab"}).command, Command::session);
    EXPECT_EQ(options_of({"ledger"}).command, Command::ledger);
    EXPECT_EQ(options_of({"restart", "12ab"}).command, Command::restart);
    EXPECT_EQ(options_of({"free", "a"}).command, Command::free);
}

TEST(CommandLine, GlobalOption_MayStandOnEitherSideOfTheCommand) {
    EXPECT_TRUE(options_of({"--json", "status"}).json);
    EXPECT_TRUE(options_of({"status", "--json"}).json);
    EXPECT_FALSE(options_of({"status"}).json);
}

TEST(CommandLine, Values_AreTaken) {
    EXPECT_EQ(options_of({"ping"}).pings, 4U);
    EXPECT_EQ(options_of({"ping", "-n", "10"}).pings, 10U);
    EXPECT_EQ(options_of({"watch"}).events, std::nullopt);
    EXPECT_EQ(options_of({"watch", "--count", "3"}).events, 3U);
    EXPECT_EQ(options_of({"end", "12ab"}).hash, "12ab");
    EXPECT_EQ(options_of({"raw"}).message, std::nullopt);
    EXPECT_EQ(options_of({"status", "--connect-timeout", "7"}).connect_timeout.count(), 7);
}

TEST(CommandLine, Free_DoesNothingUnlessItIsSaid) {
    const auto dry = options_of({"free", "a"});
    EXPECT_FALSE(dry.yes);
    EXPECT_FALSE(dry.force);
    const auto all = options_of({"free", "--force", "a", "[b]", "-y"});
    EXPECT_TRUE(all.yes);
    EXPECT_TRUE(all.force);
    EXPECT_EQ(all.paths, (std::vector<std::string>{"a", "./[b]"}));
}

TEST(CommandLine, HashOfASession_IsAskedFor) {
    for (const auto* command : {"end", "session", "restart"}) {
        EXPECT_EQ(options_of({command, "12ab"}).hash, "12ab") << command;
        EXPECT_EQ(std::get<ExitCode>(parse({command})), ExitCode::usage) << command;
    }
}

TEST(CommandLine, RawMessage_IsTakenAsItIs) {
    for (const auto* message : {R"({"a": [1, 2]})", "[1,2,3]", "[]", "", "{broken"}) {
        EXPECT_EQ(options_of({"raw", message}).message, message);
    }
}

TEST(CommandLine, Locks_TakesPathsAndOptionsInAnyOrder) {
    const auto options = options_of({"locks", "a", "--recursive", "b c", "--json", "ä\\d"});
    EXPECT_EQ(options.paths, (std::vector<std::string>{"a", "b c", "ä\\d"}));
    EXPECT_TRUE(options.recursive);
    EXPECT_TRUE(options.json);
    EXPECT_TRUE(options_of({"locks", "-r", "a"}).recursive);
    EXPECT_FALSE(options_of({"locks", "a"}).recursive);
    EXPECT_TRUE(options_of({"--json", "locks", "a"}).json);
}

TEST(CommandLine, LocksOfAnyName_IsThatPath) {
    for (const auto* path : {"status", "locks", "/tmp/a", "a,b", "a;b", "%x", "*.dll", "-"}) {
        EXPECT_EQ(options_of({"locks", path}).paths, std::vector<std::string>{path});
    }
    EXPECT_EQ(options_of({"locks", "--", "--json"}).paths, std::vector<std::string>{"--json"});
}

TEST(CommandLine, LocksOfANameInBrackets_IsNoListOfNames) {
    EXPECT_EQ(options_of({"locks", "[id]", "[a,b]", "[a]b"}).paths,
              (std::vector<std::string>{"./[id]", "./[a,b]", "[a]b"}));
}

TEST(CommandLine, WrongUsage_IsCode2) {
    const std::vector<std::vector<std::string>> rows{
        {},
        {"frob"},
        {"--frob", "status"},
        {"ping", "-n", "0"},
        {"ping", "-n", "x"},
        {"watch", "-n", "0"},
        {"end"},
        {"end", "12", "34"},
        {"status", "sessions"},
        {"locks"},
        {"locks", "--recursive"},
        {"locks", "a", "--frob"},
        {"status", "--recursive"},
        {"status", "--connect-timeout", "-1"},
    };
    for (const auto& words : rows) {
        const auto parsed = parse(words);
        const auto* code = std::get_if<ExitCode>(&parsed);
        ASSERT_NE(code, nullptr) << testing::PrintToString(words);
        EXPECT_EQ(*code, ExitCode::usage);
    }
}

TEST(CommandLine, HelpAndVersion_AreCode0) {
    for (const auto* word : {"--help", "--version"}) {
        const auto parsed = parse({word});
        const auto* code = std::get_if<ExitCode>(&parsed);
        ASSERT_NE(code, nullptr) << word;
        EXPECT_EQ(*code, ExitCode::ok);
    }
}

}  // namespace
