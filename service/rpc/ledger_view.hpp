#pragma once

#include "core/ledger.hpp"
#include "proto/ledger_wire.hpp"

#include <cstddef>
#include <string>

namespace rmb::rpc {

/// Command lines and directories are not in it.
[[nodiscard]] proto::LedgerInfo to_wire(const core::Ledger& ledger);

/// About what it takes on the wire.
[[nodiscard]] std::size_t size_of(const core::Ledger& ledger);

/// "stopped:2,left:1": how many entries are in which stage; empty for a ledger without entries.
[[nodiscard]] std::string counts_of(const core::Ledger& ledger);

}  // namespace rmb::rpc
