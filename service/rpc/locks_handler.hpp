#pragma once

#include "core/accounts.hpp"
#include "engine/system.hpp"
#include "proto/limits.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/work_pool.hpp"

#include <cstddef>

namespace rmb::rpc {

/// More in one answer is refused with not_enough_quota: a frame of them would be more than a
/// connection may have unsent, or than a client takes.
inline constexpr std::size_t kMaxHolders = 8'000;
inline constexpr std::size_t kMaxHolderBytes = proto::kMaxUnsentBytes / 4 * 3;

/// Binds locks.query. The references must outlive the dispatcher's calls.
void bind_locks_method(Dispatcher& dispatcher, core::Accounts& accounts, WorkPool& pool,
                       engine::System& system);

}  // namespace rmb::rpc
