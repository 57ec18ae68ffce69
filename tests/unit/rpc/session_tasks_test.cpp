#include "rpc/session_tasks.hpp"

#include "proto/limits.hpp"
#include "rpc_tasks_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace {

using namespace rmb;
using namespace rmb::test;
using nlohmann::json;

struct RpcSessionTasks : testing::Test, RpcTasksWorld {
    RpcSessionTasks() {
        machine.run(Kind::gui, 77);
        session = start_about_file(alice);
    }

    json shut_down(Talk& who, std::uint32_t n, std::uint32_t flags = 0) {
        return ask(who, "session.shutdown", task(session, n, flags));
    }
    json restart(Talk& who, std::uint32_t n, std::uint32_t flags = 0) {
        return ask(who, "session.restart", task(session, n, flags));
    }
    [[nodiscard]] bool begin_held(Talk& who, std::uint32_t n, json params = json::object()) {
        params.update(task(session, n));
        return begin_until_77_is_asked(who, params);
    }
    std::uint32_t status() {
        const auto answer = ask(alice, "session.list", {{"session", session}});
        return answer["result"]["processes"][0]["status"].get<std::uint32_t>();
    }
    /// Of the progress that `who` was told with that token.
    static std::vector<std::uint32_t> percents(const Talk& who, const json& progress_token) {
        std::vector<std::uint32_t> all;
        for (const auto& message : who.sent) {
            if (message.value("method", "") == "$/progress" &&
                message["params"]["token"] == progress_token) {
                all.push_back(message["params"]["value"]["percent"].get<std::uint32_t>());
            }
        }
        return all;
    }
    static void expect_rising(const std::vector<std::uint32_t>& percents) {
        ASSERT_FALSE(percents.empty());
        EXPECT_LE(percents.back(), 100U);
        for (std::size_t n = 1; n < percents.size(); ++n) {
            EXPECT_LT(percents[n - 1], percents[n]);
        }
    }

    Talk alice{dispatcher, with_rights(caller(10))};
    Talk second{dispatcher, with_rights(caller(10))};
    std::uint32_t session = 0;
};

TEST_F(RpcSessionTasks, Shutdown_StopsAndRestart_StartsAgain) {
    EXPECT_EQ(status(), core::app_status::kRunning);
    EXPECT_EQ(shut_down(alice, 1)["result"], json::object());
    EXPECT_FALSE(machine.runs(77));
    EXPECT_NE(status() & core::app_status::kStopped, 0U);
    EXPECT_EQ(restart(alice, 2)["result"], json::object());
    EXPECT_EQ(machine.count("release"), 1U);
    EXPECT_NE(status() & core::app_status::kRestarted, 0U);
}

TEST_F(RpcSessionTasks, EachTask_IsAuditedWithCounts) {
    shut_down(alice, 1);
    restart(alice, 2);
    ASSERT_EQ(audit.count("session.shutdown"), 1U);
    ASSERT_EQ(audit.count("session.restart"), 1U);
    const auto& events = audit.events;
    const auto stopped =
        std::ranges::find(events, "session.shutdown", &RecordingAudit::Event::action);
    EXPECT_EQ(stopped->detail, "stopped:1,ms:0");
    EXPECT_EQ(stopped->outcome, core::Code::ok);
    EXPECT_EQ(stopped->user, kAlice);
    EXPECT_EQ(stopped->process.pid, 10U);
    EXPECT_FALSE(stopped->session.empty());
    EXPECT_EQ(events.back().detail, "restarted:1,ms:0");
}

TEST_F(RpcSessionTasks, Restart_BeforeAnyShutdown_Is776) {
    EXPECT_EQ(code_in(restart(alice, 1)), 776);
    EXPECT_EQ(code_in(shut_down(alice, 2)), 0);
    EXPECT_EQ(code_in(restart(alice, 1)), 0) << "what was refused was not the token's one task";
}

TEST_F(RpcSessionTasks, Restart_AfterAShutdownThatStoppedNothing_IsSuccess) {
    machine.end({77, FakePrograms::kStartTime});
    EXPECT_EQ(code_in(shut_down(alice, 1)), 0);
    EXPECT_EQ(code_in(restart(alice, 2)), 0);
}

TEST_F(RpcSessionTasks, UnknownFlags_Are160) {
    for (const auto flags : {2U, 0x20U, 0x12U, 0x8000'0001U}) {
        const auto refused = shut_down(alice, 1, flags);
        EXPECT_EQ(code_in(refused), 160) << flags;
        EXPECT_EQ(refused["error"]["data"]["subject"], "params.flags");
    }
    EXPECT_EQ(code_in(restart(alice, 1, 1)), 160);
    EXPECT_TRUE(machine.runs(77));
}

TEST_F(RpcSessionTasks, OnlyRegistered_OneIsNot_Is351AndNothingIsTouched) {
    machine.details(77).restart.reset();
    EXPECT_EQ(code_in(shut_down(alice, 1, 0x10)), 351);
    EXPECT_TRUE(machine.runs(77));
    EXPECT_EQ(code_in(shut_down(alice, 2, 0)), 0);
}

TEST_F(RpcSessionTasks, ProgressToken_OfAnotherType_IsRefused) {
    for (const auto& wrong : {json(true), json(1.5), json::object()}) {
        auto params = task(session, 1);
        params["progressToken"] = wrong;
        EXPECT_EQ(code_in(ask(alice, "session.shutdown", params)), -32602);
    }
    EXPECT_TRUE(machine.runs(77));
}

TEST_F(RpcSessionTasks, Progress_RisesStrictly) {
    auto params = task(session, 1);
    params["progressToken"] = "p";
    EXPECT_EQ(code_in(ask(alice, "session.shutdown", params)), 0);
    expect_rising(percents(alice, "p"));
    EXPECT_EQ(percents(alice, "p").size(), alice.sent.size());
}

TEST_F(RpcSessionTasks, WithoutProgressToken_NoneIsTold) {
    EXPECT_EQ(code_in(shut_down(alice, 1)), 0);
    EXPECT_TRUE(alice.heard().empty());
}

TEST_F(RpcSessionTasks, RepeatOfAFinishedTask_GetsItsOutcome) {
    EXPECT_EQ(code_in(shut_down(alice, 1)), 0);
    EXPECT_EQ(code_in(shut_down(second, 1)), 0);
    EXPECT_EQ(machine.count("ask"), 1U);
    EXPECT_EQ(audit.count("session.shutdown"), 1U);
}

TEST_F(RpcSessionTasks, RepeatOfAFailedTask_GetsItsError) {
    machine.run(Kind::vetoing, 78);
    const auto failed = shut_down(alice, 1);
    EXPECT_EQ(code_in(failed), 351);
    EXPECT_EQ(shut_down(second, 1), failed);
    EXPECT_EQ(audit.count("session.shutdown"), 1U);
}

TEST_F(RpcSessionTasks, TokenOfAnotherTask_IsRefused) {
    ASSERT_TRUE(begin_held(alice, 1));
    EXPECT_EQ(code_in(shut_down(second, 1, 1)), -32602) << "of the one that runs";
    EXPECT_EQ(code_in(restart(second, 1)), -32602);
    gate.open();
    EXPECT_EQ(code_in(response(alice)), 0);
    const auto refused = restart(alice, 1);
    EXPECT_EQ(code_in(refused), -32602) << "of the one that has finished";
    EXPECT_EQ(refused["error"]["data"]["subject"], "params.token");
    EXPECT_EQ(code_in(restart(alice, 2)), 0);
}

TEST_F(RpcSessionTasks, RepeatOfARunningTask_JoinsItAndItsProgress) {
    ASSERT_TRUE(begin_held(alice, 1, {{"progressToken", "first"}}));
    auto params = task(session, 1);
    params["progressToken"] = "second";
    second.call(5, "session.shutdown", params);
    EXPECT_TRUE(second.heard().empty());
    gate.open();
    EXPECT_EQ(code_in(response(alice)), 0);
    EXPECT_EQ(code_in(response(second)), 0);
    EXPECT_EQ(machine.count("ask"), 1U);
    expect_rising(percents(alice, "first"));
    expect_rising(percents(second, "second"));
    EXPECT_TRUE(percents(second, "first").empty());
}

TEST_F(RpcSessionTasks, LostConnection_DoesNotEndIt_TheRepeatGetsItsOutcome) {
    ASSERT_TRUE(begin_held(alice, 1));
    alice.conversation->close();
    second.call(5, "session.shutdown", task(session, 1));
    gate.open();
    EXPECT_EQ(code_in(response(second)), 0);
    EXPECT_FALSE(machine.runs(77));
    Talk third{dispatcher, with_rights(caller(10))};
    EXPECT_EQ(code_in(shut_down(third, 1)), 0);
    EXPECT_EQ(machine.count("ask"), 1U);
}

TEST_F(RpcSessionTasks, CancelFromAnotherConnection_Is1223WhileItsCurrentStepGoesOn) {
    ASSERT_TRUE(begin_held(alice, 1));
    EXPECT_EQ(ask(second, "session.cancel", {{"session", session}})["result"], json::object());
    EXPECT_EQ(code_in(alice.answer()), 1223);
    alice.call(2, "session.shutdown", task(session, 2));
    pump_ready();
    EXPECT_TRUE(alice.heard().empty()) << "the session is free when the step has ended";
    EXPECT_TRUE(machine.runs(77));
    gate.open();
    EXPECT_EQ(code_in(response(alice)), 0);
    EXPECT_FALSE(machine.runs(77));
    EXPECT_EQ(audit.count("session.shutdown"), 2U);
}

TEST_F(RpcSessionTasks, CancelOfARestart_Is1223WhileItsCurrentStepGoesOn) {
    EXPECT_EQ(code_in(shut_down(alice, 1)), 0);
    hold_at("starting 1");
    alice.call(2, "session.restart", task(session, 2));
    ASSERT_TRUE(pump_until([&] { return gate.is_reached(); }));
    EXPECT_EQ(code_in(ask(second, "session.cancel", {{"session", session}})), 0);
    EXPECT_EQ(code_in(alice.answer()), 1223);
    gate.open();
}

TEST_F(RpcSessionTasks, CancelRequest_Is1223ForAllWhoWait) {
    ASSERT_TRUE(begin_held(alice, 1));
    second.call(5, "session.shutdown", task(session, 1));
    second.cancel(5);
    EXPECT_EQ(code_in(alice.answer()), 1223);
    EXPECT_EQ(code_in(second.answer()), 1223);
    gate.open();
}

TEST_F(RpcSessionTasks, RepeatOfACancelledTask_GetsWhatCameOfIt) {
    ASSERT_TRUE(begin_held(alice, 1));
    EXPECT_EQ(code_in(ask(second, "session.cancel", {{"session", session}})), 0);
    EXPECT_EQ(code_in(alice.answer()), 1223);
    second.call(5, "session.shutdown", task(session, 1));
    pump_ready();
    EXPECT_TRUE(second.heard().empty());
    gate.open();
    EXPECT_EQ(code_in(response(second)), 1223);
    EXPECT_TRUE(machine.runs(77));
    EXPECT_EQ(code_in(shut_down(second, 1)), 1223) << "and it is not run again";
    EXPECT_EQ(audit.count("session.shutdown"), 1U);
}

TEST_F(RpcSessionTasks, CancelRequestOfOneThatWaitsForItsTurn_IsAnsweredAtOnce) {
    ASSERT_TRUE(begin_held(alice, 1));
    second.call(5, "session.shutdown", task(session, 2));
    second.cancel(5);
    EXPECT_EQ(code_in(second.answer()), 1223);
    gate.open();
    EXPECT_EQ(code_in(response(alice)), 0);
    pump_ready();
    EXPECT_EQ(audit.count("session.shutdown"), 1U);
}

TEST_F(RpcSessionTasks, WaitPastTheDeadline_Is121AndTheTokenIsFreeAgain) {
    ASSERT_TRUE(begin_held(alice, 1));
    second.call(5, "session.restart", task(session, 2));
    clock.advance(proto::kTurnDeadline);
    EXPECT_EQ(code_in(second.answer()), 121);
    gate.open();
    EXPECT_EQ(code_in(response(alice)), 0);
    EXPECT_EQ(code_in(restart(second, 2)), 0);
}

TEST_F(RpcSessionTasks, EndOfTheSession_StopsTheTaskAndForgetsItsOutcome) {
    ASSERT_TRUE(begin_held(alice, 1));
    second.call(5, "session.end", {{"session", session}});
    EXPECT_EQ(code_in(alice.answer()), 1223);
    EXPECT_TRUE(second.heard().empty()) << "until the current step has ended";
    gate.open();
    EXPECT_EQ(code_in(response(second)), 0);
    EXPECT_EQ(broker->session_count(), 0U);
    EXPECT_EQ(code_in(shut_down(second, 1)), 6);
}

TEST_F(RpcSessionTasks, DeathOfThePrimary_StopsTheTask) {
    ASSERT_TRUE(begin_held(alice, 1));
    processes.kill(10);
    EXPECT_EQ(broker->session_count(), 1U) << "until the current step has ended";
    gate.open();
    EXPECT_TRUE(pump_until([&] { return broker->session_count() == 0; }));
    EXPECT_TRUE(machine.runs(77));
}

TEST_F(RpcSessionTasks, StrangerOrSecondary_IsRefused) {
    Talk other{dispatcher, with_rights(caller(11))};
    EXPECT_EQ(code_in(shut_down(other, 1)), 6);
    const auto started = ask(alice, "session.start", {{"flags", 0}, {"token", token_text(5)}});
    const auto joined =
        ask(other, "session.join",
            {{"key", started["result"]["key"]}, {"token", token_text(6)}})["result"]["session"];
    EXPECT_EQ(code_in(ask(other, "session.shutdown", task(joined.get<std::uint32_t>(), 1))), 1219);
    EXPECT_EQ(code_in(ask(other, "session.restart", task(joined.get<std::uint32_t>(), 1))), 1219);
}

TEST_F(RpcSessionTasks, LedgerThatCannotBeStored_Is29AndNothingIsStopped) {
    store.refuse_next();
    EXPECT_EQ(code_in(shut_down(alice, 1)), 29);
    EXPECT_TRUE(machine.runs(77));
    EXPECT_EQ(code_in(shut_down(alice, 2)), 0);
}

TEST_F(RpcSessionTasks, Unregistered_IsStartedAgainAsTheSettingSays) {
    machine.details(77).restart.reset();
    EXPECT_EQ(code_in(shut_down(alice, 1)), 0);
    EXPECT_EQ(code_in(restart(alice, 2)), 0);
    EXPECT_EQ(machine.count("release"), 0U);
    config.restart_unregistered = 1;
    EXPECT_EQ(code_in(restart(alice, 3)), 0);
    EXPECT_EQ(machine.count("release"), 1U);
}

TEST_F(RpcSessionTasks, WaitingTask_IsChargedUntilItIsDone) {
    ASSERT_TRUE(begin_held(alice, 1));
    const auto before = bytes_left(kAlice);
    second.call(5, "session.shutdown", task(session, 2));
    second.cancel(5);
    EXPECT_EQ(code_in(second.answer()), 1223);
    EXPECT_EQ(bytes_left(kAlice), before - rpc::kTaskCost);
    const auto rest = accounts->charge_bytes(std::string{kAlice}, bytes_left(kAlice));
    ASSERT_TRUE(rest);
    EXPECT_EQ(code_in(shut_down(second, 3)), 14);
}

}  // namespace
