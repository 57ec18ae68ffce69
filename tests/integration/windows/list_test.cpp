#include "harness/affecting_test.hpp"

#include <string>
#include <vector>

/// RmRegisterResources and RmGetList, row by row of the reference (sections 4, 5, 13 and 18).
namespace rmb::e2e {
namespace {

constexpr DWORD kDetectedSelf = 0x10;

class List : public Affecting {
protected:
    /// Whether a session about `target` alone lists the process.
    bool finds(const std::string& target, DWORD pid) {
        auto& installer = install();
        EXPECT_EQ(installer.add({target}), 0U) << target;
        const auto listing = installer.list();
        EXPECT_EQ(listing.code, 0U) << target;
        EXPECT_EQ(installer.end(), 0U);
        return listing.of(pid) != nullptr;
    }
};

TEST_F(List, Session_WithoutResources_IsEmpty) {
    auto& installer = install();
    for (const auto& listing : {installer.list(), installer.list(0), installer.list(3)}) {
        EXPECT_EQ(listing.code, 0U);
        EXPECT_EQ(listing.needed, 0U);
        EXPECT_EQ(listing.count, 0U);
        EXPECT_EQ(listing.reasons, 0U);
    }
    EXPECT_EQ(installer.add({}), 0U) << "to register nothing is no error";
}

TEST_F(List, Capacity_NoneTooSmallExactLarger_234UntilItSuffices) {
    run("window", holding("one"));
    run("tray", holding("two"));
    auto& installer = install_file();
    for (const UINT capacity : {0U, 1U}) {
        const auto refused = installer.list(capacity);
        EXPECT_EQ(refused.code, static_cast<DWORD>(ERROR_MORE_DATA)) << capacity;
        EXPECT_EQ(refused.needed, 2U);
    }
    for (const UINT capacity : {2U, 5U}) {
        const auto listing = installer.list(capacity);
        EXPECT_EQ(listing.code, 0U) << capacity;
        EXPECT_EQ(listing.needed, 2U);
        EXPECT_EQ(listing.count, 2U) << "as many as were written";
        EXPECT_EQ(listing.apps.size(), 2U);
        EXPECT_EQ(listing.written, 2U) << "and no more";
    }
}

// Decision 9: what the reference says nothing of.
TEST_F(List, Capacity_TooSmall_TellsTheReasonsAndWritesNoElement) {
    run("window", holding());
    auto& installer = install_file();
    ASSERT_EQ(installer.child().ask("hold " + text(file_)), "0");
    const auto refused = installer.list(1);
    EXPECT_EQ(refused.code, static_cast<DWORD>(ERROR_MORE_DATA));
    EXPECT_EQ(refused.needed, 2U);
    EXPECT_EQ(refused.count, 0U);
    EXPECT_EQ(refused.reasons, kDetectedSelf);
    EXPECT_EQ(refused.written, 0U);
}

TEST_F(List, Pointers_Null_BadArguments) {
    auto& installer = install();
    for (const auto* which : {" 0", " 1", " 2"}) {
        EXPECT_EQ(installer.ask("list-null", which), "160") << which;
        EXPECT_EQ(installer.ask("register-null", which), "160") << which;
    }
}

TEST_F(List, Handle_OfNoSessionOrOfAnEndedOne_InvalidHandle) {
    auto& installer = install();
    ASSERT_EQ(installer.end(), 0U);
    EXPECT_EQ(installer.add({file_target(file_)}), 6U);
    EXPECT_EQ(installer.list().code, 6U);
    EXPECT_EQ(installer.shut_down().code, 6U);
    EXPECT_EQ(installer.restart().code, 6U);
    EXPECT_EQ(installer.cancel(), 6U);
    EXPECT_EQ(installer.add_filter({file_target(file_)}, kNoRestart), 6U);
    EXPECT_EQ(installer.remove_filter({file_target(file_)}), 6U);
}

TEST_F(List, Secondary_MayRegisterAndNothingElse_1219) {
    auto& window = run("window", holding());
    auto& primary = install();
    Installer secondary{spawn(), primary.key()};
    EXPECT_EQ(secondary.add({file_target(file_)}), 0U);
    EXPECT_EQ(secondary.list().code, 1219U);
    EXPECT_EQ(secondary.shut_down().code, 1219U);
    EXPECT_EQ(secondary.restart().code, 1219U);
    EXPECT_NE(primary.list().of(window.pid()), nullptr) << "what a secondary registered counts";
    EXPECT_EQ(secondary.end(), 0U);
    EXPECT_NE(primary.list().of(window.pid()), nullptr) << "also when it has left";
}

TEST_F(List, Folder_Registered_AccessDeniedAtTheListAndFailsTheShutdown) {
    auto& window = run("window", holding());
    auto& installer = install_file();
    EXPECT_EQ(installer.add({file_target(folder_)}), 0U);
    EXPECT_EQ(installer.list().code, static_cast<DWORD>(ERROR_ACCESS_DENIED));
    EXPECT_EQ(installer.shut_down(kForce).code, 351U);
    EXPECT_TRUE(window.is_alive());
    EXPECT_EQ(installer.restart().code, 0U);
}

TEST_F(List, Installer_HoldsTheFileItself_IsListedAndSaidToBe) {
    auto& installer = install_file();
    auto& child = installer.child();
    ASSERT_EQ(child.ask("hold " + text(file_)), "0");
    const auto listing = installer.list();
    EXPECT_EQ(listing.reasons, kDetectedSelf);
    EXPECT_NE(listing.of(child.pid()), nullptr);
    ASSERT_EQ(child.ask("let-go"), "0");
    EXPECT_EQ(installer.list().reasons, 0U);
}

TEST_F(List, Program_OfEachKind_HasItsType) {
    struct Row {
        const char* mode;
        int type;
    };
    constexpr Row kRows[] = {{"window", 1}, {"veto", 1},    {"stays", 1},
                             {"deaf", 1},   {"console", 5}, {"console-ignore", 5},
                             {"tray", 2},   {"idle", 0},    {"console-with-bystander", 0}};
    auto& installer = install_file();
    for (const auto& row : kRows) {
        auto& program = run(row.mode, holding());
        const auto listing = installer.list();
        const auto* const app = listing.of(program.pid());
        ASSERT_NE(app, nullptr) << row.mode;
        EXPECT_EQ(app->type, row.type) << row.mode;
        EXPECT_EQ(app->status, kStatusRunning) << row.mode;
        EXPECT_FALSE(app->is_restartable) << row.mode;
        EXPECT_EQ(app->name, "Program of the tests") << row.mode;
        EXPECT_EQ(app->service, "") << row.mode;
        EXPECT_EQ(listing.reasons, 0U) << row.mode;
        program.kill();
    }
}

TEST_F(List, Program_Listed_SessionAndStartTimeAreTheSystems) {
    auto& window = run("window", holding());
    const auto listing = install_file().list();
    const auto* const app = listing.of(window.pid());
    ASSERT_NE(app, nullptr);
    DWORD session = 0;
    ASSERT_NE(ProcessIdToSessionId(window.pid(), &session), FALSE);
    EXPECT_EQ(app->windows_session, session);
    EXPECT_TRUE(finds(process_target(window.pid(), app->start_time), window.pid()));
}

TEST_F(List, Program_RegisteredForRestart_IsRestartable) {
    auto& window = run("window", registered());
    auto& console = run("console", registered());
    const auto listing = install_file().list();
    for (const auto* const program : {&window, &console}) {
        ASSERT_NE(listing.of(program->pid()), nullptr);
        EXPECT_TRUE(listing.of(program->pid())->is_restartable);
    }
}

TEST_F(List, Service_HoldingOrNamed_IsListedAsOne) {
    const auto& service = run_service("RmbTest", file_);
    auto& by_file = install_file();
    auto& by_name = install();
    ASSERT_EQ(by_name.add({service_target("rmbTEST"), service_target("RmbTestNone")}), 0U);
    for (auto* const installer : {&by_file, &by_name}) {
        const auto listing = installer->list();
        ASSERT_EQ(listing.apps.size(), 1U);
        const auto* const app = listing.of("RmbTest");
        ASSERT_NE(app, nullptr);
        EXPECT_EQ(app->type, 3);
        EXPECT_EQ(app->pid, service.status().dwProcessId);
        EXPECT_EQ(app->name, "RmbTest of the tests");
        EXPECT_TRUE(app->is_restartable);
    }
}

TEST_F(List, Process_Named_NeedsPidAndStartTime) {
    auto& window = run("window");
    EXPECT_TRUE(finds(process_target(window.pid()), window.pid()));
    EXPECT_FALSE(finds(process_target(window.pid(), 12'345), window.pid()));
    auto& installer = install();
    ASSERT_EQ(installer.add({process_target(window.pid())}), 0U);
    window.kill();
    EXPECT_TRUE(installer.list().apps.empty()) << "one that has ended is not affected";
}

TEST_F(List, Files_MissingNullAndTwice_DoNoHarm) {
    auto& window = run("window", holding());
    auto& installer = install();
    EXPECT_EQ(
        installer.add({file_target(folder_ / "missing.txt"), null_target(), file_target(file_),
                       file_target(file_), file_target(folder_ / "none" / "missing.txt")}),
        0U);
    EXPECT_EQ(installer.add({file_target(file_)}), 0U);
    const auto listing = installer.list();
    EXPECT_EQ(listing.code, 0U);
    ASSERT_EQ(listing.apps.size(), 1U);
    EXPECT_EQ(listing.apps.front().pid, window.pid());
}

TEST_F(List, File_HeldInEachWay_IsFound) {
    const auto library = folder_ / "loaded.dll";
    const auto program = folder_ / "rmb-e2e-image.exe";
    std::filesystem::copy_file(programs().dll, library);
    std::filesystem::copy_file(programs().child.parent_path() / "rmb-e2e-app.exe", program);
    const auto& maps = run("window", {.name = "maps", .hold = file_, .how = "--map"});
    const auto& loads = run("window", {.name = "loads", .hold = library, .how = "--load"});
    const auto& is_it = run("window", {.name = "is", .executable = program});
    EXPECT_TRUE(finds(file_target(file_), maps.pid()));
    EXPECT_TRUE(finds(file_target(library), loads.pid()));
    EXPECT_TRUE(finds(file_target(program), is_it.pid()));
}

TEST_F(List, Processes_FiveHundred_AllAreListed) {
    constexpr std::size_t kCount = 500;
    for (std::size_t i = 0; i < kCount; ++i) {
        launch("idle", holding());
    }
    ASSERT_TRUE(report_.wait_for("idle started", kCount, Milliseconds{120'000}));
    const auto listing = install_file().list();
    EXPECT_EQ(listing.code, 0U);
    EXPECT_EQ(listing.apps.size(), kCount);
}

TEST_F(List, Files_TwoHundredThousandInFourCalls_AreRegisteredAndListed) {
    constexpr std::size_t kAll = 200'000;
    auto& window = run("window", holding());
    auto& installer = install_file();
    for (const auto* name : {"a", "b", "c", "d"}) {
        const auto folder = folder_ / name;
        std::filesystem::create_directory(folder);
        ASSERT_EQ(installer.ask("register-missing", " 50000 " + text(folder)), "0") << name;
    }
    const auto hash = broker().sessions().sessions.front().hash;
    EXPECT_EQ(broker().session(hash).file_count, kAll + 1);
    const auto listing = installer.list();
    EXPECT_EQ(listing.code, 0U);
    ASSERT_EQ(listing.apps.size(), 1U);
    EXPECT_EQ(listing.apps.front().pid, window.pid());
}

TEST_F(List, Files_BeyondTheByteQuota_OutOfMemoryAndNoneIsRegistered) {
    set_policy({{L"MegabytesPerUser", 1}});
    run("window", holding());
    auto& installer = install();
    const auto refused = installer.ask("register-missing", " 50000 " + text(folder_));
    EXPECT_EQ(refused, "14");
    EXPECT_TRUE(installer.list().apps.empty());
    EXPECT_EQ(installer.add({file_target(file_)}), 0U) << "there is room for this one";
    EXPECT_EQ(installer.list().apps.size(), 1U);
}

}  // namespace
}  // namespace rmb::e2e
