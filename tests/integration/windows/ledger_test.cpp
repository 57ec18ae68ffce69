#include "harness/five_programs.hpp"
#include "harness/run_program.hpp"

#include <algorithm>
#include <string>

/// The installer is killed between stopping and starting, the service at any time: nothing is lost,
/// nothing is started twice.
namespace rmb::e2e {
namespace {

class Ledger : public FivePrograms {
protected:
    void kill_and_start_service() {
        scm_.kill();
        scm_.start();
    }
};

TEST_F(Ledger, InstallerKilled_AfterTheShutdown_NothingIsStartedBeforeSomebodySaysSo) {
    ASSERT_EQ(installer_->shut_down().code, 0U);
    kill_installer();
    const auto hash = ledger_hash();
    const auto shown = run_rmbctl("ledger");
    EXPECT_EQ(shown.code, 0U) << shown.text;
    EXPECT_NE(shown.text.find(hash.substr(0, 4)), std::string::npos) << shown.text;
    EXPECT_NE(shown.text.find("RmbBase"), std::string::npos) << shown.text;
    for (const auto* name : kNames) {
        EXPECT_EQ(report_.starts_of(name).size(), 1U) << name;
    }
    const auto started = run_rmbctl("restart " + hash);
    EXPECT_EQ(started.code, 0U) << started.text;
    expect_starts(2);
    EXPECT_TRUE(broker().ledgers().empty());
    EXPECT_EQ(run_rmbctl("restart " + hash).code, 1U) << "there is nothing more to start";
}

TEST_F(Ledger, InstallerKilled_ServiceToo_TheLedgerIsStillThere) {
    ASSERT_EQ(installer_->shut_down().code, 0U);
    scm_.kill();
    installer_->child().kill();
    scm_.start();
    ASSERT_TRUE(has_sessions(0));
    const auto started = run_rmbctl("restart " + ledger_hash());
    EXPECT_EQ(started.code, 0U) << started.text;
    expect_starts(2);
}

TEST_F(Ledger, InstallerKilled_PolicyAll_AllIsStarted) {
    set_value(kPolicyKey, L"OnInstallerDeath", std::wstring{L"all"});
    reload();
    ASSERT_EQ(installer_->shut_down().code, 0U);
    installer_->child().kill();
    expect_starts(2);
    EXPECT_TRUE(eventually([this] { return broker().ledgers().empty(); }));
}

TEST_F(Ledger, InstallerKilled_PolicyServices_OnlyTheServiceIsStarted) {
    set_value(kPolicyKey, L"OnInstallerDeath", std::wstring{L"services"});
    reload();
    ASSERT_EQ(installer_->shut_down().code, 0U);
    installer_->child().kill();
    ASSERT_TRUE(report_.wait_for("RmbBase started", 2)) << report_.all();
    // It is over: a test's end that stops the service on its way would have SCM wait for that.
    EXPECT_TRUE(eventually([this] {
        const auto ledgers = broker().ledgers();
        return std::ranges::any_of(ledgers.at(0).entries, [](const proto::LedgerEntryInfo& entry) {
            return entry.service == "RmbBase" && entry.stage == "restarted";
        });
    }));
    ASSERT_TRUE(has_sessions(0));
    EXPECT_EQ(report_.starts_of("one").size(), 1U);
    EXPECT_EQ(ledger_hash().empty(), false) << "the programs are owed still";
}

TEST_F(Ledger, ServiceKilled_BetweenStopAndStart_TheInstallerGoesOn) {
    ASSERT_EQ(installer_->shut_down().code, 0U);
    kill_and_start_service();
    EXPECT_EQ(installer_->restart().code, 0U);
    expect_starts(2);
}

/// The service is killed when the programs have written so many lines since the call began.
class LedgerKilledAt : public Ledger, public testing::WithParamInterface<std::size_t> {};

TEST_P(LedgerKilledAt, Shutdown_TheCallSucceedsAndAllStopOnce) {
    const auto before = report_.lines().size();
    installer_->begin_shutdown();
    wait_for_lines(before + GetParam());
    kill_and_start_service();
    EXPECT_EQ(installer_->finish_task().code, 0U);
    EXPECT_TRUE(is_free(file_));
    expect_starts(1);
    EXPECT_EQ(installer_->restart().code, 0U);
    expect_starts(2);
}

TEST_P(LedgerKilledAt, Restart_TheCallSucceedsAndAllStartOnce) {
    ASSERT_EQ(installer_->shut_down().code, 0U);
    const auto before = report_.lines().size();
    installer_->begin_restart();
    wait_for_lines(before + std::min(GetParam() / 2, std::size(kNames)));
    kill_and_start_service();
    EXPECT_EQ(installer_->finish_task().code, 0U);
    expect_starts(2);
}

INSTANTIATE_TEST_SUITE_P(Lines, LedgerKilledAt,
                         testing::Range<std::size_t>(0, FivePrograms::kLinesOfAShutdown, 2));

}  // namespace
}  // namespace rmb::e2e
