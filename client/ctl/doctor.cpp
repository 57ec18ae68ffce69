// doctor: collects the facts. What follows from them is doctor_findings' business.
#include "client/ctl/commands.hpp"
#include "client/ctl/doctor_facts.hpp"
#include "client/ctl/doctor_findings.hpp"
#include "client/ctl/doctor_view.hpp"
#include "client/ctl/platform.hpp"
#include "proto/limits.hpp"
#include "proto/version.hpp"

#include <vector>

namespace rmb::ctl {
namespace {

namespace method = proto::method;

#ifdef _WIN32
constexpr bool kHasScm = true;
#else
constexpr bool kHasScm = false;
#endif

/// The service ends a session within a second of its primary's death.
constexpr client::Milliseconds kTimeToNotice{1'500};

std::vector<OrphanedSession> orphans_among(const std::vector<proto::SessionInfo>& sessions) {
    std::vector<OrphanedSession> orphans;
    for (const auto& session : sessions) {
        const auto& primary = session.primary;
        if (process_state(primary.pid, primary.start_time) == ProcessState::gone) {
            orphans.push_back({session.hash, primary.pid});
        }
    }
    return orphans;
}

void ask_service(Environment& environment, DoctorFacts& facts) {
    facts.status = environment.call<method::Status>({});
    if (!*facts.status) {
        return;  // one wait is enough
    }
    facts.sessions = environment.call<method::Sessions>({});
    if (!*facts.sessions || orphans_among((*facts.sessions)->sessions).empty()) {
        return;
    }
    auto& clock = environment.clock();
    clock.sleep_until(clock.now() + kTimeToNotice);
    facts.sessions = environment.call<method::Sessions>({});
    if (*facts.sessions) {
        facts.orphans = orphans_among((*facts.sessions)->sessions);
    }
}

DoctorFacts gather(Environment& environment) {
    DoctorFacts facts;
    facts.has_scm = kHasScm;
    facts.broker_program = broker_program();
    facts.client_version = proto::kVersion;
    facts.client_protocol = proto::kProtocolVersion;
    facts.pipe_name = environment.policy().pipe_name;
    facts.trust = environment.policy().trust;
    facts.policy_problems = environment.policy_problems();
    facts.server = environment.dialer().inspect();
    facts.setup = query_service_setup();
    if (facts.server.facts.owner_sid) {
        facts.owner_account = account_name(*facts.server.facts.owner_sid);
    }
    if (facts.server.verdict == client::Verdict::genuine) {
        ask_service(environment, facts);
    }
    return facts;
}

}  // namespace

ExitCode run_doctor(Environment& environment) {
    const auto findings = findings_of(gather(environment));
    environment.output().result(doctor_json(findings), [&] { return doctor_text(findings); });
    return problem_count(findings) == 0 ? ExitCode::ok : ExitCode::problems;
}

}  // namespace rmb::ctl
