#include "rpc/ledger_tasks.hpp"

#include "rpc_tasks_world.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace {

using namespace rmb;
using namespace rmb::test;
using nlohmann::json;

struct RpcLedgerTasks : testing::Test, RpcTasksWorld {
    RpcLedgerTasks() {
        machine.run(Kind::gui, 77);
        machine.run_service("spooler", 88);
        session = start_about_file(alice);
    }

    void stop_programs() {
        EXPECT_EQ(code_in(ask(alice, "session.shutdown", task(session, 1))), 0);
        EXPECT_FALSE(machine.runs(77));
        EXPECT_FALSE(machine.service_runs("spooler"));
    }
    void installer_dies() {
        processes.kill(10);
        pump_ready();
    }
    json ledgers(Talk& who) {
        return ask(who, "broker.ledgers")["result"]["ledgers"];
    }
    json restart_ledger(Talk& who, const json& hash) {
        return ask(who, "broker.restartLedger", {{"hash", hash}});
    }
    json hash() {
        return ledgers(admin).at(0)["hash"];
    }
    [[nodiscard]] bool pump_until_restarted() {
        return pump_until([&] { return audit.count("broker.restartLedger") == 1; });
    }

    Talk alice{dispatcher, with_rights(caller(10))};
    Talk other{dispatcher, with_rights(caller(11))};
    Talk bob{dispatcher, with_rights(caller(20, kBob))};
    Talk admin{dispatcher, with_rights(administrator(30))};
    std::uint32_t session = 0;
};

TEST_F(RpcLedgerTasks, Ledger_TellsWhatWasStopped_WithoutCommandLines) {
    EXPECT_EQ(ledgers(other), json::array());
    stop_programs();
    const auto shown = ledgers(other);
    ASSERT_EQ(shown.size(), 1U);
    EXPECT_EQ(shown[0]["user"], kAlice);
    EXPECT_EQ(shown[0]["windowsSession"], 1);
    EXPECT_EQ(shown[0]["begun"], std::to_string(clock.wall_clock_ms()));
    EXPECT_EQ(shown[0]["orphan"], false);
    EXPECT_EQ(shown[0]["installerPid"], 10);
    EXPECT_EQ(shown[0]["installer"], "C:\\Setup\\10.exe");
    ASSERT_EQ(shown[0]["entries"].size(), 2U);
    const auto& program = shown[0]["entries"][0];
    EXPECT_EQ(program["pid"], 77);
    EXPECT_EQ(program["program"], "/bin/77");
    EXPECT_EQ(program["type"], 1);
    EXPECT_EQ(program["stage"], "stopped");
    EXPECT_EQ(program["startedPid"], 0);
    EXPECT_EQ(shown[0]["entries"][1]["service"], "spooler");
    EXPECT_EQ(shown.dump().find("as it was typed"), std::string::npos);
    EXPECT_EQ(ask(other, "broker.session", {{"hash", shown[0]["hash"]}})["result"]["ledger"],
              shown);
}

TEST_F(RpcLedgerTasks, Ledger_IsForItsOwnerAndAdministrators) {
    stop_programs();
    EXPECT_EQ(ledgers(bob), json::array());
    EXPECT_EQ(ledgers(admin).size(), 1U);
    installer_dies();
    EXPECT_EQ(code_in(restart_ledger(bob, hash())), 2);
    EXPECT_FALSE(machine.service_runs("spooler"));
}

TEST_F(RpcLedgerTasks, EndOfTheSession_DropsItsLedger) {
    stop_programs();
    EXPECT_EQ(code_in(ask(alice, "session.end", {{"session", session}})), 0);
    EXPECT_EQ(ledgers(admin), json::array());
    EXPECT_FALSE(machine.service_runs("spooler")) << "the installer decided";
}

TEST_F(RpcLedgerTasks, Restart_WhileTheInstallerLives_Is160) {
    stop_programs();
    const auto refused = restart_ledger(other, hash());
    EXPECT_EQ(code_in(refused), 160);
    EXPECT_EQ(refused["error"]["data"]["subject"], "params.hash");
    EXPECT_FALSE(machine.service_runs("spooler"));
}

TEST_F(RpcLedgerTasks, Restart_OfAnOrphan_StartsAllAndTheLedgerIsGone) {
    stop_programs();
    installer_dies();
    ASSERT_EQ(ledgers(other).size(), 1U);
    EXPECT_EQ(ledgers(other)[0]["orphan"], true);
    EXPECT_FALSE(machine.service_runs("spooler")) << "nothing is started by itself";

    const auto answer = restart_ledger(other, hash())["result"];
    ASSERT_EQ(answer["entries"].size(), 2U);
    EXPECT_EQ(answer["entries"][0]["stage"], "restarted");
    EXPECT_NE(answer["entries"][0]["startedPid"], 0);
    EXPECT_EQ(answer["entries"][1]["stage"], "restarted");
    EXPECT_TRUE(machine.service_runs("spooler"));
    EXPECT_EQ(machine.count("release"), 1U);
    EXPECT_EQ(ledgers(admin), json::array());
    EXPECT_EQ(audit.events.back().action, "broker.restartLedger");
    EXPECT_EQ(audit.events.back().process.pid, 11U);
    EXPECT_EQ(audit.events.back().detail, "restarted:2,ms:0");
}

TEST_F(RpcLedgerTasks, Restart_ProgramThatHadNotRegistered_IsStartedSinceSomebodyAsks) {
    machine.details(77).restart.reset();
    machine.details(77).command_line = R"("/bin/77" as it ran)";
    stop_programs();
    installer_dies();
    EXPECT_EQ(code_in(restart_ledger(other, hash())), 0);
    EXPECT_EQ(machine.starts[R"("/bin/77" as it ran)"], 1);
    EXPECT_EQ(ledgers(admin), json::array());
}

TEST_F(RpcLedgerTasks, Restart_OneFails_Is352AndStaysOwed) {
    stop_programs();
    installer_dies();
    machine.refused["start"] = {core::Code::access_denied, "not today"};
    EXPECT_EQ(code_in(restart_ledger(other, hash())), 352);
    ASSERT_EQ(ledgers(other).size(), 1U);
    EXPECT_EQ(ledgers(other)[0]["entries"][1]["stage"], "failed");
    machine.refused.clear();
    EXPECT_EQ(code_in(restart_ledger(admin, hash())), 0);
    EXPECT_EQ(machine.count("release"), 1U) << "what had been started is not started again";
    EXPECT_EQ(ledgers(admin), json::array());
}

TEST_F(RpcLedgerTasks, Restart_WhileItIsBeingRestarted_Is121) {
    stop_programs();
    installer_dies();
    hold_at("start spooler");
    other.call(5, "broker.restartLedger", {{"hash", hash()}});
    ASSERT_TRUE(pump_until([&] { return gate.is_reached(); }));
    EXPECT_EQ(code_in(restart_ledger(admin, hash())), 121);
    gate.open();
    EXPECT_EQ(code_in(response(other)), 0);
}

TEST_F(RpcLedgerTasks, Restart_Cancelled_Is1223_LostConnectionDoesNotEndIt) {
    stop_programs();
    installer_dies();
    hold_at("start spooler");
    other.call(5, "broker.restartLedger", {{"hash", hash()}});
    ASSERT_TRUE(pump_until([&] { return gate.is_reached(); }));
    other.cancel(5);
    EXPECT_EQ(code_in(other.answer()), 1223) << "while the current step goes on";
    EXPECT_EQ(code_in(restart_ledger(other, hash())), 121);
    gate.open();
    ASSERT_TRUE(pump_until_restarted());
    EXPECT_EQ(machine.count("release"), 0U);
    other.call(6, "broker.restartLedger", {{"hash", hash()}});
    other.conversation->close();
    EXPECT_TRUE(pump_until([&] { return audit.count("broker.restartLedger") == 2; }));
    EXPECT_EQ(machine.count("release"), 1U);
}

TEST_F(RpcLedgerTasks, Restart_HashOfNothing_Is2_TooShort_Is160) {
    EXPECT_EQ(code_in(restart_ledger(other, "abcdef")), 2);
    EXPECT_EQ(code_in(restart_ledger(other, "a")), 160);
}

TEST_F(RpcLedgerTasks, OnInstallerDeathAll_StartsAllByItself) {
    config.on_installer_death = "all";
    stop_programs();
    installer_dies();
    ASSERT_TRUE(pump_until_restarted());
    EXPECT_TRUE(machine.service_runs("spooler"));
    EXPECT_EQ(machine.count("release"), 1U);
    EXPECT_EQ(ledgers(admin), json::array());
    EXPECT_EQ(audit.events.back().process.pid, 10U) << "with the rights of the installer";
}

TEST_F(RpcLedgerTasks, OnInstallerDeathServices_StartsServicesAndKeepsTheRest) {
    config.on_installer_death = "services";
    stop_programs();
    installer_dies();
    ASSERT_TRUE(pump_until_restarted());
    EXPECT_TRUE(machine.service_runs("spooler"));
    EXPECT_EQ(machine.count("release"), 0U);
    EXPECT_EQ(ledgers(admin).size(), 1U);
}

TEST_F(RpcLedgerTasks, OnInstallerDeath_DeathInTheMiddleOfAShutdown_StartsWhatWasStopped) {
    config.on_installer_death = "all";
    hold_at("stop spooler");
    alice.call(1, "session.shutdown", task(session, 1));
    ASSERT_TRUE(pump_until([&] { return gate.is_reached(); }));
    processes.kill(10);
    gate.open();
    ASSERT_TRUE(pump_until_restarted());
    EXPECT_EQ(machine.count("release"), 1U);
    EXPECT_TRUE(machine.service_runs("spooler"));
}

TEST_F(RpcLedgerTasks, SessionEndedByAnother_IsListedAndStartedWhenAsked) {
    config.on_installer_death = "all";
    stop_programs();
    EXPECT_EQ(code_in(ask(admin, "broker.endSession", {{"hash", hash()}})), 0);
    installer_dies();
    EXPECT_EQ(audit.count("broker.restartLedger"), 0U) << "the policy is about deaths";
    ASSERT_EQ(ledgers(other).size(), 1U);
    EXPECT_EQ(ledgers(other)[0]["orphan"], true);
    EXPECT_EQ(code_in(restart_ledger(other, hash())), 0);
    EXPECT_TRUE(machine.service_runs("spooler"));
    EXPECT_EQ(ledgers(admin), json::array());
}

TEST_F(RpcLedgerTasks, OnInstallerDeath_SessionEndedBefore_StartsNothing) {
    config.on_installer_death = "all";
    stop_programs();
    EXPECT_EQ(code_in(ask(alice, "session.end", {{"session", session}})), 0);
    installer_dies();
    EXPECT_EQ(audit.count("broker.restartLedger"), 0U);
    EXPECT_FALSE(machine.service_runs("spooler"));
}

}  // namespace
