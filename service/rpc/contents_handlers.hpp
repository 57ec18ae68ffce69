#pragma once

#include "core/accounts.hpp"
#include "core/broker.hpp"
#include "rpc/dispatcher.hpp"

namespace rmb::rpc {

/// Binds session.register, session.cancel, filter.* and broker.session: what a session contains.
/// The references must outlive the dispatcher's calls.
void bind_contents_methods(Dispatcher& dispatcher, core::Broker& broker, core::Accounts& accounts);

}  // namespace rmb::rpc
