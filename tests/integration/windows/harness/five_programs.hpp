#pragma once

#include "harness/affecting_test.hpp"

#include <cstddef>
#include <set>
#include <string>

namespace rmb::e2e {

/// Five programs, each of which can be started again, and an installer that is about to stop them:
/// a service, a console program, two with windows and one with a hidden one.
class FivePrograms : public Affecting {
public:
    static constexpr const char* kNames[] = {"RmbBase", "console", "one", "two", "three"};
    /// What they write while they are stopped: three windows three lines each, the others two.
    static constexpr std::size_t kLinesOfAShutdown = 13;

protected:
    void SetUp() override;

    /// The programs wrote so many lines, or the call has come so far that they write no more.
    void wait_for_lines(std::size_t count) const;
    /// The installer dies; its ledger is told of from then on.
    void kill_installer();
    /// Returns when everyone who was told to end has.
    void wait_until_settled() const;

    /// The names of those that have ended and do not run again, by what they wrote.
    [[nodiscard]] std::set<std::string> stopped() const;
    /// Each has been started so often, and every one but the last has ended.
    void expect_starts(std::size_t count) const;
    /// Each runs, and once.
    void expect_all_run_once();
    /// The hash of the one ledger there is; empty, and a failure, otherwise.
    std::string ledger_hash();

    Installer* installer_ = nullptr;

private:
    [[nodiscard]] bool is_settled(const std::string& name) const;
};

}  // namespace rmb::e2e
