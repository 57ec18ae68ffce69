#include "harness/five_programs.hpp"

#include <algorithm>

namespace rmb::e2e {

void FivePrograms::SetUp() {
    Affecting::SetUp();
    run_service("RmbBase", file_);
    run("console", registered());
    run("window", registered("one"));
    run("window", registered("two"));
    run("tray", registered("three"));
    installer_ = &install_file();
}

void FivePrograms::wait_for_lines(std::size_t count) const {
    ASSERT_TRUE(eventually([&] { return report_.lines().size() >= count; })) << report_.all();
}

void FivePrograms::kill_installer() {
    installer_->child().kill();
    ASSERT_TRUE(has_sessions(0));
    ASSERT_TRUE(eventually([this] {
        const auto ledgers = broker().ledgers();
        return std::ranges::all_of(ledgers, &proto::LedgerInfo::orphan);
    }));
}

bool FivePrograms::is_settled(const std::string& name) const {
    const auto told = report_.count(name + " stop") + report_.count(name + " ctrl-c") +
                      report_.count(name + " end-session 1");
    return report_.count(name + " ended") == told;
}

void FivePrograms::wait_until_settled() const {
    EXPECT_TRUE(eventually([this] {
        return std::ranges::all_of(kNames, [this](const char* name) { return is_settled(name); });
    })) << report_.all();
}

std::set<std::string> FivePrograms::stopped() const {
    std::set<std::string> names;
    for (const std::string name : kNames) {
        if (report_.count(name + " ended") == report_.starts_of(name).size()) {
            names.insert(name);
        }
    }
    return names;
}

void FivePrograms::expect_starts(std::size_t count) const {
    for (const std::string name : kNames) {
        EXPECT_TRUE(report_.wait_for(name + " started", count)) << name;
        EXPECT_EQ(report_.starts_of(name).size(), count) << name << ": " << report_.all();
        EXPECT_EQ(report_.count(name + " ended"), 1U) << name;
    }
}

void FivePrograms::expect_all_run_once() {
    auto& next = install_file();
    // What was just created holds the file a little later.
    EXPECT_TRUE(eventually([&] { return next.list().apps.size() == std::size(kNames); }))
        << report_.all();
    for (const std::string name : kNames) {
        EXPECT_EQ(report_.starts_of(name).size(), 1 + report_.count(name + " ended"))
            << name << ": " << report_.all();
    }
}

std::string FivePrograms::ledger_hash() {
    const auto ledgers = broker().ledgers();
    EXPECT_EQ(ledgers.size(), 1U);
    return ledgers.empty() ? std::string{} : ledgers.front().hash;
}

}  // namespace rmb::e2e
