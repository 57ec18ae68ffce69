#pragma once

#include "core/ledger.hpp"

#include <utility>

namespace rmb::test {

/// A registered program that was stopped.
[[nodiscard]] inline core::LedgerEntry stopped_program() {
    core::LedgerEntry entry;
    entry.app = {.process = {0x8000'0001, 0xFEDC'BA98'7654'3210},
                 .program = "C:\\Programs\\\xC3\xA4.exe",
                 .user = "S-1-5-21-1-2-3-1001",
                 .windows_session = 1,
                 .name = "Editor",
                 .service = "",
                 .type = core::AppType::main_window,
                 .is_restartable = true,
                 .status = core::app_status::kStopped};
    entry.stage = core::Stage::stopped;
    entry.command_line = "\"C:\\Programs\\\xC3\xA4.exe\" /restored";
    entry.directory = "C:\\Users\\alice";
    return entry;
}

/// A service whose dependents were stopped before it.
[[nodiscard]] inline core::LedgerEntry stopped_service() {
    core::LedgerEntry entry;
    entry.app.process = {7, 70};
    entry.app.name = "Print Spooler";
    entry.app.service = "Spooler";
    entry.app.type = core::AppType::service;
    entry.app.is_restartable = true;
    entry.stage = core::Stage::failed;
    entry.dependents = {{"Fax", {8, 80}, "C:\\Windows\\fax.exe", false},
                        {"PrintNotify", {}, {}, true}};
    entry.why = "it does not start";
    return entry;
}

/// What a session of `installer` stopped: a program and a service.
[[nodiscard]] inline core::Ledger sample_ledger(proto::KeyHash session, core::UserSession owner,
                                                core::ProcessKey installer) {
    core::Ledger ledger;
    ledger.session = std::move(session);
    ledger.owner = std::move(owner);
    ledger.installer = installer;
    ledger.installer_program = "C:\\Setup\\setup.exe";
    ledger.begun_ms = 1'700'000'000'000;
    ledger.entries = {stopped_program(), stopped_service()};
    return ledger;
}

}  // namespace rmb::test
