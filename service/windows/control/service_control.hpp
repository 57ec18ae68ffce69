#pragma once

#include "engine/control.hpp"
#include "windows/api.hpp"

#include <span>
#include <stop_token>
#include <string>
#include <vector>

/// engine::Control's part about services.
namespace rmb::win {

/// SCM waits up to 30 s for a service that does not answer its control (1053 then).
[[nodiscard]] result<void> tell_service_to_stop(const std::string& name);

[[nodiscard]] result<void> tell_service_to_start(const std::string& name);

/// What cannot be asked is in no state. Looks again and again, at most 100 ms apart: SCM's
/// notifications (NotifyServiceStatusChange) come as calls in the middle of whatever waits.
[[nodiscard]] std::vector<bool> wait_for_service_states(std::span<const std::string> names,
                                                        bool running, engine::Milliseconds limit,
                                                        const std::stop_token& stop);

}  // namespace rmb::win
