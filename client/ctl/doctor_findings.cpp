#include "client/ctl/doctor_findings.hpp"

#include <utility>

namespace rmb::ctl {
namespace {

constexpr std::uint32_t kRunning = 4;  // SERVICE_RUNNING

}  // namespace

std::string_view to_string(Health health) {
    switch (health) {
        case Health::ok:
            return "ok";
        case Health::problem:
            return "problem";
        case Health::cannot_tell:
            return "cannot tell";
    }
    return "unknown";
}

bool is_running(const DoctorFacts& facts) {
    return facts.server.service.answer == client::ServiceFacts::Answer::known &&
           facts.server.service.state == kRunning;
}

std::string install_command(const DoctorFacts& facts) {
    const bool has_blank = facts.broker_program.find(' ') != std::string::npos;
    const std::string quote = has_blank ? "\"" : "";
    return quote + facts.broker_program + quote + " install";
}

std::string sc_command(std::string_view verb, std::string_view rest) {
    return "sc.exe " + std::string{verb} + " " + std::string{proto::kServiceName} +
           (rest.empty() ? "" : " ") + std::string{rest};
}

std::vector<std::string> restart_commands(const DoctorFacts& facts) {
    if (!facts.has_scm) {
        return {facts.broker_program + " --socket " + facts.pipe_name};
    }
    return {sc_command("stop"), sc_command("start")};
}

std::vector<Finding> findings_of(const DoctorFacts& facts) {
    std::vector<Finding> all;
    for (const auto group : {service_findings, server_findings, content_findings, setup_findings}) {
        for (auto& finding : group(facts)) {
            all.push_back(std::move(finding));
        }
    }
    return all;
}

}  // namespace rmb::ctl
