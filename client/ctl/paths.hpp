#pragma once

#include "client/ctl/environment.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rmb::ctl {

/// The paths of the command line, made absolute. nullopt where one cannot be put to the service,
/// which would refuse the whole call for it; that is told.
[[nodiscard]] std::optional<std::vector<std::string>> askable_paths(const Environment& environment);

}  // namespace rmb::ctl
