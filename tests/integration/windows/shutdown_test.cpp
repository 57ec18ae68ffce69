#include "client/lib/windows_handle.hpp"
#include "harness/affecting_test.hpp"

#include <windows.h>

#include <tlhelp32.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

/// RmShutdown on real programs of each kind (reference, sections 6, 14 and 15).
namespace rmb::e2e {
namespace {

constexpr DWORD kNoActionReboot = 350;
constexpr DWORD kFailShutdown = 351;
constexpr DWORD kOutOfSequence = 776;
constexpr DWORD kCriticalProcess = 0x4;
constexpr int kCritical = 1000;

/// 0 where there is none of that name.
DWORD process_of(std::wstring_view executable) {
    const client::UniqueHandle snapshot{CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0)};
    PROCESSENTRY32W entry{};
    entry.dwSize = sizeof entry;
    for (BOOL more = Process32FirstW(snapshot.get(), &entry); more != FALSE;
         more = Process32NextW(snapshot.get(), &entry)) {
        if (entry.szExeFile == executable) {
            return entry.th32ProcessID;
        }
    }
    return 0;
}

class Shutdown : public Affecting {
protected:
    void SetUp() override {
        Affecting::SetUp();
        set_hung_limit(Milliseconds{1'500});
    }

    DWORD status_of(Installer& installer, DWORD pid) {
        const auto listing = installer.list();
        const auto* const app = listing.of(pid);
        return app == nullptr ? 0 : app->status;
    }
    /// Nobody was told anything.
    void expect_untouched() const {
        EXPECT_EQ(report_.lines().size(), report_.all_starts().size()) << report_.all();
    }
};

TEST_F(Shutdown, Nothing_Registered_Success) {
    auto& installer = install();
    EXPECT_EQ(installer.restart().code, kOutOfSequence);
    EXPECT_EQ(installer.shut_down().code, 0U);
    EXPECT_EQ(installer.restart().code, 0U);
    const auto listing = installer.list();
    EXPECT_EQ(listing.code, 0U);
    EXPECT_EQ(listing.needed, 0U);
    EXPECT_EQ(listing.count, 0U);
    EXPECT_EQ(listing.reasons, 0U);
}

TEST_F(Shutdown, Program_ThatCooperates_EndsAndTheFileIsFree) {
    for (const auto* mode : {"window", "tray", "console"}) {
        auto& program = run(mode, holding());
        auto& installer = install_file();
        EXPECT_EQ(installer.shut_down().code, 0U) << mode;
        EXPECT_TRUE(program.has_ended(Milliseconds{0})) << mode;
        EXPECT_TRUE(is_free(file_)) << mode;
        EXPECT_EQ(report_.count(std::string{mode} + " ended"), 1U) << "it ended by itself";
        EXPECT_NE(status_of(installer, program.pid()) & kStatusStopped, 0U) << mode;
    }
    for (const auto* mode : {"window", "tray"}) {
        const std::string name = mode;
        EXPECT_EQ(report_.count(name + " query-end-session 1"), 1U);
        EXPECT_EQ(report_.count(name + " end-session 1 1"), 1U);
        EXPECT_LT(report_.place(name + " query"), report_.place(name + " end-session"));
    }
    EXPECT_EQ(report_.count("console ctrl-c"), 1U);
}

TEST_F(Shutdown, Holder_OfEachWay_LetsGo) {
    const auto library = folder_ / "loaded.dll";
    std::filesystem::copy_file(programs().dll, library);
    run("window", {.name = "maps", .hold = file_, .how = "--map"});
    run("window", {.name = "loads", .hold = library, .how = "--load"});
    auto& installer = install_file();
    ASSERT_EQ(installer.add({file_target(library)}), 0U);
    EXPECT_EQ(installer.shut_down().code, 0U);
    EXPECT_EQ(report_.count("maps ended") + report_.count("loads ended"), 2U);
    std::filesystem::remove(library);
}

TEST_F(Shutdown, Veto_WithoutForce_KeepsAllAliveAndTellsTheOthers) {
    auto& window = run("window", holding());
    auto& veto = run("veto", holding());
    auto& installer = install_file();
    EXPECT_EQ(installer.shut_down().code, kFailShutdown);
    EXPECT_TRUE(veto.is_alive());
    EXPECT_TRUE(window.is_alive());
    EXPECT_TRUE(report_.wait_for("window end-session 0 1")) << report_.all();
    EXPECT_EQ(report_.count("veto end-session 1"), 0U);
    EXPECT_EQ(report_.count("window end-session 1"), 0U);
    EXPECT_NE(status_of(installer, veto.pid()) & kStatusErrorOnStop, 0U);
}

TEST_F(Shutdown, Veto_Forced_IsOverridden) {
    auto& veto = run("veto", holding());
    EXPECT_EQ(install_file().shut_down(kForce).code, 0U);
    EXPECT_TRUE(veto.has_ended(Milliseconds{0}));
    EXPECT_TRUE(is_free(file_));
}

TEST_F(Shutdown, Stubborn_WithoutForce_StaysAndIsNamed) {
    for (const auto* mode : {"deaf", "stays", "console-ignore", "idle"}) {
        auto& program = run(mode, holding());
        auto& installer = install_file();
        EXPECT_EQ(installer.shut_down().code, kFailShutdown) << mode;
        EXPECT_TRUE(program.is_alive()) << mode;
        EXPECT_NE(status_of(installer, program.pid()) & kStatusErrorOnStop, 0U) << mode;
        program.kill();
    }
}

TEST_F(Shutdown, Stubborn_Forced_IsEnded) {
    for (const auto* mode : {"deaf", "stays", "console-ignore", "idle"}) {
        auto& program = run(mode, holding());
        EXPECT_EQ(install_file().shut_down(kForce).code, 0U) << mode;
        EXPECT_TRUE(program.has_ended(Milliseconds{0})) << mode;
        EXPECT_TRUE(is_free(file_)) << mode;
    }
}

TEST_F(Shutdown, Window_EndsOnlyWhenItIsToClose_IsClosedWithoutForce) {
    // Longer than what programs have after WM_ENDSESSION: the rest is for closing.
    set_hung_limit(Milliseconds{10'000});
    auto& closes = run("closes", holding());
    EXPECT_EQ(install_file().shut_down().code, 0U);
    EXPECT_TRUE(closes.has_ended(Milliseconds{0}));
    EXPECT_EQ(report_.lines(),
              (std::vector<std::string>{report_.lines().at(0), "closes query-end-session 1",
                                        "closes end-session 1 1", "closes close", "closes ended"}));
}

TEST_F(Shutdown, ThreeWindows_EachIsAskedOnce) {
    run("three", holding());
    EXPECT_EQ(install_file().shut_down().code, 0U);
    for (const auto* which : {"visible", "owned", "hidden"}) {
        EXPECT_EQ(report_.count(std::string{"three query-end-session 1 "} + which), 1U)
            << which << " " << report_.all();
    }
    EXPECT_EQ(report_.count("three query-end-session"), 3U) << report_.all();
    EXPECT_EQ(report_.count("three ended"), 1U) << report_.all();
}

TEST_F(Shutdown, ThreeWindows_TheHiddenOneRefuses_AllAreTakenBack) {
    auto& three = run("three-veto", holding());
    EXPECT_EQ(install_file().shut_down().code, kFailShutdown);
    // Those that had not been asked when it refused are asked all the same: it was on its way.
    for (const auto* which : {"visible", "owned", "hidden"}) {
        EXPECT_TRUE(report_.wait_for(std::string{"three-veto end-session 0 1 "} + which))
            << which << " " << report_.all();
        EXPECT_EQ(report_.count(std::string{"three-veto query-end-session 1 "} + which), 1U)
            << which << " " << report_.all();
    }
    EXPECT_EQ(report_.count("three-veto query-end-session"), 3U) << report_.all();
    EXPECT_EQ(report_.count("three-veto end-session 1"), 0U) << report_.all();
    EXPECT_TRUE(three.is_alive());
}

TEST_F(Shutdown, Console_WithABystander_GetsNoCtrlC) {
    auto& console = run("console-with-bystander", holding());
    auto& installer = install_file();
    EXPECT_EQ(installer.shut_down().code, kFailShutdown);
    expect_untouched();
    EXPECT_EQ(installer.shut_down(kForce).code, 0U);
    EXPECT_TRUE(console.has_ended(Milliseconds{0}));
    EXPECT_EQ(report_.count("bystander ctrl-c"), 0U);
    EXPECT_EQ(report_.count("bystander ended"), 0U);
}

TEST_F(Shutdown, Console_OfTwoThatAreAffected_OneCtrlCEndsBoth) {
    run("console-with-partner", holding());
    auto& installer = install_file();
    const auto listing = installer.list();
    ASSERT_EQ(listing.apps.size(), 2U);
    for (const auto& app : listing.apps) {
        EXPECT_EQ(app.type, 5);
    }
    EXPECT_EQ(installer.shut_down().code, 0U);
    EXPECT_TRUE(is_free(file_));
    EXPECT_EQ(report_.count("console-with-partner ctrl-c"), 1U) << report_.all();
    EXPECT_EQ(report_.count("partner ctrl-c"), 1U) << report_.all();
    EXPECT_EQ(report_.count("partner ended"), 1U) << "it ended by itself";
}

TEST_F(Shutdown, Console_OfTwoWithABystander_NobodyGetsCtrlC) {
    auto& console = run("console-with-both", holding());
    auto& installer = install_file();
    const auto listing = installer.list();
    ASSERT_EQ(listing.apps.size(), 2U);
    for (const auto& app : listing.apps) {
        EXPECT_EQ(app.type, 0);
    }
    EXPECT_EQ(installer.shut_down().code, kFailShutdown);
    expect_untouched();
    EXPECT_EQ(installer.shut_down(kForce).code, 0U);
    EXPECT_TRUE(console.has_ended(Milliseconds{0}));
    EXPECT_TRUE(is_free(file_));
    // Nobody said another word: two were ended, and one knows nothing of it.
    expect_untouched();
    EXPECT_TRUE(is_running(report_.starts_of("bystander").at(0).pid));
    EXPECT_FALSE(is_running(report_.starts_of("partner").at(0).pid));
}

TEST_F(Shutdown, Service_ThatStays_WithoutForceNamedAndWithForceEnded) {
    set_service_limit(Milliseconds{1'000});
    for (const auto* mode : {"service-stays", "service-refuses"}) {
        const std::string name = std::string{"Rmb-"} + mode;
        file_ = make_file(name + ".txt");
        auto& service = run_service(name, file_, {}, mode);
        auto& installer = install_file();
        EXPECT_EQ(installer.shut_down().code, kFailShutdown) << mode;
        const auto host = service.status().dwProcessId;
        EXPECT_TRUE(is_running(host)) << mode;
        ASSERT_NE(installer.list().of(name), nullptr) << mode;
        EXPECT_NE(installer.list().of(name)->status & kStatusErrorOnStop, 0U) << mode;
        EXPECT_EQ(installer.shut_down(kForce).code, 0U) << mode;
        EXPECT_FALSE(is_running(host)) << mode;
        EXPECT_TRUE(is_free(file_)) << mode;
        EXPECT_EQ(report_.count(name + " ended"), 0U) << mode;
        EXPECT_EQ(installer.restart().code, 0U) << mode;
        EXPECT_TRUE(is_running(service.status().dwProcessId)) << mode;
        EXPECT_EQ(report_.starts_of(name).size(), 2U) << mode;
    }
}

TEST_F(Shutdown, Service_WithDependents_StopsBehindThem) {
    auto& base = run_service("RmbBase", file_);
    auto& upper = run_service("RmbUpper", {}, {"RmbBase"});
    EXPECT_EQ(install_file().shut_down().code, 0U);
    EXPECT_FALSE(base.is_running());
    EXPECT_FALSE(upper.is_running());
    EXPECT_LT(report_.place("RmbUpper stop"), report_.place("RmbBase stop")) << report_.all();
    EXPECT_TRUE(is_free(file_));
}

TEST_F(Shutdown, Kinds_All_WindowsThenConsolesThenServices) {
    run_service("RmbBase", file_);
    run("console", holding());
    run("window", holding());
    EXPECT_EQ(install_file().shut_down().code, 0U);
    EXPECT_LT(report_.place("window ended"), report_.place("console ctrl-c")) << report_.all();
    EXPECT_LT(report_.place("console ended"), report_.place("RmbBase stop")) << report_.all();
}

TEST_F(Shutdown, OnlyRegistered_OneConsoleIsNot_NobodyIsTouched) {
    run("window", registered());
    run("console", holding());
    for (const DWORD flags : {kOnlyRegistered, kOnlyRegistered | kForce}) {
        EXPECT_EQ(install_file().shut_down(flags).code, kFailShutdown) << flags;
        expect_untouched();
    }
}

// A program with windows may still register while it is asked.
TEST_F(Shutdown, OnlyRegistered_OneWithWindowsIsNot_AllAreAskedAndNobodyEnds) {
    run("window", registered());
    run("tray", holding());
    for (const DWORD flags : {kOnlyRegistered, kOnlyRegistered | kForce}) {
        EXPECT_EQ(install_file().shut_down(flags).code, kFailShutdown) << flags;
        EXPECT_NE(report_.place("tray end-session 0 1"), std::string::npos) << report_.all();
        EXPECT_EQ(report_.all().find(" end-session 1"), std::string::npos) << report_.all();
    }
}

TEST_F(Shutdown, OnlyRegistered_OneRegistersWhileItIsAsked_IsStoppedAndStarted) {
    auto& window = run(
        "window", {.name = "late", .hold = file_, .is_registered = false, .registers_late = true});
    auto& installer = install_file();
    ASSERT_NE(installer.list().of(window.pid()), nullptr);
    EXPECT_FALSE(installer.list().of(window.pid())->is_restartable);
    EXPECT_EQ(installer.shut_down(kOnlyRegistered).code, 0U);
    EXPECT_TRUE(window.has_ended(Milliseconds{0}));
    EXPECT_TRUE(installer.list().of(window.pid())->is_restartable);
    EXPECT_EQ(installer.restart().code, 0U);
    EXPECT_TRUE(report_.wait_for("late started", 2)) << report_.all();
}

TEST_F(Shutdown, OnlyRegistered_AllAre_AreStopped) {
    auto& window = run("window", registered());
    run_service("RmbBase", file_);
    EXPECT_EQ(install_file().shut_down(kOnlyRegistered).code, 0U);
    EXPECT_TRUE(window.has_ended(Milliseconds{0}));
}

TEST_F(Shutdown, Installer_HoldsTheFileItself_NobodyIsTouched) {
    run("window", holding());
    auto& installer = install_file();
    ASSERT_EQ(installer.child().ask("hold " + text(file_)), "0");
    EXPECT_EQ(installer.shut_down(kForce).code, kNoActionReboot);
    EXPECT_EQ(installer.restart().code, 0U) << "also when nothing was done";
    expect_untouched();
}

TEST_F(Shutdown, CriticalProcess_Registered_NobodyIsTouched) {
    const auto critical = process_of(L"services.exe");
    ASSERT_NE(critical, 0U);
    run("window", registered());
    auto& installer = install_file();
    ASSERT_EQ(installer.add({process_target(critical)}), 0U);
    const auto listing = installer.list();
    EXPECT_EQ(listing.reasons, kCriticalProcess);
    const auto* const app = listing.of(critical);
    ASSERT_NE(app, nullptr);
    EXPECT_EQ(app->type, kCritical);
    EXPECT_FALSE(app->is_restartable);
    EXPECT_EQ(installer.shut_down(kForce).code, kNoActionReboot);
    EXPECT_EQ(process_of(L"services.exe"), critical);
    EXPECT_EQ(installer.restart().code, 0U);
    expect_untouched();
}

TEST_F(Shutdown, Progress_OfTwentyPrograms_RisesOnTheCallersThread) {
    for (int i = 0; i < 20; ++i) {
        run("window", holding("window" + std::to_string(i)));
    }
    const auto end = install_file().shut_down();
    EXPECT_EQ(end.code, 0U);
    EXPECT_TRUE(end.was_told_on_its_thread);
    EXPECT_TRUE(end.rose_to_100()) << testing::PrintToString(end.percents);
}

TEST_F(Shutdown, Cancel_WhileAProgramDoesNotAnswer_1223WithinASecond) {
    set_hung_limit(Milliseconds{60'000});
    auto& stays = run("stays", holding());
    auto& installer = install_file();
    installer.begin_shutdown();
    ASSERT_TRUE(report_.wait_for("stays query-end-session")) << report_.all();
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(installer.cancel(), 0U);
    EXPECT_EQ(installer.finish_task().code, static_cast<DWORD>(ERROR_CANCELLED));
    EXPECT_LT(since(begun), Milliseconds{1'000});
    EXPECT_TRUE(stays.is_alive());
    EXPECT_EQ(installer.list().code, 0U) << "the session can go on";
}

TEST_F(Shutdown, End_WhileAProgramDoesNotAnswer_CancelsTheShutdown) {
    set_hung_limit(Milliseconds{60'000});
    auto& stays = run("stays", holding());
    auto& installer = install_file();
    installer.begin_shutdown();
    ASSERT_TRUE(report_.wait_for("stays query-end-session")) << report_.all();
    EXPECT_EQ(installer.end(), 0U);
    EXPECT_EQ(installer.finish_task().code, static_cast<DWORD>(ERROR_CANCELLED));
    EXPECT_EQ(installer.end(), 6U);
    EXPECT_TRUE(stays.is_alive());
}

TEST_F(Shutdown, Cancel_WhileNothingRuns_Success) {
    auto& installer = install();
    EXPECT_EQ(installer.cancel(), 0U);
    EXPECT_EQ(installer.shut_down().code, 0U) << "it does not cancel what comes after it";
}

TEST_F(Shutdown, Sessions_Others_AreServedMeanwhile) {
    set_hung_limit(Milliseconds{60'000});
    run("deaf", holding());
    auto& hung = install_file();
    hung.begin_shutdown();
    file_ = make_file("other.txt");
    run("window", holding());
    EXPECT_EQ(install_file().shut_down().code, 0U);
    EXPECT_EQ(hung.cancel(), 0U);
    EXPECT_EQ(hung.finish_task().code, static_cast<DWORD>(ERROR_CANCELLED));
}

/// RMB_E2E_X86_BIN=none says that there is no x86 build.
TEST_F(Shutdown, Installer32Bit_StopsAndStartsAndIsToldItsProgress) {
    if (const auto* const x86 = std::getenv("RMB_E2E_X86_BIN");
        x86 != nullptr && std::string_view{x86} == "none") {
        GTEST_SKIP() << "no x86 build";
    }
    run("window", registered());
    ChildProcess child{x86_programs()};
    Installer installer{child};
    ASSERT_EQ(installer.add({file_target(file_)}), 0U);
    for (const auto& end : {installer.shut_down(), installer.restart()}) {
        EXPECT_EQ(end.code, 0U);
        EXPECT_TRUE(end.was_told_on_its_thread);
        EXPECT_TRUE(end.rose_to_100()) << testing::PrintToString(end.percents);
    }
    EXPECT_TRUE(report_.wait_for("window started", 2)) << report_.all();
    EXPECT_EQ(installer.end(), 0U);
}

}  // namespace
}  // namespace rmb::e2e
