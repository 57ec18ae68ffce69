// Version, configuration, client policy, state.
#include "doctor_world.hpp"

namespace {

using namespace rmb::ctl;
using namespace rmb::ctl::test;
using rmb::proto::Code;

const std::string kStart = "sc.exe start RmBroker";
const std::string kStop = "sc.exe stop RmBroker";
const std::string kReload = "sc.exe control RmBroker paramchange";
const std::string kDeletePolicy = R"(reg.exe delete HKLM\SOFTWARE\Policies\rmbroker /v )";
const std::string kNotAsked = "the service was not asked";

TEST(Findings, Version) {
    expect_each(
        {
            {"the same",
             [](DoctorFacts&) {},
             {"version", Health::ok, "service 1.2.3 protocol 1, rmbctl 1.2.3 protocol 1"}},
            {"service is newer",
             [](DoctorFacts& f) {
                 status_in(f).version = "2.0.0";
                 status_in(f).protocol = 2;
             },
             {"version", Health::ok, "service 2.0.0 protocol 2, rmbctl 1.2.3 protocol 1"}},
            {"service is older",
             [](DoctorFacts& f) { f.client_protocol = 2; },
             {"version",
              Health::problem,
              "service 1.2.3 protocol 1, rmbctl 1.2.3 protocol 2: the service is older",
              "Install the service that came with this rmbctl, as an administrator:",
              {kStop, R"("C:\Program Files\rmbroker\rmbroker.exe" install)", kStart}}},
            {"does not answer",
             [](DoctorFacts& f) {
                 f.status =
                     Failure{{Code::sem_timeout, "the broker did not answer in time"}, false};
                 f.sessions.reset();
             },
             {"version",
              Health::problem,
              "the service does not answer: error 121 (ERROR_SEM_TIMEOUT): the broker did not "
              "answer in time",
              "Restart it; its sessions are kept:",
              {kStop, kStart}}},
            {"refuses",
             [](DoctorFacts& f) {
                 f.status = Failure{{Code::out_of_memory, "64 of 64 in use"}, true};
                 f.sessions.reset();
             },
             {"version",
              Health::problem,
              "the service refuses: error 14 (ERROR_OUTOFMEMORY): 64 of 64 in use",
              "Where it is a limit, see whose sessions and connections use it up:",
              {"rmbctl sessions"}}},
            {"not asked",
             ask_nothing,
             {"version", Health::cannot_tell, "rmbctl 1.2.3 protocol 1; " + kNotAsked}},
        },
        healthy_windows);
}

TEST(Findings, Configuration) {
    const std::string advice = "Correct the value, or delete it and let the service read again:";
    expect_each(
        {
            {"good",
             [](DoctorFacts&) {},
             {"configuration", Health::ok, "the service ignored no value"}},
            {"bad policy",
             [](DoctorFacts& f) {
                 status_in(f).problems = {{R"(policy\SessionsPerUser)", "found 0; ignored"}};
             },
             {"configuration",
              Health::problem,
              R"(policy\SessionsPerUser: found 0; ignored)",
              advice,
              {R"(reg.exe delete HKLM\SOFTWARE\Policies\rmbroker /v "SessionsPerUser" /f /reg:64)",
               kReload}}},
            {"bad parameter",
             [](DoctorFacts& f) {
                 status_in(f).problems = {{R"(Parameters\LogLevel)", "found \"loud\"; ignored"}};
             },
             {"configuration",
              Health::problem,
              "Parameters\\LogLevel: found \"loud\"; ignored",
              advice,
              {R"(reg.exe delete HKLM\SYSTEM\CurrentControlSet\Services\RmBroker\Parameters )"
               R"(/v "LogLevel" /f /reg:64)",
               kReload}}},
            {"not asked", ask_nothing, {"configuration", Health::cannot_tell, kNotAsked}},
            {"an unreadable record is no setting",
             [](DoctorFacts& f) {
                 status_in(f).problems = {{"session-1", "too short"}};
             },
             {"configuration", Health::ok, "the service ignored no value"}},
        },
        healthy_windows);
}

TEST(Findings, ConfigurationOfTheTestHost) {
    expect_each({{"bad argument",
                  [](DoctorFacts& f) {
                      status_in(f).problems = {{R"(arguments\LogLevel)", "ignored"}};
                  },
                  {"configuration", Health::problem, R"(arguments\LogLevel: ignored)",
                   "Correct it where the test host was started (arguments)."}}},
                healthy_linux);
}

TEST(Findings, ClientPolicy) {
    expect_each(
        {
            {"good", [](DoctorFacts&) {}, {"client policy", Health::ok, "clients ignore no value"}},
            {"bad value",
             [](DoctorFacts& f) {
                 f.policy_problems = {{"policy ConnectTimeoutMs", "ignored: it must be a DWORD"}};
             },
             {"client policy",
              Health::problem,
              "policy ConnectTimeoutMs: ignored: it must be a DWORD",
              "Correct the value, or delete it:",
              {kDeletePolicy + R"("ConnectTimeoutMs" /f /reg:64)"}}},
            {"console broker is trusted",
             [](DoctorFacts& f) { f.trust = rmb::client::Trust::console_too; },
             {"client policy",
              Health::problem,
              "AcceptConsoleBroker is set: a broker that is not the service is trusted too",
              "It is meant for developers. Elsewhere, delete it:",
              {kDeletePolicy + R"("AcceptConsoleBroker" /f /reg:64)"}}},
        },
        healthy_windows);
}

TEST(Findings, State) {
    expect_each(
        {
            {"no session", [](DoctorFacts&) {}, {"state", Health::ok, "0 sessions"}},
            {"sessions",
             [](DoctorFacts& f) {
                 (*f.sessions)->sessions.resize(2);
                 (*f.sessions)->hidden = 3;
             },
             {"state", Health::ok,
              "2 sessions, each with a living primary; 3 more of other users"}},
            {"unreadable record",
             [](DoctorFacts& f) {
                 status_in(f).problems = {{"session-1", "too short"}};
             },
             {"state",
              Health::problem,
              "stored record session-1 cannot be read: too short",
              "It does no harm, and is gone when the machine restarts. To be rid of it now, as an "
              "administrator (the other sessions are kept):",
              {R"(reg.exe delete HKLM\SYSTEM\CurrentControlSet\Services\RmBroker\State )"
               R"(/v "session-1" /f /reg:64)",
               kStop, kStart}}},
            {"orphan",
             [](DoctorFacts& f) {
                 f.orphans = {{"1122334455667788", 99}};
             },
             {"state",
              Health::problem,
              "session 1122334455667788 is open, but its primary process 99 is gone",
              "End it:",
              {"rmbctl end 1122334455667788"}}},
            {"not asked", ask_nothing, {"state", Health::cannot_tell, kNotAsked}},
            {"sessions are not told",
             [](DoctorFacts& f) {
                 f.sessions = Failure{{Code::sem_timeout, "late"}, false};
             },
             {"state", Health::cannot_tell, kNotAsked}},
        },
        healthy_windows);
}

TEST(Findings, SeveralProblemsOfOneCheck_AreAllTold) {
    auto facts = healthy_windows();
    status_in(facts).problems = {{R"(policy\A)", "x"}, {"record", "y"}, {R"(Parameters\B)", "z"}};
    facts.orphans = {{"11", 1}, {"22", 2}};
    EXPECT_EQ(findings_for(facts, "configuration").size(), 2U);
    EXPECT_EQ(findings_for(facts, "state").size(), 3U);
}

}  // namespace
