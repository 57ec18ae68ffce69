#include "rpc/list_handler.hpp"

#include "rpc_tasks_world.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace rmb;
using namespace rmb::test;
using nlohmann::json;

struct RpcList : testing::Test, RpcTasksWorld {
    json list(std::uint32_t session, bool files = false) {
        return ask(alice, "session.list", {{"session", session}, {"files", files}});
    }

    Talk alice{dispatcher, with_rights(caller(10))};
    Talk second{dispatcher, with_rights(caller(10))};
};

TEST_F(RpcList, Holder_IsToldWithoutItsFilesUnlessAsked) {
    machine.run(Kind::gui, 77);
    const auto session = start_about_file(alice);
    const auto answer = list(session)["result"];
    EXPECT_EQ(answer["rebootReasons"], 0);
    EXPECT_EQ(answer["hidden"], 0);
    ASSERT_EQ(answer["processes"].size(), 1U);
    const auto& told = answer["processes"][0];
    EXPECT_EQ(told["pid"], 77);
    EXPECT_EQ(told["startTime"], "1000");
    EXPECT_EQ(told["type"], 1);
    EXPECT_EQ(told["status"], 1);
    EXPECT_EQ(told["windowsSession"], 1);
    EXPECT_EQ(told["restartable"], true);
    EXPECT_EQ(told["service"], "");
    EXPECT_EQ(told["program"], "");
    EXPECT_TRUE(told["files"].empty());

    const auto full = list(session, true)["result"]["processes"][0];
    EXPECT_EQ(full["program"], "/bin/77");
    EXPECT_EQ(full["files"], (json::array({{{"file", FakePrograms::kFile}, {"how", "handle"}}})));
}

TEST_F(RpcList, HolderThatMayNotBeQueried_IsOnlyCounted) {
    const auto key = machine.run(Kind::gui, 77).key;
    machine.system.protected_processes.insert(key);
    const auto answer = list(start_about_file(alice))["result"];
    EXPECT_EQ(answer["hidden"], 1);
    EXPECT_TRUE(answer["processes"].empty());
    EXPECT_EQ(answer["rebootReasons"], 1);
}

TEST_F(RpcList, NothingRegistered_IsEmpty) {
    const auto started = ask(alice, "session.start", {{"flags", 0}, {"token", token_text(1)}});
    EXPECT_EQ(list(started["result"]["session"].get<std::uint32_t>())["result"],
              (json{{"processes", json::array()}, {"rebootReasons", 0}, {"hidden", 0}}));
}

TEST_F(RpcList, StrangerOrSecondary_IsRefused) {
    const auto session = start_about_file(alice);
    Talk other{dispatcher, with_rights(caller(11))};
    EXPECT_EQ(code_in(ask(other, "session.list", {{"session", session}})), 6);
    const auto started = ask(alice, "session.start", {{"flags", 0}, {"token", token_text(5)}});
    const auto joined =
        ask(other, "session.join",
            {{"key", started["result"]["key"]}, {"token", token_text(6)}})["result"]["session"];
    EXPECT_EQ(code_in(ask(other, "session.list", {{"session", joined}})), 1219);
}

TEST_F(RpcList, MoreThanOneAnswerCanHave_IsRefusedNotCut) {
    const auto key = machine.run(Kind::gui, 77).key;
    machine.system.details_of[key].friendly_name = std::string(4'000'000, 'n');
    const auto refused = list(start_about_file(alice), true);
    EXPECT_EQ(code_in(refused), 1816);
    EXPECT_EQ(refused["error"]["data"]["subject"], "params.files");
}

TEST_F(RpcList, CancelledOrCancelledFromElsewhere_IsAnsweredAtOnceAndTheSessionIsFreeAgain) {
    machine.run(Kind::gui, 77);
    const auto session = start_about_file(alice);
    const auto before = bytes_left(kAlice);
    hold_at("look 77");
    alice.call(1, "session.list", {{"session", session}});
    ASSERT_TRUE(pump_until([&] { return gate.is_reached(); }));
    EXPECT_EQ(code_in(ask(second, "session.cancel", {{"session", session}})), 0);
    EXPECT_EQ(code_in(alice.answer()), 1223);
    second.call(2, "session.list", {{"session", session}});
    alice.call(3, "session.list", {{"session", session}});
    alice.cancel(3);
    EXPECT_EQ(code_in(alice.answer()), 1223) << "while it waits for its turn";
    gate.open();
    EXPECT_EQ(code_in(response(second)), 0);
    EXPECT_TRUE(pump_until([&] { return bytes_left(kAlice) == before; }));
}

TEST_F(RpcList, LostConnection_StopsIt) {
    machine.run(Kind::gui, 77);
    const auto session = start_about_file(alice);
    hold_at("look 77");
    alice.call(1, "session.list", {{"session", session}});
    ASSERT_TRUE(pump_until([&] { return gate.is_reached(); }));
    alice.conversation->close();
    gate.open();
    EXPECT_EQ(code_in(ask(second, "session.list", {{"session", session}})), 0);
}

}  // namespace
