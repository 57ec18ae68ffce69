// Is the pipe there, and is it the broker who serves it?
#include "client/ctl/doctor_findings.hpp"

namespace rmb::ctl {
namespace {

using Answer = client::ServiceFacts::Answer;
using Pipe = client::ServerReport::Pipe;

std::string pipe_noun(const DoctorFacts& facts) {
    return facts.has_scm ? "pipe" : "socket";
}

std::string look_for_owner(std::uint32_t pid) {
    return "tasklist.exe /svc /fi \"PID eq " + std::to_string(pid) + "\"";
}

Finding missing_pipe(const DoctorFacts& facts) {
    const auto& name = facts.pipe_name;
    Finding finding{pipe_noun(facts), Health::problem, "there is no " + name};
    if (!facts.has_scm) {
        finding.found = "nobody listens on " + name;
        finding.advice = "Start the test host:";
        finding.commands = restart_commands(facts);
    } else if (name != client::kDefaultPipeName) {
        finding.found += ", which policy PipeName names";
        finding.advice = "The service serves its default name. Delete the policy value:";
        finding.commands = {
            R"(reg.exe delete HKLM\SOFTWARE\Policies\rmbroker /v PipeName /f /reg:64)"};
    } else if (facts.server.service.answer == Answer::known && !is_running(facts)) {
        finding.health = Health::cannot_tell;
        finding.found += "; the service does not run";
    } else if (facts.server.service.answer == Answer::not_installed) {
        finding.health = Health::cannot_tell;
        finding.found += "; the service is not installed";
    } else {
        finding.advice = "The log in " + std::string{kLogFolder} +
                         " says why. Restart the service, as an administrator:";
        finding.commands = restart_commands(facts);
    }
    return finding;
}

Finding denied_pipe(const DoctorFacts& facts) {
    Finding finding{pipe_noun(facts), Health::problem, "no access to " + facts.pipe_name};
    if (facts.has_scm) {
        finding.advice =
            "Every authenticated user has access, unless the program is in an AppContainer, has "
            "low integrity or a restricted token. What this one has:";
        finding.commands = {"whoami.exe /all"};
    } else {
        finding.advice = "The test host made it for other users:";
        finding.commands = {"ls -l " + facts.pipe_name};
    }
    return finding;
}

Finding pipe_finding(const DoctorFacts& facts) {
    switch (facts.server.pipe) {
        case Pipe::open:
            return {pipe_noun(facts), Health::ok, facts.pipe_name};
        case Pipe::missing:
            return missing_pipe(facts);
        case Pipe::denied:
            return denied_pipe(facts);
        case Pipe::busy:
            return {pipe_noun(facts), Health::problem, "busy: nobody accepted the connection",
                    "Look again in a few seconds; if it stays so, restart the service:",
                    restart_commands(facts)};
        case Pipe::failed:
            break;
    }
    return {pipe_noun(facts), Health::problem,
            facts.pipe_name + " cannot be opened: error " + std::to_string(facts.server.pipe_error),
            "Restart the service:", restart_commands(facts)};
}

Finding owner_finding(const DoctorFacts& facts) {
    const auto& owner = facts.server.facts.owner_sid;
    if (facts.server.pipe != Pipe::open) {
        return {"owner", Health::cannot_tell, "the pipe is not open"};
    }
    if (!owner) {
        return {"owner",
                Health::cannot_tell,
                "the pipe does not say whose it is; nothing was sent to it",
                "Look as an administrator:",
                {"rmbctl doctor"}};
    }
    const auto shown = facts.owner_account ? *facts.owner_account + " (" + *owner + ")" : *owner;
    if (*owner == client::kSystemSid) {
        return {"owner", Health::ok, shown};
    }
    const bool is_console = *owner == client::kAdministratorsSid;
    if (is_console && facts.trust == client::Trust::console_too) {
        return {"owner", Health::ok, shown + ", as policy AcceptConsoleBroker allows"};
    }
    Finding finding{"owner", Health::problem,
                    "the pipe belongs to " + shown + ", not to SYSTEM; nothing was sent to it",
                    is_console ? "Perhaps 'rmbroker console' runs. End the process that serves the "
                                 "pipe, then start the service:"
                               : "End the process that took the pipe's name, then start the "
                                 "service:"};
    if (facts.server.facts.server_pid) {
        finding.commands.push_back(look_for_owner(*facts.server.facts.server_pid));
    }
    finding.commands.push_back(sc_command("start"));
    return finding;
}

Finding process_finding(const DoctorFacts& facts) {
    const auto& pid = facts.server.facts.server_pid;
    const auto& service = facts.server.service;
    const std::string check = "server process";
    if (facts.server.pipe != Pipe::open) {
        return {check, Health::cannot_tell, "the pipe is not open"};
    }
    if (!pid) {
        return {check, Health::cannot_tell, "the pipe does not say who serves it"};
    }
    const auto process = "process " + std::to_string(*pid);
    if (service.answer == Answer::known && service.pid == *pid) {
        return {check, Health::ok, process + ", the service's"};
    }
    if (facts.trust == client::Trust::console_too) {
        return {check, Health::ok,
                process + ", not the service's, as policy AcceptConsoleBroker allows"};
    }
    if (service.answer != Answer::known && service.answer != Answer::not_installed) {
        return {check, Health::cannot_tell,
                process + "; the Service Control Manager does not say which is the service's"};
    }
    const auto expected = service.pid == 0 ? std::string{"the service has none"}
                                           : "the service's is " + std::to_string(service.pid);
    return {check,
            Health::problem,
            process + ", but " + expected + "; nothing was sent to it",
            "So it looks for a moment while the service restarts: look again. If it stays so, see "
            "what the process is and end it, then start the service:",
            {look_for_owner(*pid), sc_command("start")}};
}

}  // namespace

std::vector<Finding> server_findings(const DoctorFacts& facts) {
    if (!facts.has_scm) {
        return {pipe_finding(facts)};
    }
    return {pipe_finding(facts), owner_finding(facts), process_finding(facts)};
}

}  // namespace rmb::ctl
