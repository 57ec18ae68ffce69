#include "harness/affecting_test.hpp"
#include "harness/run_program.hpp"

#include <algorithm>
#include <string>
#include <vector>

/// Installer and service are killed between stopping and starting: nothing is lost, nothing is
/// started twice.
namespace rmb::e2e {
namespace {

/// Five programs, each of which can be started again.
class Five : public Affecting {
protected:
    void SetUp() override {
        Affecting::SetUp();
        run_service("RmbBase", file_);
        run("console", registered());
        for (const auto* name : {"one", "two", "three"}) {
            run("window", registered(name));
        }
        installer_ = &install_file();
    }

    /// The programs wrote so many lines, or the call has come so far that they write no more.
    void wait_for_lines(std::size_t count) const {
        (void)eventually([&] { return report_.lines().size() >= count; }, Milliseconds{3'000});
    }
    void kill_and_start_service() {
        scm_.kill();
        scm_.start();
    }
    /// Each has been started so often, and every one but the last has ended.
    void expect_starts(std::size_t count) const {
        for (const auto* name : kNames) {
            EXPECT_TRUE(report_.wait_for(std::string{name} + " started", count)) << name;
            EXPECT_EQ(report_.starts_of(name).size(), count) << name << ": " << report_.all();
            EXPECT_EQ(report_.count(std::string{name} + " ended"), 1U) << name;
        }
    }
    /// The hash of the one ledger there is; empty, and a failure, otherwise.
    std::string ledger_hash() {
        const auto ledgers = broker().ledgers();
        EXPECT_EQ(ledgers.size(), 1U);
        return ledgers.empty() ? std::string{} : ledgers.front().hash;
    }
    /// The installer dies; its ledger is told of from then on.
    void kill_installer() {
        installer_->child().kill();
        ASSERT_TRUE(has_sessions(0));
        ASSERT_TRUE(eventually([this] {
            const auto ledgers = broker().ledgers();
            return std::ranges::all_of(ledgers, &proto::LedgerInfo::orphan);
        }));
    }

    static constexpr const char* kNames[] = {"RmbBase", "console", "one", "two", "three"};
    Installer* installer_ = nullptr;
};

class Ledger : public Five {};

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
    ASSERT_TRUE(has_sessions(0));
    EXPECT_EQ(report_.starts_of("one").size(), 1U);
    EXPECT_EQ(ledger_hash().empty(), false) << "the programs are owed still";
}

TEST_F(Ledger, InstallerKilled_WhileItStops_WhatWasStoppedIsListedAndStarted) {
    const auto before = report_.lines().size();
    installer_->begin_shutdown();
    // Three are asked; then the first is told.
    wait_for_lines(before + 4);
    kill_installer();
    // What had been told to end still does; nobody else is told.
    EXPECT_TRUE(eventually([this] {
        return report_.count("RmbBase ended") == report_.count("RmbBase stop") &&
               report_.count("console ended") == report_.count("console ctrl-c") &&
               std::ranges::all_of(kNames, [this](const std::string& name) {
                   return name == "RmbBase" || name == "console" ||
                          report_.count(name + " ended") == report_.count(name + " end-session 1");
               });
    }));
    std::vector<std::string> told;
    for (const auto* name : kNames) {
        if (report_.count(std::string{name} + " ended") != 0) {
            told.emplace_back(name);
        }
    }
    ASSERT_FALSE(told.empty());
    const auto started = run_rmbctl("restart " + ledger_hash());
    EXPECT_EQ(started.code, 0U) << started.text;
    for (const auto& name : told) {
        EXPECT_TRUE(report_.wait_for(name + " started", 2)) << name;
    }
    for (const auto* name : kNames) {
        EXPECT_EQ(report_.starts_of(name).size(), 1 + report_.count(std::string{name} + " ended"))
            << name << ": " << report_.all();
    }
}

TEST_F(Ledger, ServiceKilled_BetweenStopAndStart_TheInstallerGoesOn) {
    ASSERT_EQ(installer_->shut_down().code, 0U);
    kill_and_start_service();
    EXPECT_EQ(installer_->restart().code, 0U);
    expect_starts(2);
}

/// The service is killed when the programs have written so many lines since the call began.
class LedgerKilledAt : public Five, public testing::WithParamInterface<std::size_t> {};

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
    wait_for_lines(before + GetParam() / 2);
    kill_and_start_service();
    EXPECT_EQ(installer_->finish_task().code, 0U);
    expect_starts(2);
}

// Three windows write three lines each, the console and the service two.
INSTANTIATE_TEST_SUITE_P(Lines, LedgerKilledAt, testing::Range<std::size_t>(0, 13, 2));

}  // namespace
}  // namespace rmb::e2e
