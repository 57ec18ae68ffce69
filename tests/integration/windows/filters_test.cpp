#include "harness/affecting_test.hpp"

#include "child/text.hpp"

#include <string>
#include <vector>

/// The filters, and what they keep from being done (reference, sections 9 to 11).
namespace rmb::e2e {
namespace {

/// The three triggers.
constexpr DWORD kByFile = 1;
constexpr DWORD kByService = 3;

class Filters : public Affecting {
protected:
    struct Rows {
        DWORD code = 0;
        DWORD needed = 0;
        std::vector<std::string> rows;  // "ACTION TRIGGER TARGET"
    };
    static Rows filters(Installer& installer, DWORD bytes) {
        auto parts = split(installer.ask("filters", " " + std::to_string(bytes)), '|');
        std::istringstream head{parts.at(0)};
        Rows found;
        head >> found.code >> found.needed;
        found.rows.assign(parts.begin() + 1, parts.end());
        return found;
    }
    static std::string row(DWORD action, DWORD trigger, const std::string& target) {
        return std::to_string(action) + " " + std::to_string(trigger) + " " + target;
    }
    std::string app_path() const {
        return text(programs().child.parent_path() / "rmb-e2e-app.exe");
    }
};

TEST_F(Filters, Chain_OfThreeKinds_IsGivenInABufferThatSuffices) {
    auto& installer = install();
    EXPECT_EQ(filters(installer, 0).code, 0U) << "there are none";
    ASSERT_EQ(installer.add_filter({file_target(app_path())}, kNoRestart), 0U);
    ASSERT_EQ(installer.add_filter({process_target(4, 77)}, kNoShutdown), 0U);
    ASSERT_EQ(installer.add_filter({service_target("RmbBase")}, kNoRestart), 0U);
    const auto needed = filters(installer, 0).needed;
    for (const DWORD bytes : {DWORD{0}, DWORD{1}, needed - 1}) {
        const auto refused = filters(installer, bytes);
        EXPECT_EQ(refused.code, static_cast<DWORD>(ERROR_MORE_DATA)) << bytes;
        EXPECT_EQ(refused.needed, needed);
    }
    for (const DWORD bytes : {needed, needed + 100}) {
        const auto all = filters(installer, bytes);
        EXPECT_EQ(all.code, 0U);
        EXPECT_EQ(all.rows,
                  (std::vector{row(kNoRestart, kByFile, app_path()), std::string{"2 2 4:77"},
                               row(kNoRestart, kByService, "RmbBase")}));
    }
}

TEST_F(Filters, SameTarget_Again_IsReplaced) {
    auto& installer = install();
    ASSERT_EQ(installer.add_filter({service_target("RmbBase")}, kNoRestart), 0U);
    ASSERT_EQ(installer.add_filter({service_target("RmbBase")}, kNoShutdown), 0U);
    EXPECT_EQ(filters(installer, 1'000).rows, std::vector{row(kNoShutdown, kByService, "RmbBase")});
}

TEST_F(Filters, Remove_KnownAndUnknown_SuccessAndFileNotFound) {
    auto& installer = install();
    ASSERT_EQ(installer.add_filter({service_target("RmbBase")}, kNoRestart), 0U);
    EXPECT_EQ(installer.remove_filter({service_target("RmbOther")}), 2U);
    EXPECT_EQ(installer.remove_filter({service_target("RmbBase")}), 0U);
    EXPECT_EQ(installer.remove_filter({service_target("RmbBase")}), 2U);
    EXPECT_TRUE(filters(installer, 1'000).rows.empty());
}

TEST_F(Filters, Arguments_NotExactlyOneTargetOrNoAction_BadArguments) {
    auto& installer = install();
    EXPECT_EQ(installer.add_filter({}, kNoRestart), 160U);
    EXPECT_EQ(installer.add_filter({service_target("A"), process_target(4, 77)}, kNoRestart), 160U);
    EXPECT_EQ(installer.remove_filter({}), 160U);
    EXPECT_EQ(installer.remove_filter({service_target("A"), file_target(file_)}), 160U);
    for (const DWORD action : {0U, 3U}) {
        EXPECT_EQ(installer.add_filter({service_target("A")}, action), 160U) << action;
    }
}

TEST_F(Filters, Secondary_1219) {
    auto& primary = install();
    Installer secondary{spawn(), primary.key()};
    EXPECT_EQ(secondary.add_filter({service_target("A")}, kNoRestart), 1219U);
    EXPECT_EQ(secondary.remove_filter({service_target("A")}), 1219U);
    EXPECT_EQ(filters(secondary, 100).code, 1219U);
}

TEST_F(Filters, NoShutdown_OfAProgramProcessOrService_IsNotTouched) {
    auto& window = run("window", registered());
    auto& console = run("console", registered());
    auto& service = run_service("RmbBase", file_);
    auto& installer = install_file();
    ASSERT_EQ(installer.add_filter({file_target(app_path())}, kNoShutdown), 0U);
    ASSERT_EQ(installer.add_filter({process_target(console.pid())}, kNoShutdown), 0U);
    ASSERT_EQ(installer.add_filter({service_target("RmbBase")}, kNoShutdown), 0U);
    EXPECT_EQ(installer.shut_down(kForce).code, 0U) << "what a filter keeps is no failure";
    EXPECT_TRUE(window.is_alive());
    EXPECT_TRUE(console.is_alive());
    EXPECT_TRUE(service.is_running());
    EXPECT_EQ(installer.restart().code, 0U);
    EXPECT_EQ(report_.lines().size(), 3U) << "nobody was told or started: " << report_.all();
    const auto listing = installer.list();
    for (const auto* const app :
         {listing.of(window.pid()), listing.of(console.pid()), listing.of("RmbBase")}) {
        ASSERT_NE(app, nullptr);
        EXPECT_NE(app->status & kStatusShutdownMasked, 0U) << app->name;
        EXPECT_EQ(app->status & (kStatusStopped | kStatusRestarted), 0U) << app->name;
    }
}

TEST_F(Filters, NoRestart_OfOne_IsStoppedAndNotStarted) {
    run("window", registered());
    auto& tray = run("tray", registered());
    auto& service = run_service("RmbBase", file_);
    auto& installer = install_file();
    ASSERT_EQ(installer.add_filter({process_target(tray.pid())}, kNoRestart), 0U);
    ASSERT_EQ(installer.add_filter({service_target("RmbBase")}, kNoRestart), 0U);
    ASSERT_EQ(installer.shut_down().code, 0U);
    EXPECT_EQ(installer.restart().code, 0U);
    ASSERT_TRUE(report_.wait_for("window started", 2)) << report_.all();
    EXPECT_EQ(report_.count("tray started"), 1U);
    EXPECT_FALSE(service.is_running());
    const auto listing = installer.list();
    ASSERT_NE(listing.of("RmbBase"), nullptr);
    EXPECT_NE(listing.of("RmbBase")->status & kStatusRestartMasked, 0U);
}

TEST_F(Filters, NoRestart_AddedAfterTheShutdown_CountsUntilItIsRemoved) {
    auto& window = run("window", registered());
    run_service("RmbBase", file_);
    auto& installer = install_file();
    ASSERT_EQ(installer.shut_down().code, 0U);
    ASSERT_EQ(installer.add_filter({file_target(app_path())}, kNoRestart), 0U);
    EXPECT_EQ(installer.restart().code, 0U);
    EXPECT_EQ(report_.starts_of("RmbBase").size(), 2U) << report_.all();
    const auto listing = installer.list();
    const auto* const app = listing.of(window.pid());
    ASSERT_NE(app, nullptr);
    EXPECT_NE(app->status & kStatusRestartMasked, 0U);
    EXPECT_EQ(app->status & kStatusRestarted, 0U);
    EXPECT_EQ(report_.starts_of("window").size(), 1U) << report_.all();
    ASSERT_EQ(installer.remove_filter({file_target(app_path())}), 0U);
    EXPECT_EQ(installer.restart().code, 0U);
    EXPECT_TRUE(report_.wait_for("window started", 2)) << report_.all();
    EXPECT_EQ(report_.starts_of("RmbBase").size(), 2U) << report_.all();
}

}  // namespace
}  // namespace rmb::e2e
