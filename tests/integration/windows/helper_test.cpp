#include "harness/five_programs.hpp"
#include "harness/helper_processes.hpp"

#include <algorithm>
#include <string>

/// Helpers of the service are killed, or hang: a call ends in time and with a clear text, and the
/// next one has a fresh helper.
namespace rmb::e2e {
namespace {

constexpr DWORD kFailShutdown = 351;
constexpr DWORD kFailRestart = 352;
constexpr int kMainWindow = 1;
constexpr int kUnknown = 0;

class Helper : public Affecting {
protected:
    [[nodiscard]] HelperProcesses helpers() const {
        return HelperProcesses{scm_.status().dwProcessId};
    }
    /// By one call.
    int type_of(Installer& installer, const Program& program) {
        const auto listing = installer.list(10);
        EXPECT_EQ(listing.code, 0U);
        const auto* const app = listing.of(program.pid());
        return app == nullptr ? -1 : app->type;
    }
    /// Why the one session could not stop the program.
    std::string why(const Program& program) {
        const auto hash = broker().sessions().sessions.at(0).hash;
        for (const auto& ledger : broker().session(hash).ledger) {
            const auto entry =
                std::ranges::find(ledger.entries, program.pid(), &proto::LedgerEntryInfo::pid);
            if (entry != ledger.entries.end()) {
                return entry->why;
            }
        }
        return {};
    }
    /// A shutdown that waits for one that does not answer, while another one has.
    Installer& begin_long_shutdown(Milliseconds limit) {
        set_hung_limit(limit);
        deaf_ = &run("deaf", holding());
        run("window", registered());
        auto& installer = install_file();
        installer.begin_shutdown();
        EXPECT_TRUE(report_.wait_for("window query-end-session")) << report_.all();
        return installer;
    }
    /// The one that was asked hears that nothing comes of it, and the session can go on.
    void expect_goes_on(Installer& installer) {
        EXPECT_TRUE(report_.wait_for("window end-session 0")) << report_.all();
        EXPECT_EQ(report_.count("window ended"), 0U);
        deaf_->kill();
        EXPECT_EQ(installer.shut_down().code, 0U);
        EXPECT_EQ(installer.restart().code, 0U);
        EXPECT_TRUE(report_.wait_for("window started", 2)) << report_.all();
    }

    Program* deaf_ = nullptr;
};

TEST_F(Helper, Killed_BetweenTheCalls_EachCallHasAFreshOne) {
    auto& window = run("window", registered());
    run("console", registered());
    auto& installer = install_file();
    EXPECT_EQ(type_of(installer, window), kMainWindow);
    EXPECT_GE(helpers().kill(), 1U);
    EXPECT_EQ(type_of(installer, window), kMainWindow);
    EXPECT_GE(helpers().kill(), 1U);
    EXPECT_EQ(installer.shut_down().code, 0U);
    EXPECT_GE(helpers().kill(), 1U);
    EXPECT_EQ(installer.restart().code, 0U);
    EXPECT_TRUE(report_.wait_for("window started", 2)) << report_.all();
    EXPECT_TRUE(report_.wait_for("console started", 2)) << report_.all();
    // What it started is not its own any more.
    EXPECT_GE(helpers().kill(), 1U);
    EXPECT_EQ(install_file().list().apps.size(), 2U);
    EXPECT_EQ(report_.count("window ended"), 1U);
}

TEST_F(Helper, Killed_WhileItAsks_TheShutdownFailsAndSaysWhy) {
    // Longer than this test waits for the call.
    auto& installer = begin_long_shutdown(Milliseconds{300'000});
    EXPECT_GE(helpers().kill(), 1U);
    EXPECT_EQ(installer.finish_task().code, kFailShutdown);
    EXPECT_NE(why(*deaf_).find("the helper failed"), std::string::npos) << why(*deaf_);
    expect_goes_on(installer);
}

TEST_F(Helper, Hung_WhileItAsks_TheShutdownFailsAndSaysWhy) {
    auto& installer = begin_long_shutdown(Milliseconds{1'500});
    EXPECT_GE(helpers().hang(), 1U);
    EXPECT_EQ(installer.finish_task().code, kFailShutdown);
    EXPECT_NE(why(*deaf_).find("the helper failed"), std::string::npos) << why(*deaf_);
    EXPECT_NE(why(*deaf_).find("no answer in time"), std::string::npos) << why(*deaf_);
    expect_goes_on(installer);
}

TEST_F(Helper, Hung_WhileItAsks_CancelledWithinASecond) {
    auto& installer = begin_long_shutdown(Milliseconds{300'000});
    EXPECT_GE(helpers().hang(), 1U);
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(installer.cancel(), 0U);
    EXPECT_EQ(installer.finish_task().code, static_cast<DWORD>(ERROR_CANCELLED));
    EXPECT_LT(since(begun), Milliseconds{1'000});
    expect_goes_on(installer);
}

TEST_F(Helper, Hung_WhileItIsToList_CancelledAndTheNextListSucceeds) {
    auto& window = run("window", holding());
    auto& installer = install_file();
    ASSERT_EQ(type_of(installer, window), kMainWindow);
    EXPECT_GE(helpers().hang(), 1U);
    installer.begin_list();
    EXPECT_TRUE(installer.cancel_what_was_begun());
    const auto cancelled = installer.finish_list();
    EXPECT_EQ(cancelled.code, static_cast<DWORD>(ERROR_CANCELLED));
    EXPECT_TRUE(cancelled.apps.empty());
    helpers().kill();  // it is still there where the list had not come to it
    EXPECT_EQ(type_of(installer, window), kMainWindow);
}

TEST_F(Helper, Hung_WhileItIsToStart_CancelledAndTheNextRestartStartsOnce) {
    // Who starts is another helper than who stops: this makes one.
    run("tray", registered());
    auto& other = install_file();
    ASSERT_EQ(other.shut_down().code, 0U);
    ASSERT_EQ(other.restart().code, 0U);
    file_ = make_file("other.txt");
    run("window", registered());
    auto& installer = install_file();
    ASSERT_EQ(installer.shut_down().code, 0U);
    EXPECT_EQ(helpers().hang(), 2U);
    installer.begin_restart();
    EXPECT_TRUE(installer.cancel_what_was_begun());
    EXPECT_EQ(installer.finish_task().code, static_cast<DWORD>(ERROR_CANCELLED));
    helpers().kill();  // it is still there where the restart had not come to it
    EXPECT_EQ(installer.restart().code, 0U);
    ASSERT_TRUE(report_.wait_for("window started", 2)) << report_.all();
    EXPECT_EQ(installer.restart().code, 0U);
    auto& next = install_file();
    EXPECT_TRUE(eventually([&] { return next.list().apps.size() == 1; })) << report_.all();
    EXPECT_EQ(report_.starts_of("window").size(), 2U) << report_.all();
}

TEST_F(Helper, Hung_WhileItIsToList_TheListTellsWhatItKnows) {
    auto& window = run("window", holding());
    auto& installer = install_file();
    ASSERT_EQ(type_of(installer, window), kMainWindow);
    EXPECT_GE(helpers().hang(), 1U);
    EXPECT_EQ(type_of(installer, window), kUnknown);
    EXPECT_EQ(helpers().count(), 0U) << "it is ended";
    EXPECT_EQ(type_of(installer, window), kMainWindow);
}

TEST_F(Helper, Hung_BeforeTheShutdown_FailsAndSaysWhy) {
    auto& window = run("window", holding());
    auto& installer = install_file();
    ASSERT_EQ(type_of(installer, window), kMainWindow);
    EXPECT_GE(helpers().hang(), 1U);
    EXPECT_EQ(installer.shut_down().code, kFailShutdown);
    EXPECT_NE(why(window).find("the helper failed"), std::string::npos) << why(window);
    EXPECT_TRUE(window.is_alive());
    EXPECT_EQ(installer.shut_down().code, 0U);
    EXPECT_TRUE(window.has_ended(Milliseconds{0}));
}

// An installer that replaces the broker's own program, or what is loaded into whoever has windows,
// cannot be told to stop the broker's helpers.
TEST_F(Helper, Idle_IsNobodyWhoHoldsAnything) {
    auto& window = run("window", holding());
    auto& installer = install_file();
    ASSERT_EQ(type_of(installer, window), kMainWindow);
    const auto library = folder_ / "loaded.dll";
    std::filesystem::copy_file(programs().dll, library);
    ASSERT_GE(helpers().load(library), 1U);
    const auto row = broker().locks({text(library), text(programs().broker)});
    ASSERT_EQ(row.paths.size(), 2U);
    for (const auto& path : row.paths) {
        EXPECT_FALSE(path.error) << path.path;
        EXPECT_TRUE(path.holders.empty()) << path.path;
        EXPECT_EQ(path.hidden, 0U) << path.path;
    }
    auto& update = install();
    ASSERT_EQ(update.add({file_target(library), file_target(programs().broker)}), 0U);
    EXPECT_TRUE(update.list(10).apps.empty());
    EXPECT_EQ(update.shut_down().code, 0U);
    EXPECT_GE(helpers().count(), 1U) << "it idles still";
    ASSERT_TRUE(window.is_alive());
}

TEST_F(Helper, ServiceKilled_HelpersEnd) {
    auto& window = run("window", holding());
    auto& installer = install_file();
    ASSERT_EQ(type_of(installer, window), kMainWindow);
    const auto open = helpers().open();
    ASSERT_GE(open.size(), 1U);
    scm_.kill();
    for (const auto& helper : open) {
        EXPECT_EQ(WaitForSingleObject(helper.get(), static_cast<DWORD>(kPatience.count())),
                  static_cast<DWORD>(WAIT_OBJECT_0));
    }
    scm_.start();
    EXPECT_EQ(type_of(installer, window), kMainWindow);
}

/// The helpers are killed when the programs have written so many lines since the call began.
class HelperKilledAt : public FivePrograms, public testing::WithParamInterface<std::size_t> {
protected:
    void SetUp() override {
        FivePrograms::SetUp();
        set_hung_limit(Milliseconds{2'000});
    }
    std::size_t kill_helpers_after(std::size_t lines) {
        wait_for_lines(lines);
        return HelperProcesses{scm_.status().dwProcessId}.kill();
    }
};

TEST_P(HelperKilledAt, Shutdown_TheNextOneStopsTheRest) {
    const auto before = report_.lines().size();
    installer_->begin_shutdown();
    // At the very beginning there may be none yet.
    EXPECT_GE(kill_helpers_after(before + GetParam()), GetParam() == 0 ? 0U : 1U);
    const auto code = installer_->finish_task().code;
    EXPECT_TRUE(code == 0 || code == kFailShutdown) << code;
    EXPECT_EQ(installer_->shut_down().code, 0U);
    EXPECT_TRUE(is_free(file_));
    expect_starts(1);
    EXPECT_EQ(installer_->restart().code, 0U);
    expect_starts(2);
    expect_all_run_once();
}

TEST_P(HelperKilledAt, Restart_TheNextOneStartsTheRest) {
    ASSERT_EQ(installer_->shut_down().code, 0U);
    const auto before = report_.lines().size();
    installer_->begin_restart();
    const auto lines = std::min(GetParam() / 2, std::size(kNames));
    EXPECT_GE(kill_helpers_after(before + lines), 1U);
    const auto code = installer_->finish_task().code;
    EXPECT_TRUE(code == 0 || code == kFailRestart) << code;
    EXPECT_EQ(installer_->restart().code, 0U);
    expect_starts(2);
    expect_all_run_once();
}

INSTANTIATE_TEST_SUITE_P(Lines, HelperKilledAt,
                         testing::Range<std::size_t>(0, FivePrograms::kLinesOfAShutdown, 2));

}  // namespace
}  // namespace rmb::e2e
