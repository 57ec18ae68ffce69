#pragma once

#include "core/accounts.hpp"
#include "core/broker.hpp"
#include "proto/methods.hpp"
#include "rpc/dispatcher.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace rmb::rpc {

/// What broker.status tells that neither broker nor accounts know.
struct ServiceFacts {
    std::uint32_t pid = 0;
    std::function<std::vector<proto::Problem>()> problems;
};

/// Binds what needs nothing but the broker: start, join, end, and what tells of the service.
void bind_methods(Dispatcher& dispatcher, core::Broker& broker, const core::Accounts& accounts,
                  ServiceFacts facts);

}  // namespace rmb::rpc
