#include "client/ctl/ledger_view.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace {

using namespace rmb;
using namespace std::chrono_literals;

proto::LedgerInfo stopped() {
    proto::LedgerInfo ledger;
    ledger.hash = "1122334455667788";
    ledger.begun = 940'000;
    ledger.orphan = true;
    ledger.installer_pid = 4711;
    ledger.installer = R"(C:\setup.exe)";
    ledger.entries = {{88, "Editor", "", R"(C:\edit.exe)", 1, 0x2, "stopped", 0, ""},
                      {99, "Print Spooler", "Spooler", "spool.exe", 3, 0x8, "restarted", 100, ""},
                      {77, "Bad\x1b[2J", "", "bad.exe", 1, 0x22, "failed", 0, "ran elevated"}};
    return ledger;
}

TEST(LedgerText, Entries_StandBelowTheirInstaller) {
    EXPECT_EQ(
        ctl::ledger_text(stopped()),
        "1122334455667788 of C:\\setup.exe, process 4711, whose session has ended\n"
        "  PID  NAME           SERVICE  TYPE     STAGE      STATUS                           NOW  "
        "WHY\n"
        "   88  Editor                  window   stopped    stopped\n"
        "   99  Print Spooler  Spooler  service  restarted  restarted                        100\n"
        "   77  Bad\\x1b[2J              window   failed     stopped, could not be restarted       "
        "ran elevated\n");
}

TEST(LedgersText, Ledger_HasItsAge) {
    const auto text = ctl::ledgers_text({{stopped()}}, 1'000'000ms);
    EXPECT_TRUE(text.ends_with("  begun 1 min ago\n")) << text;
    EXPECT_EQ(ctl::ledgers_text({}, 0ms), "Nothing is stopped.\n");
}

TEST(SessionText, Contents_AreCountedAndShown) {
    proto::SessionDetails session;
    session.hash = "1122";
    session.files = {R"(C:\a.dll)"};
    session.file_count = 3;
    session.services = {"Spooler"};
    session.filters = {{{std::nullopt, std::nullopt, "Spooler"}, 1},
                       {{R"(C:\edit.exe)", std::nullopt, std::nullopt}, 2},
                       {{std::nullopt, proto::ProcessId{88, 1}, std::nullopt}, 2}};
    EXPECT_EQ(ctl::session_text(session),
              "Session 1122\n"
              "Files (3)\n"
              "  C:\\a.dll\n"
              "  and 2 more\n"
              "Services (1)\n"
              "  Spooler\n"
              "Filters (3)\n"
              "  service Spooler: not started again\n"
              "  program C:\\edit.exe: left alone\n"
              "  process 88: left alone\n");
}

TEST(AffectedText, Application_HasStatusAndReasons) {
    proto::ApplicationInfo application;
    application.pid = 88;
    application.name = "Editor";
    application.type = 1'000;
    application.status = 0x11;
    application.reasons = 0x1;
    application.why = "you may not stop it";
    EXPECT_EQ(ctl::affected_text({{application}, 0x1, 1}),
              "PID  NAME    SERVICE  TYPE      STATUS                         WHY\n"
              " 88  Editor           critical  running, could not be stopped  "
              "permission denied: you may not stop it\n"
              "1 process that you may not see\n");
    EXPECT_EQ(ctl::affected_text({}), "Nobody holds them.\n");
}

TEST(AffectedText, EveryTypeAndBit_HasAName) {
    for (const std::uint32_t type : {1U, 2U, 3U, 4U, 5U, 1'000U}) {
        EXPECT_NE(ctl::type_text(type), "unknown") << type;
    }
    EXPECT_EQ(ctl::type_text(6), "unknown");
    for (std::uint32_t bit = 1; bit <= 0x80; bit <<= 1U) {
        EXPECT_NE(ctl::status_text(bit), "unknown") << bit;
    }
    EXPECT_EQ(ctl::status_text(0), "unknown");
    EXPECT_EQ(ctl::reasons_text(0x3), "permission denied, another Windows session");
    EXPECT_EQ(ctl::reasons_text(0), "");
}

}  // namespace
