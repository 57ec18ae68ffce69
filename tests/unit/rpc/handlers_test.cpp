#include "rpc/handlers.hpp"

#include "proto/limits.hpp"
#include "proto/version.hpp"
#include "rpc_world.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace rmb;
using namespace rmb::test;
using nlohmann::json;

std::string token_text(std::uint32_t n) {
    return proto::write(token(n)).get<std::string>();
}

struct RpcHandlers : testing::Test, RpcWorld {
    Talk alice{dispatcher, caller(10)};
    Talk bob{dispatcher, caller(20, kBob)};
    Talk admin{dispatcher, administrator(30)};

    static json ask(Talk& who, std::string_view method, const json& params = json::object()) {
        who.call(1, method, params);
        return who.answer();
    }
    json start(Talk& who, std::uint32_t n) {
        return ask(who, "session.start", {{"flags", 0}, {"token", token_text(n)}});
    }
};

TEST_F(RpcHandlers, Hello_AgreesOnTheLowerProtocol) {
    EXPECT_EQ(ask(alice, "broker.hello")["result"]["protocol"], 1);
    EXPECT_EQ(ask(alice, "broker.hello", {{"protocol", 1}})["result"]["protocol"], 1);
    const auto newer = ask(alice, "broker.hello", {{"protocol", 99}, {"client", "c/1"}})["result"];
    EXPECT_EQ(newer["protocol"], proto::kProtocolVersion);
    EXPECT_EQ(newer["server"], "rmbroker/" + std::string{proto::kVersion});
}

TEST_F(RpcHandlers, Hello_ProtocolZero_IsRefused) {
    const auto answer = ask(alice, "broker.hello", {{"protocol", 0}});
    EXPECT_EQ(code_in(answer), -32602);
    EXPECT_EQ(answer["error"]["data"]["subject"], "params.protocol");
}

TEST_F(RpcHandlers, Hello_TellsFixedAndConfiguredLimits) {
    const auto limits = ask(alice, "broker.hello")["result"]["limits"];
    const auto value_of = [&](std::string_view name) -> json {
        for (const auto& limit : limits) {
            if (limit["name"] == name) {
                return limit["value"];
            }
        }
        return {};
    };
    EXPECT_EQ(value_of("frameBytes"), "16777216");
    EXPECT_EQ(value_of("sessionsPerUser"), "256");
    EXPECT_EQ(value_of("bytesPerUser"), "67108864");
    EXPECT_EQ(value_of("requestsInFlight"), "32");
}

TEST_F(RpcHandlers, StartJoinEnd_GoThroughToTheBroker) {
    const auto started = start(alice, 1)["result"];
    ASSERT_TRUE(started["key"].is_string());
    Talk other{dispatcher, caller(11)};
    const auto joined =
        ask(other, "session.join", {{"key", started["key"]}, {"token", token_text(1)}});
    ASSERT_EQ(code_in(joined), 0);
    EXPECT_EQ(ask(other, "session.end", {{"session", joined["result"]["session"]}})["result"],
              json::object());
    EXPECT_EQ(broker->session_count(), 1U);
    EXPECT_EQ(code_in(ask(alice, "session.end", {{"session", started["session"]}})), 0);
    EXPECT_EQ(broker->session_count(), 0U);
}

TEST_F(RpcHandlers, Start_NonZeroFlags_Is160) {
    EXPECT_EQ(code_in(ask(alice, "session.start", {{"flags", 1}, {"token", token_text(1)}})), 160);
}

TEST_F(RpcHandlers, End_BothOrNeither_IsRefused) {
    EXPECT_EQ(code_in(ask(alice, "session.end")), -32602);
    EXPECT_EQ(code_in(ask(alice, "session.end", {{"session", 1}, {"startToken", token_text(1)}})),
              -32602);
}

TEST_F(RpcHandlers, End_ByStartToken_EndsWhatTheStartMade) {
    ASSERT_EQ(code_in(start(alice, 1)), 0);
    EXPECT_EQ(code_in(ask(alice, "session.end", {{"startToken", token_text(1)}})), 0);
    EXPECT_EQ(broker->session_count(), 0U);
}

TEST_F(RpcHandlers, Join_AnotherUsersKey_Is1219) {
    const auto key = start(alice, 1)["result"]["key"];
    EXPECT_EQ(code_in(ask(bob, "session.join", {{"key", key}, {"token", token_text(1)}})), 1219);
}

TEST_F(RpcHandlers, Sessions_ShowNoKeyAndHideOthers) {
    const auto key = start(alice, 1)["result"]["key"].get<std::string>();
    const auto own = ask(alice, "broker.sessions");
    ASSERT_EQ(own["result"]["sessions"].size(), 1U);
    EXPECT_EQ(own["result"]["sessions"][0]["primary"]["pid"], 10);
    EXPECT_EQ(own["result"]["sessions"][0]["primary"]["startTime"], "1000");
    EXPECT_EQ(own.dump().find(key), std::string::npos);
    EXPECT_EQ(ask(bob, "broker.sessions")["result"],
              (json{{"sessions", json::array()}, {"hidden", 1}}));
    EXPECT_EQ(ask(admin, "broker.sessions")["result"]["sessions"].size(), 1U);
}

TEST_F(RpcHandlers, EndSession_OtherUser_Is2_AdministratorMay) {
    ASSERT_EQ(code_in(start(alice, 1)), 0);
    const auto hash = ask(alice, "broker.sessions")["result"]["sessions"][0]["hash"];
    EXPECT_EQ(code_in(ask(bob, "broker.endSession", {{"hash", hash}})), 2);
    EXPECT_EQ(code_in(ask(admin, "broker.endSession", {{"hash", hash}})), 0);
    EXPECT_EQ(broker->session_count(), 0U);
}

TEST_F(RpcHandlers, Status_CountsAndNamesProblems) {
    problems.push_back({"policy\\SessionsPerUser", "expected a number"});
    ASSERT_EQ(code_in(start(alice, 1)), 0);
    ASSERT_EQ(code_in(start(bob, 1)), 0);
    const auto status = ask(alice, "broker.status")["result"];
    EXPECT_EQ(status["pid"], kServicePid);
    EXPECT_EQ(status["sessions"], 2);
    EXPECT_EQ(status["ownSessions"], 1);
    EXPECT_EQ(status["processes"], 2);
    EXPECT_EQ(status["problems"][0]["where"], "policy\\SessionsPerUser");
}

TEST_F(RpcHandlers, Discover_ListsTheWholeTable) {
    const auto document = ask(alice, "rpc.discover")["result"];
    EXPECT_EQ(document["methods"].size(), std::tuple_size_v<proto::MethodTable>);
}

TEST_F(RpcHandlers, Watch_TokenOfAnotherType_IsRefused) {
    EXPECT_EQ(code_in(ask(alice, "broker.watch", {{"progressToken", true}})), -32602);
    EXPECT_EQ(code_in(ask(alice, "broker.watch", {{"progressToken", 1.5}})), -32602);
    EXPECT_EQ(code_in(ask(alice, "broker.watch")), -32602);
}

TEST_F(RpcHandlers, Watch_TellsChangesUntilCancelled) {
    admin.call("w", "broker.watch", {{"progressToken", "p"}});
    EXPECT_TRUE(admin.heard().empty());
    ASSERT_EQ(code_in(start(alice, 1)), 0);
    const auto event = admin.answer();
    EXPECT_EQ(event["method"], "$/progress");
    EXPECT_EQ(event["params"]["token"], "p");
    EXPECT_EQ(event["params"]["value"]["event"], "started");
    EXPECT_EQ(event["params"]["value"]["pid"], 10);
    admin.cancel("w");
    EXPECT_EQ(code_in(admin.answer()), 1223);
    ASSERT_EQ(code_in(start(alice, 2)), 0);
    EXPECT_TRUE(admin.heard().empty());
}

TEST_F(RpcHandlers, Watch_PeerGone_SubscriptionEnds) {
    admin.call("w", "broker.watch", {{"progressToken", "p"}});
    admin.conversation->close();
    ASSERT_EQ(code_in(start(alice, 1)), 0);
    EXPECT_TRUE(admin.heard().empty());
    EXPECT_EQ(admin.conversation->in_flight(), 0U);
}

}  // namespace
