#pragma once

#include "proto/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rmb::win {

/// One thing that was done to SCM's data base.
struct SetupStepResult {
    std::string_view step;
    proto::result<void> outcome;
};

/// Creates the service, or brings one that exists to what proto/service_setup.hpp says. A step that
/// fails does not keep the others from being done; without the first there are no others.
[[nodiscard]] std::vector<SetupStepResult> install_service();

/// Stops the service and deletes it; a service that does not exist is a success.
[[nodiscard]] std::vector<SetupStepResult> uninstall_service();

/// A line for each step to stdout. 0 when all were done, else 1.
int print_steps(const std::vector<SetupStepResult>& steps);

}  // namespace rmb::win
