// Installed? Running?
#include "client/ctl/doctor_findings.hpp"

namespace rmb::ctl {
namespace {

using Answer = client::ServiceFacts::Answer;

constexpr std::uint32_t kNeverStarted = 1077;     // ERROR_SERVICE_NEVER_STARTED
constexpr std::uint32_t kServiceSpecific = 1066;  // ERROR_SERVICE_SPECIFIC_ERROR
constexpr std::uint32_t kDisabled = 4;            // SERVICE_DISABLED

// SERVICE_STOPPED, ...
constexpr std::uint32_t kStopped = 1;
constexpr std::uint32_t kStartPending = 2;
constexpr std::uint32_t kStopPending = 3;

std::string code_text(std::uint32_t code) {
    return "error " + std::to_string(code) + " (" +
           std::string{proto::code_name(static_cast<proto::Code>(code))} + ")";
}

std::string last_exit_text(const std::optional<ServiceSetup::ExitCodes>& codes) {
    if (!codes || codes->win32 == 0) {
        return {};
    }
    if (codes->win32 == kNeverStarted) {
        return "; not started since the machine was";
    }
    return "; it ended with " +
           code_text(codes->win32 == kServiceSpecific ? codes->specific : codes->win32);
}

Finding installed(const DoctorFacts& facts) {
    Finding finding{"installed", Health::ok, {}};
    const auto& service = facts.server.service;
    switch (service.answer) {
        case Answer::known:
            finding.found = "service " + std::string{proto::kServiceName};
            if (facts.setup.facts.image_path) {
                finding.found += ", " + *facts.setup.facts.image_path;
            }
            return finding;
        case Answer::not_installed:
            finding.health = Health::problem;
            finding.found = "there is no service " + std::string{proto::kServiceName};
            finding.advice = "Install it, as an administrator:";
            finding.commands = {install_command(facts), sc_command("start")};
            return finding;
        case Answer::denied:
        case Answer::failed:
        case Answer::none:
            break;
    }
    finding.health = Health::cannot_tell;
    finding.found =
        service.answer == Answer::denied
            ? "the Service Control Manager does not answer this user"
            : "the Service Control Manager cannot be asked: " + code_text(service.error);
    finding.advice = "Look as an administrator:";
    finding.commands = {"rmbctl doctor"};
    return finding;
}

Finding stopped_finding(const DoctorFacts& facts) {
    const auto& setup = facts.setup;
    Finding finding{"running", Health::problem, "stopped" + last_exit_text(setup.last_exit),
                    "Start it, as an administrator:"};
    const bool failed =
        setup.last_exit && setup.last_exit->win32 != 0 && setup.last_exit->win32 != kNeverStarted;
    if (failed) {
        finding.advice = "The log in " + std::string{kLogFolder} +
                         " says why. Then start it, as an administrator:";
    }
    if (setup.facts.start_type == kDisabled) {
        finding.found += "; its start type is disabled";
        finding.commands.push_back(sc_command("config", "start= auto"));
    }
    finding.commands.push_back(sc_command("start"));
    return finding;
}

Finding running_finding(const DoctorFacts& facts) {
    const auto& service = facts.server.service;
    if (service.answer == Answer::not_installed) {
        return {"running", Health::cannot_tell, "it is not installed"};
    }
    if (service.answer != Answer::known) {
        return {"running", Health::cannot_tell, "only the Service Control Manager knows"};
    }
    if (is_running(facts)) {
        return {"running", Health::ok, "process " + std::to_string(service.pid)};
    }
    if (service.state == kStopped) {
        return stopped_finding(facts);
    }
    std::string what = "it is neither running nor stopped: state " + std::to_string(service.state);
    if (service.state == kStartPending) {
        what = "it is starting";
    } else if (service.state == kStopPending) {
        what = "it is stopping";
    }
    return {"running",
            Health::problem,
            what,
            "Look again in a few seconds; if it stays so, read the log in " +
                std::string{kLogFolder} + ". What it waits for:",
            {sc_command("queryex")}};
}

}  // namespace

std::vector<Finding> service_findings(const DoctorFacts& facts) {
    if (!facts.has_scm) {
        return {};
    }
    return {installed(facts), running_finding(facts)};
}

}  // namespace rmb::ctl
