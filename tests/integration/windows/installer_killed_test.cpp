#include "harness/five_programs.hpp"
#include "harness/run_program.hpp"
#include "proto/codec.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

/// The installer is killed at every step of a shutdown and of a restart.
namespace rmb::e2e {
namespace {

/// When the programs have written so many lines since the call began.
class InstallerKilledAt : public FivePrograms, public testing::WithParamInterface<std::size_t> {
protected:
    void kill_after_lines_since(std::size_t before) {
        wait_for_lines(before + GetParam());
        kill_installer();
    }

    /// Whom `rmbctl ledger` lists as not started again, by their names in the report.
    std::set<std::string> listed() const {
        const auto shown = run_rmbctl("--json ledger");
        EXPECT_EQ(shown.code, 0U) << shown.text;
        const auto ledgers =
            proto::decode<proto::LedgersResult>(nlohmann::json::parse(shown.text), "ledgers");
        std::set<std::string> names;
        for (const auto& ledger : ledgers.value().ledgers) {
            for (const auto& entry : ledger.entries) {
                if (entry.stage != "restarted" && entry.stage != "left") {
                    names.insert(entry.service.empty() ? name_of(entry.pid) : entry.service);
                }
            }
        }
        return names;
    }

    void start_by_rmbctl() {
        if (!broker().ledgers().empty()) {
            const auto started = run_rmbctl("restart " + ledger_hash());
            EXPECT_EQ(started.code, 0U) << started.text;
        }
        // Whoever was told to end, or may have been, and runs still is listed until he has gone.
        const auto owed = listed();
        for (const auto& name : owed) {
            EXPECT_EQ(report_.count(name + " ended"), 0U) << name << " is owed a start still";
        }
        EXPECT_TRUE(!owed.empty() || broker().ledgers().empty()) << "nobody is owed anything";
    }

    [[nodiscard]] std::size_t starts_of(const std::string& name) const {
        return report_.starts_of(name).size();
    }

private:
    std::string name_of(DWORD pid) const {
        for (const std::string name : kNames) {
            if (std::ranges::count(report_.starts_of(name), pid, &Report::Start::pid) != 0) {
                return name;
            }
        }
        return "process " + std::to_string(pid);
    }
};

class InstallerKilledInShutdown : public InstallerKilledAt {};

TEST_P(InstallerKilledInShutdown, Ledger_ListsAllThatWasStopped_RmbctlStartsItOnce) {
    const auto before = report_.lines().size();
    installer_->begin_shutdown();
    kill_after_lines_since(before);
    // What had been told to end still does; nobody else is told.
    wait_until_settled();
    const auto down = stopped();
    const auto owed = listed();
    EXPECT_TRUE(std::ranges::includes(owed, down)) << report_.all();
    if (GetParam() == kLinesOfAShutdown) {
        EXPECT_EQ(down.size(), std::size(kNames)) << report_.all();
    }
    for (const std::string name : kNames) {
        EXPECT_EQ(starts_of(name), 1U) << name << " was started by itself";
    }
    start_by_rmbctl();
    for (const auto& name : down) {
        EXPECT_TRUE(report_.wait_for(name + " started", 2)) << name;
    }
    expect_all_run_once();
}

INSTANTIATE_TEST_SUITE_P(Lines, InstallerKilledInShutdown,
                         testing::Range<std::size_t>(0, FivePrograms::kLinesOfAShutdown + 1));

class InstallerKilledInRestart : public InstallerKilledAt {};

TEST_P(InstallerKilledInRestart, Ledger_ListsAllThatIsStoppedStill_RmbctlStartsItOnce) {
    ASSERT_EQ(installer_->shut_down().code, 0U);
    const auto before = report_.lines().size();
    installer_->begin_restart();
    kill_after_lines_since(before);
    const auto owed = listed();
    for (const std::string name : kNames) {
        if (owed.contains(name)) {
            EXPECT_EQ(starts_of(name), 1U) << name << " was started by itself";
        } else {
            EXPECT_TRUE(report_.wait_for(name + " started", 2)) << name << " was lost";
        }
    }
    start_by_rmbctl();
    expect_starts(2);
    expect_all_run_once();
}

INSTANTIATE_TEST_SUITE_P(Lines, InstallerKilledInRestart,
                         testing::Range<std::size_t>(0, std::size(FivePrograms::kNames) + 1));

}  // namespace
}  // namespace rmb::e2e
