#pragma once

#include "core/broker.hpp"
#include "proto/broker_wire.hpp"
#include "rpc/call.hpp"

#include <utility>

namespace rmb::rpc {

[[nodiscard]] inline core::result<proto::Empty> to_empty(const core::result<void>& outcome) {
    return outcome ? core::result<proto::Empty>{proto::Empty{}}
                   : core::result<proto::Empty>{outcome.error()};
}

/// A completion that answers {}.
[[nodiscard]] inline core::Broker::Completion<void> empty_answer(Reply<proto::Empty> reply) {
    return
        [reply = std::move(reply)](const core::result<void>& outcome) { reply(to_empty(outcome)); };
}

}  // namespace rmb::rpc
