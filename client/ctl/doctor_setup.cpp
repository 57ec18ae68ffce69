// What `sc create` leaves unset. What it should be stands in proto/service_setup.hpp.
#include "client/ctl/doctor_findings.hpp"

#include <algorithm>
#include <array>

namespace rmb::ctl {
namespace {

using Facts = proto::ServiceSetupFacts;

/// Whether something is known of a step of proto::service_setup_gaps().
struct Step {
    std::string_view name;
    bool (*is_known)(const Facts& facts);
};

template <auto Member>
bool knows(const Facts& facts) {
    return (facts.*Member).has_value();
}

constexpr std::array kSteps{
    Step{"program path", knows<&Facts::image_path>},
    Step{"account", knows<&Facts::account>},
    Step{"start type", knows<&Facts::start_type>},
    Step{"recovery actions", knows<&Facts::restart_delays_ms>},
    Step{"recovery on error exit", knows<&Facts::act_on_error_exit>},
    Step{"SID type", knows<&Facts::sid_type>},
    Step{"access of users", knows<&Facts::authenticated_users_access>},
    Step{"description", knows<&Facts::description>},
};

}  // namespace

std::vector<Finding> setup_findings(const DoctorFacts& facts) {
    using Answer = client::ServiceFacts::Answer;
    if (!facts.has_scm || facts.server.service.answer == Answer::not_installed) {
        return {};
    }
    auto known = facts.setup.facts;
    if (facts.server.service.answer == Answer::denied) {
        known.authenticated_users_access = 0;  // it was this user who was refused
    }
    const auto gaps = proto::service_setup_gaps(known);
    std::vector<Finding> findings;
    for (const auto& step : kSteps) {
        const auto gap = std::ranges::find(gaps, step.name, &proto::ServiceSetupGap::step);
        Finding finding{std::string{step.name}, Health::ok, "as intended"};
        if (gap != gaps.end()) {
            finding.health = Health::problem;
            finding.found = gap->found + "; intended: " + gap->expected;
            finding.advice = "Set it, as an administrator:";
            finding.commands = {gap->command};
        } else if (!step.is_known(known)) {
            finding.health = Health::cannot_tell;
            finding.found = "this system does not say, or not to this user";
        }
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace rmb::ctl
