#include "rpc/conversation.hpp"

#include "proto/limits.hpp"
#include "rpc_world.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace rmb;
using namespace rmb::rpc;
using namespace rmb::test;
using nlohmann::json;

/// A method whose answer the test gives.
struct Later {
    using Params = proto::PingParams;
    using Result = proto::PingResult;
    static constexpr std::string_view kName = "test.later";
};

json request(const json& id, std::string_view method, const json& params = json::object()) {
    return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}};
}
json ping(const json& id) {
    return request(id, "broker.ping", {{"payload", id.dump()}});
}
json notification(std::string_view method, const json& params = json::object()) {
    return {{"jsonrpc", "2.0"}, {"method", method}, {"params", params}};
}

struct RpcConversation : testing::Test, RpcWorld {
    RpcConversation() {
        dispatcher.bind<Later>(
            [this](const proto::PingParams&, const Reply<proto::PingResult>& reply) {
                waiting.push_back(reply);
                reply.call().on_stop([this](StopReason reason) { stopped.push_back(reason); });
            });
    }
    void answer_waiting(std::size_t n) {
        waiting[n](proto::PingResult{std::to_string(n)});
    }

    Talk talk{dispatcher, caller(10)};
    std::vector<Reply<proto::PingResult>> waiting;
    std::vector<StopReason> stopped;
};

TEST_F(RpcConversation, Id_IsEchoedExactly) {
    const std::vector<json> ids{0,
                                -1,
                                std::numeric_limits<std::int64_t>::max(),
                                std::numeric_limits<std::int64_t>::min(),
                                "",
                                "1",
                                "\u00e4\u20ac\U0001F600",
                                std::string(proto::kMaxIdCharacters, 'x')};
    for (const auto& id : ids) {
        talk.say(ping(id));
        const auto answer = talk.answer();
        EXPECT_EQ(answer["id"].dump(), id.dump());
        EXPECT_EQ(answer["jsonrpc"], "2.0");
        EXPECT_EQ(answer["result"]["payload"], id.dump());
    }
}

TEST_F(RpcConversation, IdOfAnotherType_IsInvalidUnderNull) {
    for (const auto& id : {json(1.5), json(true), json::array(), json(nullptr),
                           json(std::string(proto::kMaxIdCharacters + 1, 'x'))}) {
        talk.say(ping(id));
        const auto answer = talk.answer();
        EXPECT_EQ(code_in(answer), -32600) << id.dump();
        EXPECT_TRUE(answer["id"].is_null());
    }
}

TEST_F(RpcConversation, NotJson_IsAParseErrorUnderNull) {
    talk.conversation->receive("{\"jsonrpc\":");
    const auto answer = talk.answer();
    EXPECT_EQ(code_in(answer), -32700);
    EXPECT_TRUE(answer["id"].is_null());
}

TEST_F(RpcConversation, UnknownMethod_IsNotFound) {
    talk.call(1, "broker.pong");
    EXPECT_EQ(code_in(talk.answer()), -32601);
}

TEST_F(RpcConversation, ArrayParams_AreInvalid) {
    talk.call(1, "broker.ping", json::array({"p"}));
    const auto answer = talk.answer();
    EXPECT_EQ(code_in(answer), -32602);
    EXPECT_EQ(answer["id"], 1);
}

TEST_F(RpcConversation, ErrorData_NamesCodeAndSubject) {
    talk.call(1, "session.end", {{"session", 5}});
    const auto error = talk.answer()["error"];
    EXPECT_EQ(error["code"], 6);
    EXPECT_EQ(error["data"],
              (json{{"name", "ERROR_INVALID_HANDLE"}, {"subject", "params.session"}}));
}

TEST_F(RpcConversation, Notification_IsCarriedOutAndNotAnswered) {
    talk.notify("session.start", {{"flags", 0}, {"token", proto::write(token(1))}});
    EXPECT_TRUE(talk.heard().empty());
    EXPECT_EQ(broker->session_count(), 1U);
}

TEST_F(RpcConversation, Notification_UnknownOrWrong_IsIgnored) {
    talk.notify("broker.pong");
    talk.notify("$/unknown");
    talk.notify("session.start", {{"flags", "none"}});
    EXPECT_TRUE(talk.heard().empty());
    EXPECT_EQ(talk.conversation->in_flight(), 0U);
}

TEST_F(RpcConversation, Response_IsIgnored) {
    talk.say({{"jsonrpc", "2.0"}, {"id", 1}, {"result", 5}});
    talk.say({{"jsonrpc", "2.0"}, {"id", nullptr}, {"error", {{"code", 1}, {"message", "m"}}}});
    EXPECT_TRUE(talk.heard().empty());
}

TEST_F(RpcConversation, Batch_AnswersEachRequestInOrderInOneMessage) {
    talk.say(json::array({ping(2),
                          notification("broker.ping"),
                          5,
                          ping("a"),
                          request(7, "broker.pong"),
                          {{"jsonrpc", "1.0"}, {"id", 9}}}));
    const auto answers = talk.answer();
    ASSERT_TRUE(answers.is_array());
    ASSERT_EQ(answers.size(), 5U);
    EXPECT_EQ(answers[0]["id"], 2);
    EXPECT_EQ(code_in(answers[1]), -32600);
    EXPECT_TRUE(answers[1]["id"].is_null());
    EXPECT_EQ(answers[2]["id"], "a");
    EXPECT_EQ(code_in(answers[3]), -32601);
    EXPECT_EQ(code_in(answers[4]), -32600);
    EXPECT_EQ(answers[4]["id"], 9);
}

TEST_F(RpcConversation, Batch_OnlyNotificationsAndResponses_IsNotAnswered) {
    talk.say(json::array({notification("broker.ping"),
                          {{"jsonrpc", "2.0"}, {"id", 1}, {"result", 5}},
                          notification("broker.pong")}));
    EXPECT_TRUE(talk.heard().empty());
}

TEST_F(RpcConversation, Batch_SideEffectsOfNotificationsInside_AreInOrder) {
    talk.say(json::array(
        {notification("session.start", {{"flags", 0}, {"token", proto::write(token(1))}}),
         request(1, "broker.sessions")}));
    EXPECT_EQ(talk.answer()[0]["result"]["sessions"].size(), 1U);
}

TEST_F(RpcConversation, Batch_Empty_IsInvalidOnce) {
    talk.say(json::array());
    const auto answer = talk.answer();
    EXPECT_TRUE(answer.is_object());
    EXPECT_EQ(code_in(answer), -32600);
}

TEST_F(RpcConversation, Batch_Nested_ElementIsInvalid) {
    talk.say(json::array({json::array({ping(1)}), ping(2)}));
    const auto answers = talk.answer();
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(code_in(answers[0]), -32600);
    EXPECT_EQ(code_in(answers[1]), 0);
}

TEST_F(RpcConversation, Batch_AboveTheLimit_IsRefusedWhole) {
    auto batch = json::array();
    for (std::size_t n = 0; n < proto::kMaxBatch; ++n) {
        batch.push_back(ping(n));
    }
    talk.say(batch);
    EXPECT_EQ(talk.answer().size(), proto::kMaxBatch);
    batch.push_back(ping("one more"));
    talk.say(batch);
    EXPECT_EQ(code_in(talk.answer()), -32600);
}

TEST_F(RpcConversation, Batch_DeferredAnswers_IsSentWhenTheLastIsThere) {
    talk.say(json::array({request(1, "test.later"), ping(2), request(3, "test.later")}));
    EXPECT_TRUE(talk.heard().empty());
    answer_waiting(1);
    EXPECT_TRUE(talk.heard().empty());
    answer_waiting(0);
    const auto answers = talk.answer();
    ASSERT_EQ(answers.size(), 3U);
    EXPECT_EQ(answers[0]["id"], 2);
    EXPECT_EQ(answers[1]["id"], 3);
    EXPECT_EQ(answers[2]["id"], 1);
}

TEST_F(RpcConversation, Batch_ElementsCanBeCancelledOneByOne) {
    talk.say(json::array({request(1, "broker.watch", {{"progressToken", 1}}), ping(2)}));
    EXPECT_TRUE(talk.heard().empty());
    talk.cancel(1);
    const auto answers = talk.answer();
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(code_in(answers[1]), 1223);
}

TEST_F(RpcConversation, Deferred_OthersOvertake) {
    talk.call(1, "test.later");
    talk.say(ping(2));
    EXPECT_EQ(talk.answer()["id"], 2);
    answer_waiting(0);
    EXPECT_EQ(talk.answer()["id"], 1);
}

TEST_F(RpcConversation, Deferred_Dropped_AnswersInternalError) {
    talk.call(1, "test.later");
    stopped.clear();
    waiting.clear();
    const auto answer = talk.answer();
    EXPECT_EQ(answer["id"], 1);
    EXPECT_EQ(code_in(answer), -32603);
    EXPECT_EQ(talk.conversation->in_flight(), 0U);
}

TEST_F(RpcConversation, Deferred_AnsweredTwice_IsSentOnce) {
    talk.call(1, "test.later");
    answer_waiting(0);
    answer_waiting(0);
    EXPECT_EQ(talk.heard().size(), 1U);
}

TEST_F(RpcConversation, InFlight_ThirtyThird_IsRefusedAndTheRestGoesOn) {
    for (std::size_t n = 0; n < proto::kMaxInFlight; ++n) {
        talk.call(n, "test.later");
    }
    EXPECT_EQ(talk.conversation->in_flight(), proto::kMaxInFlight);
    talk.say(ping("refused"));
    const auto refused = talk.answer();
    EXPECT_EQ(refused["id"], "refused");
    EXPECT_EQ(code_in(refused), 1816);
    EXPECT_EQ(refused["error"]["data"]["subject"], "requestsInFlight");
    answer_waiting(5);
    EXPECT_EQ(talk.answer()["id"], 5);
    talk.say(ping("again"));
    EXPECT_EQ(code_in(talk.answer()), 0);
}

TEST_F(RpcConversation, InFlight_Notifications_CountAndAreDroppedBeyond) {
    for (std::size_t n = 0; n <= proto::kMaxInFlight; ++n) {
        talk.notify("test.later");
    }
    EXPECT_EQ(talk.conversation->in_flight(), proto::kMaxInFlight);
    EXPECT_EQ(waiting.size(), proto::kMaxInFlight);
    talk.say(ping(1));
    EXPECT_EQ(code_in(talk.answer()), 1816);
}

TEST_F(RpcConversation, InFlight_BatchMeetsTheLimit_OnlyTheRestIsRefused) {
    for (std::size_t n = 0; n < proto::kMaxInFlight - 1; ++n) {
        talk.call(n, "test.later");
    }
    talk.say(json::array({request("a", "test.later"), ping("b")}));
    answer_waiting(proto::kMaxInFlight - 1);
    const auto answers = talk.answer();
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers[0]["id"], "b");
    EXPECT_EQ(code_in(answers[0]), 1816);
    EXPECT_EQ(code_in(answers[1]), 0);
}

TEST_F(RpcConversation, Cancel_Watch_Answers1223Once) {
    talk.call(1, "broker.watch", {{"progressToken", 1}});
    talk.cancel(1);
    EXPECT_EQ(code_in(talk.answer()), 1223);
    talk.cancel(1);
    EXPECT_TRUE(talk.heard().empty());
}

TEST_F(RpcConversation, Cancel_CallThatGoesOn_IsToldOnce) {
    talk.call(1, "test.later");
    talk.cancel(1);
    talk.cancel(1);
    EXPECT_EQ(stopped, std::vector{StopReason::cancelled});
    answer_waiting(0);
    EXPECT_EQ(code_in(talk.answer()), 0) << "it finished before it could be stopped";
}

TEST_F(RpcConversation, Cancel_NumberAndText_AreDifferentIds) {
    talk.call("1", "test.later");
    talk.cancel(1);
    EXPECT_TRUE(stopped.empty());
    talk.cancel("1");
    EXPECT_EQ(stopped.size(), 1U);
}

TEST_F(RpcConversation, Cancel_UnknownOrMalformed_IsIgnored) {
    talk.call(1, "test.later");
    talk.cancel(2);
    talk.notify("$/cancelRequest");
    talk.notify("$/cancelRequest", {{"id", json::object()}});
    EXPECT_TRUE(stopped.empty());
    EXPECT_TRUE(talk.heard().empty());
}

TEST_F(RpcConversation, Cancel_SentAsARequest_IsNoMethod) {
    talk.call(1, "$/cancelRequest", {{"id", 2}});
    EXPECT_EQ(code_in(talk.answer()), -32601);
}

TEST_F(RpcConversation, CancelAll_EachRunningCallAnswers) {
    talk.call(1, "broker.watch", {{"progressToken", 1}});
    talk.call(2, "broker.watch", {{"progressToken", 2}});
    talk.call(3, "test.later");
    talk.conversation->cancel_all();
    const auto answers = talk.heard();
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(code_in(answers[0]), 1223);
    EXPECT_EQ(code_in(answers[1]), 1223);
    EXPECT_EQ(stopped, std::vector{StopReason::cancelled});
}

TEST_F(RpcConversation, Close_RunningCalls_AreToldAndTheirAnswersDropped) {
    talk.call(1, "test.later");
    talk.call(2, "broker.watch", {{"progressToken", 1}});
    talk.conversation->close();
    EXPECT_EQ(stopped, std::vector{StopReason::disconnected});
    answer_waiting(0);
    EXPECT_TRUE(talk.heard().empty());
    EXPECT_EQ(talk.conversation->in_flight(), 0U);
}

TEST_F(RpcConversation, Gone_LateAnswer_IsHarmless) {
    {
        Talk gone{dispatcher, caller(11)};
        gone.call(1, "test.later");
    }
    answer_waiting(0);
    EXPECT_EQ(stopped, std::vector{StopReason::disconnected});
}

TEST(RpcAnswerText, IsThatOfTheJsonValue) {
    const std::vector<proto::Response> responses{
        {std::int64_t{-5}, json{{"b", 1}, {"a", "\u00e4\"\\"}}},
        {std::string{"quo\"te"}, json::object()},
        {{}, core::Error{core::Code::invalid_handle, "why \xff", "params.session"}},
        {std::int64_t{1}, core::Error{core::Code::cancelled, "ended"}}};
    for (const auto& response : responses) {
        EXPECT_EQ(proto::dump(response), proto::dump(proto::to_json(response)));
    }
}

}  // namespace
