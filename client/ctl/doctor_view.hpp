#pragma once

#include "client/ctl/doctor_findings.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace rmb::ctl {

[[nodiscard]] std::size_t problem_count(const std::vector<Finding>& findings);

[[nodiscard]] std::string doctor_text(const std::vector<Finding>& findings);
[[nodiscard]] nlohmann::json doctor_json(const std::vector<Finding>& findings);

}  // namespace rmb::ctl
