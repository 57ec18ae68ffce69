#include "harness/affecting_test.hpp"

#include <algorithm>
#include <string>

/// RmRestart on real programs (reference, sections 7 and 16).
namespace rmb::e2e {
namespace {

constexpr DWORD kOutOfSequence = 776;

class Restart : public Affecting {
protected:
    std::size_t starts(const std::string& name) const {
        return report_.starts_of(name).size();
    }
};

TEST_F(Restart, BeforeAnyShutdown_OutOfSequence) {
    auto& installer = install_file();
    EXPECT_EQ(installer.restart().code, kOutOfSequence);
    EXPECT_EQ(installer.shut_down().code, 0U);
    EXPECT_EQ(installer.restart().code, 0U);
}

TEST_F(Restart, Window_Registered_IsStartedWhereItRan) {
    std::filesystem::create_directories(folder_ / "work");
    auto options = registered();
    options.directory = folder_ / "work";
    auto& window = run("window", options);
    auto& installer = install_file();
    ASSERT_EQ(installer.shut_down().code, 0U);
    const auto end = installer.restart();
    EXPECT_EQ(end.code, 0U);
    ASSERT_TRUE(report_.wait_for("window started", 2)) << report_.all();
    const auto both = report_.starts_of("window");
    EXPECT_NE(both[1].pid, window.pid());
    EXPECT_EQ(both[1].folder, text(options.directory)) << "its working directory";
    window.wait_until_ready();
    EXPECT_TRUE(end.was_told_on_its_thread);
    EXPECT_TRUE(end.rose_to_100()) << testing::PrintToString(end.percents);
    const auto listing = installer.list();
    EXPECT_TRUE(std::ranges::any_of(
        listing.apps, [](const ListedApp& app) { return (app.status & kStatusRestarted) != 0; }));
}

TEST_F(Restart, Console_Registered_IsStartedAndTakesCtrlC) {
    run("console", registered());
    auto& installer = install_file();
    ASSERT_EQ(installer.shut_down().code, 0U);
    EXPECT_EQ(installer.restart().code, 0U);
    ASSERT_TRUE(report_.wait_for("console started", 2)) << report_.all();
    // It has a console of its own, so the next installer can stop it as this one did.
    auto& next = install_file();
    EXPECT_EQ(next.shut_down().code, 0U);
    EXPECT_TRUE(report_.wait_for("console ctrl-c", 2)) << report_.all();
}

TEST_F(Restart, Program_NotRegistered_IsNotStarted) {
    run("tray", holding());
    run("window", registered());
    auto& installer = install_file();
    ASSERT_EQ(installer.shut_down().code, 0U);
    EXPECT_EQ(installer.restart().code, 0U);
    ASSERT_TRUE(report_.wait_for("window started", 2)) << report_.all();
    EXPECT_EQ(starts("tray"), 1U);
}

TEST_F(Restart, Program_NotRegisteredButPolicySaysSo_IsStartedAsItWas) {
    set_policy({{L"RestartUnregistered", 1}});
    std::filesystem::create_directories(folder_ / "work");
    auto options = holding();
    options.directory = folder_ / "work";
    run("tray", options);
    auto& installer = install_file();
    ASSERT_EQ(installer.shut_down().code, 0U);
    EXPECT_EQ(installer.restart().code, 0U);
    ASSERT_TRUE(report_.wait_for("tray started", 2)) << report_.all();
    EXPECT_EQ(report_.starts_of("tray")[1].folder, text(options.directory));
}

TEST_F(Restart, Service_WithDependents_StartsBeforeThem) {
    auto& base = run_service("RmbBase", file_);
    auto& upper = run_service("RmbUpper", {}, {"RmbBase"});
    auto& installer = install_file();
    ASSERT_EQ(installer.shut_down().code, 0U);
    const auto stopped = report_.lines().size();
    EXPECT_EQ(installer.restart().code, 0U);
    EXPECT_TRUE(base.is_running());
    EXPECT_TRUE(upper.is_running());
    const auto lines = report_.lines();
    ASSERT_EQ(lines.size(), stopped + 2) << report_.all();
    EXPECT_TRUE(lines[stopped].starts_with("RmbBase started"));
    EXPECT_TRUE(lines[stopped + 1].starts_with("RmbUpper started"));
}

TEST_F(Restart, Service_ThatDidNotRun_IsNotStarted) {
    auto& base = run_service("RmbBase", file_);
    auto& installer = install();
    ASSERT_EQ(installer.add({service_target("RmbBase")}), 0U);
    ASSERT_EQ(installer.shut_down().code, 0U);
    ASSERT_EQ(installer.restart().code, 0U);
    ASSERT_TRUE(base.is_running());
    base.stop();
    ASSERT_EQ(installer.shut_down().code, 0U);
    EXPECT_EQ(installer.restart().code, 0U);
    EXPECT_FALSE(base.is_running()) << "somebody else stopped it";
}

TEST_F(Restart, Kinds_All_InReverseOrder) {
    run_service("RmbBase", file_);
    run("console", registered());
    run("window", registered());
    auto& installer = install_file();
    ASSERT_EQ(installer.shut_down().code, 0U);
    const auto stopped = report_.lines().size();
    EXPECT_EQ(installer.restart().code, 0U);
    ASSERT_TRUE(report_.wait_for("window started", 2)) << report_.all();
    ASSERT_TRUE(report_.wait_for("console started", 2)) << report_.all();
    // What a window and a console write first depends on their loading: only the service waits.
    EXPECT_TRUE(report_.lines().at(stopped).starts_with("RmbBase started")) << report_.all();
}

TEST_F(Restart, Twice_StartsNothingAgain) {
    run("window", registered());
    auto& installer = install_file();
    ASSERT_EQ(installer.shut_down().code, 0U);
    EXPECT_EQ(installer.restart().code, 0U);
    ASSERT_TRUE(report_.wait_for("window started", 2)) << report_.all();
    EXPECT_EQ(installer.restart().code, 0U);
    EXPECT_EQ(installer.list().code, 0U);
    EXPECT_EQ(starts("window"), 2U);
}

TEST_F(Restart, AfterAShutdownThatFailed_IsAllowedAndStartsWhatWasStopped) {
    set_hung_limit(Milliseconds{1'500});
    run("console-ignore", holding());
    run("window", registered());
    auto& installer = install_file();
    EXPECT_EQ(installer.shut_down().code, 351U);
    EXPECT_EQ(report_.count("window ended"), 1U) << "windows come first";
    EXPECT_EQ(installer.restart().code, 0U);
    EXPECT_TRUE(report_.wait_for("window started", 2)) << report_.all();
    EXPECT_EQ(starts("console-ignore"), 1U) << "it never stopped";
}

TEST_F(Restart, ProgramIsGoneMeanwhile_FailRestartAndIsNamed) {
    const auto program = folder_ / "rmb-e2e-image.exe";
    std::filesystem::copy_file(programs().child.parent_path() / "rmb-e2e-app.exe", program);
    auto options = registered();
    options.executable = program;
    run("window", options);
    auto& installer = install_file();
    ASSERT_EQ(installer.shut_down().code, 0U);
    std::filesystem::remove(program);
    EXPECT_EQ(installer.restart().code, 352U);
    const auto listing = installer.list();
    EXPECT_TRUE(std::ranges::any_of(listing.apps, [](const ListedApp& app) {
        constexpr DWORD kErrorOnRestart = 0x20;
        return (app.status & kErrorOnRestart) != 0;
    }));
}

TEST_F(Restart, SessionEndedWithoutIt_NothingIsStartedNorOwed) {
    run("window", registered());
    auto& installer = install_file();
    ASSERT_EQ(installer.shut_down().code, 0U);
    EXPECT_EQ(broker().ledgers().size(), 1U);
    EXPECT_EQ(installer.end(), 0U);
    EXPECT_TRUE(broker().ledgers().empty());
    EXPECT_EQ(starts("window"), 1U);
}

}  // namespace
}  // namespace rmb::e2e
