// Version, configuration, state: what the service says, and what this machine's policy says.
#include "client/ctl/doctor_findings.hpp"

#include "client/ctl/output.hpp"
#include "client/ctl/text.hpp"

#include <utility>

namespace rmb::ctl {
namespace {

constexpr std::string_view kPolicyKey = R"(HKLM\SOFTWARE\Policies\rmbroker)";
constexpr std::string_view kServiceKey = R"(HKLM\SYSTEM\CurrentControlSet\Services\RmBroker)";
constexpr std::string_view kStateKey = R"(HKLM\SYSTEM\CurrentControlSet\Services\RmBroker\State)";
constexpr std::string_view kNotAsked = "the service was not asked";

std::string delete_command(std::string_view key, const std::string& value) {
    return "reg.exe delete " + std::string{key} + " /v \"" + value + "\" /f /reg:64";
}

/// "policy\SessionsPerUser": a setting. Stored records are named without a backslash.
bool is_setting(const proto::Problem& problem) {
    return problem.where.find('\\') != std::string::npos;
}

Finding no_status(const DoctorFacts& facts, const Failure& failure) {
    if (failure.answered) {
        return {"version",
                Health::problem,
                "the service refuses: " + error_text(failure.error),
                "Where it is a limit, see whose sessions and connections use it up:",
                {"rmbctl sessions"}};
    }
    return {"version", Health::problem, "the service does not answer: " + error_text(failure.error),
            "Restart it; its sessions are kept:", restart_commands(facts)};
}

Finding version_finding(const DoctorFacts& facts) {
    const auto own =
        "rmbctl " + facts.client_version + " protocol " + std::to_string(facts.client_protocol);
    if (!facts.status) {
        return {"version", Health::cannot_tell, own + "; " + std::string{kNotAsked}};
    }
    if (!*facts.status) {
        return no_status(facts, facts.status->error());
    }
    const auto& status = **facts.status;
    const auto both =
        "service " + status.version + " protocol " + std::to_string(status.protocol) + ", " + own;
    if (status.protocol < facts.client_protocol) {
        return {"version",
                Health::problem,
                both + ": the service is older",
                "Install the service that came with this rmbctl, as an administrator:",
                {sc_command("stop"), install_command(facts), sc_command("start")}};
    }
    return {"version", Health::ok, both};
}

Finding bad_setting(const DoctorFacts& facts, const proto::Problem& problem) {
    const auto name_at = problem.where.find('\\') + 1;
    const auto source = problem.where.substr(0, name_at - 1);
    const auto name = problem.where.substr(name_at);
    Finding finding{"configuration", Health::problem, problem.where + ": " + problem.what,
                    "Correct the value, or delete it and let the service read again:"};
    if (!facts.has_scm) {
        finding.advice = "Correct it where the test host was started (" + source + ").";
        return finding;
    }
    std::string key{kPolicyKey};
    if (source != "policy") {
        key = kServiceKey;
        key += '\\';
        key += source;
    }
    finding.commands = {delete_command(key, name), sc_command("control", "paramchange")};
    return finding;
}

std::vector<Finding> configuration_findings(const DoctorFacts& facts) {
    if (!facts.status || !*facts.status) {
        return {{"configuration", Health::cannot_tell, std::string{kNotAsked}}};
    }
    std::vector<Finding> findings;
    for (const auto& problem : (*facts.status)->problems) {
        if (is_setting(problem)) {
            findings.push_back(bad_setting(facts, problem));
        }
    }
    if (findings.empty()) {
        findings.push_back({"configuration", Health::ok, "the service ignored no value"});
    }
    return findings;
}

std::vector<Finding> policy_findings(const DoctorFacts& facts) {
    std::vector<Finding> findings;
    for (const auto& problem : facts.policy_problems) {
        const auto name = problem.where.substr(problem.where.rfind(' ') + 1);
        findings.push_back({"client policy",
                            Health::problem,
                            problem.where + ": " + problem.what,
                            "Correct the value, or delete it:",
                            {delete_command(kPolicyKey, name)}});
    }
    if (facts.trust == client::Trust::console_too) {
        findings.push_back(
            {"client policy",
             Health::problem,
             "AcceptConsoleBroker is set: a broker that is not the service is trusted too",
             "It is meant for developers. Elsewhere, delete it:",
             {delete_command(kPolicyKey, "AcceptConsoleBroker")}});
    }
    if (findings.empty()) {
        findings.push_back({"client policy", Health::ok, "clients ignore no value"});
    }
    return findings;
}

Finding unreadable_record(const DoctorFacts& facts, const proto::Problem& problem) {
    Finding finding{"state", Health::problem,
                    "stored record " + problem.where + " cannot be read: " + problem.what};
    if (!facts.has_scm) {
        finding.advice = "It does no harm. Delete the file in the test host's store.";
        return finding;
    }
    finding.advice =
        "It does no harm, and is gone when the machine restarts. To be rid of it now, as an "
        "administrator (the other sessions are kept):";
    finding.commands = {delete_command(kStateKey, problem.where), sc_command("stop"),
                        sc_command("start")};
    return finding;
}

std::vector<Finding> state_findings(const DoctorFacts& facts) {
    const bool asked = facts.status && *facts.status && facts.sessions && *facts.sessions;
    if (!asked) {
        return {{"state", Health::cannot_tell, std::string{kNotAsked}}};
    }
    std::vector<Finding> findings;
    for (const auto& problem : (*facts.status)->problems) {
        if (!is_setting(problem)) {
            findings.push_back(unreadable_record(facts, problem));
        }
    }
    for (const auto& orphan : facts.orphans) {
        findings.push_back({"state",
                            Health::problem,
                            "session " + orphan.hash + " is open, but its primary process " +
                                std::to_string(orphan.pid) + " is gone",
                            "End it:",
                            {"rmbctl end " + orphan.hash}});
    }
    const auto& sessions = **facts.sessions;
    if (findings.empty()) {
        auto found = count_text(sessions.sessions.size(), "session") +
                     (sessions.sessions.empty() ? "" : ", each with a living primary");
        if (sessions.hidden > 0) {
            found += "; " + std::to_string(sessions.hidden) + " more of other users";
        }
        findings.push_back({"state", Health::ok, found});
    }
    return findings;
}

}  // namespace

std::vector<Finding> content_findings(const DoctorFacts& facts) {
    std::vector<Finding> all{version_finding(facts)};
    for (const auto group : {configuration_findings, policy_findings, state_findings}) {
        for (auto& finding : group(facts)) {
            all.push_back(std::move(finding));
        }
    }
    return all;
}

}  // namespace rmb::ctl
