#pragma once

#include "proto/methods.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// How `session`, `ledger`, `restart` and `free` show what they got.
namespace rmb::ctl {

/// "main window", "service", ... of RM_APP_TYPE.
[[nodiscard]] std::string type_text(std::uint32_t type);
/// "running", "stopped, restarted", ... of RM_APP_STATUS; "unknown" for none.
[[nodiscard]] std::string status_text(std::uint32_t status);
/// "permission denied, session mismatch" of RM_REBOOT_REASON; empty for none.
[[nodiscard]] std::string reasons_text(std::uint32_t reasons);

/// One ledger with its entries.
[[nodiscard]] std::string ledger_text(const proto::LedgerInfo& ledger);
/// `now` is since 1970, UTC, by this machine's clock.
[[nodiscard]] std::string ledgers_text(const proto::LedgersResult& result,
                                       std::chrono::milliseconds now);
[[nodiscard]] std::string session_text(const proto::SessionDetails& session);
/// The applications, what they hold, and why they cannot be stopped where they cannot.
[[nodiscard]] std::string affected_text(const proto::ListResult& list);

}  // namespace rmb::ctl
