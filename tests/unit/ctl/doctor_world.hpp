#pragma once

#include "client/ctl/doctor_findings.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rmb::ctl::test {

inline constexpr std::string_view kProgram = R"(C:\Program Files\rmbroker\rmbroker.exe)";

/// A machine on which doctor finds nothing.
inline DoctorFacts healthy_windows() {
    DoctorFacts facts;
    facts.has_scm = true;
    facts.broker_program = kProgram;
    facts.client_version = "1.2.3";
    facts.client_protocol = 1;
    facts.pipe_name = client::kDefaultPipeName;
    facts.server.name = facts.pipe_name;
    facts.server.service = {client::ServiceFacts::Answer::known, 0, 4, 4711};
    facts.server.pipe = client::ServerReport::Pipe::open;
    facts.server.facts = {std::string{client::kSystemSid}, 4711};
    facts.server.verdict = client::Verdict::genuine;
    facts.owner_account = R"(NT AUTHORITY\SYSTEM)";
    auto& setup = facts.setup.facts;
    setup.start_type = proto::kServiceStartType;
    setup.delayed_start = false;
    setup.account = "LocalSystem";
    setup.image_path = "\"" + std::string{kProgram} + "\"";
    setup.restart_delays_ms = {proto::kRestartDelaysMs.begin(), proto::kRestartDelaysMs.end()};
    setup.act_on_error_exit = true;
    setup.sid_type = proto::kServiceSidType;
    setup.authenticated_users_access = proto::kServiceClientAccess;
    setup.description = std::string{proto::kServiceDescription};
    proto::StatusResult status;
    status.version = "1.2.3";
    status.protocol = 1;
    facts.status = status;
    facts.sessions = proto::SessionsResult{};
    return facts;
}

inline DoctorFacts healthy_linux() {
    auto facts = healthy_windows();
    facts.has_scm = false;
    facts.broker_program = "rmb-testhost";
    facts.pipe_name = "/run/s";
    facts.server.name = facts.pipe_name;
    facts.server.service = {};
    facts.server.facts = {};
    facts.owner_account.reset();
    facts.setup = {};
    return facts;
}

/// The service was not asked, as its pipe was not open or not the broker's.
inline void ask_nothing(DoctorFacts& facts) {
    facts.status.reset();
    facts.sessions.reset();
}

inline void pipe_is(DoctorFacts& facts, client::ServerReport::Pipe state, std::uint32_t error) {
    facts.server.pipe = state;
    facts.server.pipe_error = error;
    facts.server.facts = {};
    facts.server.verdict.reset();
    facts.owner_account.reset();
    ask_nothing(facts);
}

inline proto::StatusResult& status_in(DoctorFacts& facts) {
    return **facts.status;
}

inline std::vector<Finding> findings_for(const DoctorFacts& facts, std::string_view check) {
    auto all = findings_of(facts);
    std::erase_if(all, [&](const Finding& finding) { return finding.check != check; });
    return all;
}

/// One way in which a machine is not well, and all that doctor says of the check concerned.
struct Ailment {
    std::string name;
    std::function<void(DoctorFacts& facts)> change;
    Finding expected;
};

inline void expect_each(const std::vector<Ailment>& rows, DoctorFacts (*healthy)()) {
    for (const auto& row : rows) {
        SCOPED_TRACE(row.name);
        auto facts = healthy();
        row.change(facts);
        const auto found = findings_for(facts, row.expected.check);
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(to_string(found[0].health), to_string(row.expected.health));
        EXPECT_EQ(found[0].found, row.expected.found);
        EXPECT_EQ(found[0].advice, row.expected.advice);
        EXPECT_EQ(found[0].commands, row.expected.commands);
    }
}

}  // namespace rmb::ctl::test
