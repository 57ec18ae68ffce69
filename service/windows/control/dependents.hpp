#pragma once

#include "windows/api.hpp"

#include <map>
#include <string>
#include <vector>

namespace rmb::win {

/// engine::Control::dependents().
[[nodiscard]] result<std::vector<std::string>> running_dependents(const std::string& service);

/// Of services, each with those that it depends on: which depend on `service`, directly or not,
/// those first on which no other one of them depends. Names are told apart as SCM does, whatever
/// their case; services that depend on each other come in any order.
[[nodiscard]] std::vector<std::string> stop_order(
    const std::string& service, const std::map<std::string, std::vector<std::string>>& needs);

}  // namespace rmb::win
