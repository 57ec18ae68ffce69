#include "windows/helper/helper_server.hpp"

#include "fake_agent.hpp"
#include "pipe_ends.hpp"
#include "proto/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <utility>

namespace rmb::win {
namespace {

using namespace std::chrono_literals;

struct HelperServerTest : testing::Test {
    FakeAgent agent;

    proto::Response answer(std::string_view body) {
        auto incoming = proto::parse_message(answer_request(agent, body));
        return std::get<proto::Response>(std::move(incoming.messages.at(0)));
    }
};

TEST_F(HelperServerTest, Request_BecomesACall) {
    agent.votes = std::vector{engine::Vote::refused, engine::Vote::silent};
    const auto answered = answer(R"({"jsonrpc": "2.0", "id": 5, "method": "helper.askToEnd",
        "params": {"processes": [{"pid": 1, "startTime": "10"}, {"pid": 2, "startTime": "20"}],
                   "untilRefusal": true, "limit": 1500}})");
    EXPECT_EQ(agent.processes, (std::vector<core::ProcessKey>{{1, 10}, {2, 20}}));
    EXPECT_TRUE(agent.flag);
    EXPECT_EQ(agent.limit, 1500ms);
    EXPECT_EQ(answered.id, proto::Id{std::int64_t{5}});
    ASSERT_TRUE(answered.outcome.has_value());
    EXPECT_EQ(*answered.outcome, nlohmann::json::parse(R"({"votes": [1, 2]})"));
}

TEST_F(HelperServerTest, AgentRefuses_ItsErrorIsTheAnswer) {
    agent.outcome = Error{Code::access_denied, "others are there"};
    const auto answered = answer(R"({"jsonrpc": "2.0", "id": 1, "method": "helper.interrupt",
        "params": {"process": {"pid": 1, "startTime": "10"}, "attached": [1]}})");
    ASSERT_TRUE(answered.outcome.has_error());
    EXPECT_EQ(answered.outcome.error().code, Code::access_denied);
    EXPECT_EQ(answered.outcome.error().message, "others are there");
}

TEST_F(HelperServerTest, UnknownMethod_Error) {
    const auto answered = answer(R"({"jsonrpc": "2.0", "id": 1, "method": "session.start"})");
    ASSERT_TRUE(answered.outcome.has_error());
    EXPECT_EQ(answered.outcome.error().code, Code::method_not_found);
}

TEST_F(HelperServerTest, WrongParams_ErrorNamesThem) {
    const auto answered = answer(
        R"({"jsonrpc": "2.0", "id": 1, "method": "helper.close", "params": {"processes": 1}})");
    ASSERT_TRUE(answered.outcome.has_error());
    EXPECT_EQ(answered.outcome.error().code, Code::invalid_params);
}

TEST_F(HelperServerTest, NoRequest_Error) {
    for (const auto* body : {"nonsense", "[]", R"({"jsonrpc": "2.0", "method": "helper.close"})",
                             R"([{"jsonrpc": "2.0", "id": 1, "method": "helper.close"}])"}) {
        EXPECT_TRUE(answer(body).outcome.has_error()) << body;
    }
}

struct Served : testing::Test {
    PipeEnds ends = make_pipe_ends();
    FramePipe pipe{std::move(ends.helper)};
    FakeAgent agent;
};

TEST_F(Served, OtherEndCloses_Gone) {
    ends.service.reset();
    EXPECT_EQ(serve(pipe, agent, 1h, [] { return true; }), ServeEnd::gone);
}

TEST_F(Served, NothingAsked_IdleOnceItMay) {
    int asked = 0;
    EXPECT_EQ(serve(pipe, agent, 10ms, [&] { return ++asked == 3; }), ServeEnd::idle);
    EXPECT_EQ(asked, 3);
}

}  // namespace
}  // namespace rmb::win
