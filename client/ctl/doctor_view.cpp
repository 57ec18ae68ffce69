#include "client/ctl/doctor_view.hpp"

#include "client/ctl/text.hpp"

#include <algorithm>

namespace rmb::ctl {
namespace {

std::size_t count(const std::vector<Finding>& findings, Health health) {
    return static_cast<std::size_t>(std::ranges::count(findings, health, &Finding::health));
}

std::string_view json_name(Health health) {
    return health == Health::cannot_tell ? "cannotTell" : to_string(health);
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

std::string verdict_line(const std::vector<Finding>& findings) {
    const auto problems = count(findings, Health::problem);
    const auto untold = count(findings, Health::cannot_tell);
    auto text = problems == 0 ? std::string{"No problem found"} : count_text(problems, "problem");
    if (untold > 0) {
        text += ", " + count_text(untold, "check") + " could not be made";
    }
    return text + ".\n";
}

}  // namespace

std::size_t problem_count(const std::vector<Finding>& findings) {
    return count(findings, Health::problem);
}

std::string doctor_text(const std::vector<Finding>& findings) {
    std::size_t health_width = 0;
    std::size_t check_width = 0;
    for (const auto& finding : findings) {
        health_width = std::max(health_width, to_string(finding.health).size());
        check_width = std::max(check_width, finding.check.size());
    }
    const std::string indent(health_width + 2, ' ');
    std::string text;
    for (const auto& finding : findings) {
        text += padded(std::string{to_string(finding.health)}, health_width) + "  " +
                padded(finding.check, check_width) + "  " + printable(finding.found) + "\n";
        if (!finding.advice.empty()) {
            text += indent + "-> " + printable(finding.advice) + "\n";
        }
        for (const auto& command : finding.commands) {
            text += indent + "     " + printable(command) + "\n";
        }
    }
    return text + "\n" + verdict_line(findings);
}

nlohmann::json doctor_json(const std::vector<Finding>& findings) {
    auto list = nlohmann::json::array();
    for (const auto& finding : findings) {
        list.push_back({{"check", finding.check},
                        {"verdict", json_name(finding.health)},
                        {"found", finding.found},
                        {"advice", finding.advice},
                        {"commands", finding.commands}});
    }
    return {{"findings", std::move(list)},
            {"problems", count(findings, Health::problem)},
            {"cannotTell", count(findings, Health::cannot_tell)}};
}

}  // namespace rmb::ctl
