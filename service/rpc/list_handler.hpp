#pragma once

#include "core/accounts.hpp"
#include "core/broker.hpp"
#include "engine/affected.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/work_pool.hpp"

namespace rmb::rpc {

/// Binds session.list. The references must outlive the dispatcher's calls.
void bind_list_method(Dispatcher& dispatcher, core::Broker& broker, core::Accounts& accounts,
                      WorkPool& pool, const engine::Machine& machine);

}  // namespace rmb::rpc
