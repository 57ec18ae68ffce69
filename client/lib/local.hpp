#pragma once

#include "client/lib/channel.hpp"
#include "client/lib/clock.hpp"
#include "client/lib/policy.hpp"
#include "proto/identifiers.hpp"

#include <memory>
#include <optional>
#include <vector>

/// The parts of this platform. Programs: load_policy, make_local_dialer, Caller on it.
namespace rmb::client {

/// Windows: the registry's. Linux: the defaults, with an empty pipe_name for the program to set to
/// the test host's socket.
[[nodiscard]] Policy load_policy(std::vector<proto::Problem>* problems = nullptr);

/// Windows: the pipe, verified. Linux: the unix socket `policy.pipe_name`. `clock` must outlive
/// it.
[[nodiscard]] std::unique_ptr<Dialer> make_local_dialer(const Policy& policy, Clock& clock);

/// What SCM says of the service now; `none` on Linux.
[[nodiscard]] ServiceFacts query_service();

/// From the operating system's generator; nullopt if that fails.
[[nodiscard]] std::optional<proto::Token> new_token();

}  // namespace rmb::client
