// Installed, running, and what `sc create` leaves unset.
#include "doctor_world.hpp"

namespace {

using namespace rmb::ctl;
using namespace rmb::ctl::test;
using Answer = rmb::client::ServiceFacts::Answer;
using Pipe = rmb::client::ServerReport::Pipe;

const std::string kInstall = R"("C:\Program Files\rmbroker\rmbroker.exe" install)";
const std::string kStart = "sc.exe start RmBroker";
const std::string kAsAdministrator = "Look as an administrator:";
const std::string kSet = "Set it, as an administrator:";

void service_is(DoctorFacts& facts, Answer answer, std::uint32_t error) {
    facts.server.service = {answer, error, 0, 0};
    facts.setup = {};
}

void state_is(DoctorFacts& facts, std::uint32_t state) {
    facts.server.service.state = state;
    facts.server.service.pid = 0;
    pipe_is(facts, Pipe::missing, 2);
}

TEST(Findings, HealthyWindows_AreAllOkAndAdviseNothing) {
    std::vector<std::string> checks;
    for (const auto& finding : findings_of(healthy_windows())) {
        checks.push_back(finding.check);
        EXPECT_EQ(finding.health, Health::ok) << finding.check << ": " << finding.found;
        EXPECT_TRUE(finding.advice.empty() && finding.commands.empty()) << finding.check;
    }
    const std::vector<std::string> expected{"installed",
                                            "running",
                                            "pipe",
                                            "owner",
                                            "server process",
                                            "version",
                                            "configuration",
                                            "client policy",
                                            "state",
                                            "program path",
                                            "account",
                                            "start type",
                                            "recovery actions",
                                            "recovery on error exit",
                                            "SID type",
                                            "access of users",
                                            "description"};
    EXPECT_EQ(checks, expected);
}

TEST(Findings, HealthyLinux_AreThoseThatLinuxHas) {
    std::vector<std::string> checks;
    for (const auto& finding : findings_of(healthy_linux())) {
        checks.push_back(finding.check);
        EXPECT_EQ(finding.health, Health::ok) << finding.check << ": " << finding.found;
    }
    const std::vector<std::string> expected{"socket", "version", "configuration", "client policy",
                                            "state"};
    EXPECT_EQ(checks, expected);
}

TEST(Findings, Installed) {
    expect_each(
        {
            {"known",
             [](DoctorFacts&) {},
             {"installed", Health::ok,
              R"(service RmBroker, "C:\Program Files\rmbroker\rmbroker.exe")"}},
            {"path unknown",
             [](DoctorFacts& f) { f.setup.facts.image_path.reset(); },
             {"installed", Health::ok, "service RmBroker"}},
            {"not installed",
             [](DoctorFacts& f) { service_is(f, Answer::not_installed, 1060); },
             {"installed",
              Health::problem,
              "there is no service RmBroker",
              "Install it, as an administrator:",
              {kInstall, kStart}}},
            {"denied",
             [](DoctorFacts& f) { service_is(f, Answer::denied, 5); },
             {"installed",
              Health::cannot_tell,
              "the Service Control Manager does not answer this user",
              kAsAdministrator,
              {"rmbctl doctor"}}},
            {"failed",
             [](DoctorFacts& f) { service_is(f, Answer::failed, 1816); },
             {"installed",
              Health::cannot_tell,
              "the Service Control Manager cannot be asked: error 1816 (ERROR_NOT_ENOUGH_QUOTA)",
              kAsAdministrator,
              {"rmbctl doctor"}}},
        },
        healthy_windows);
}

TEST(Findings, Running) {
    const std::string log = R"(%ProgramData%\rmbroker\log)";
    const std::string wait = "Look again in a few seconds; if it stays so, read the log in " + log +
                             ". What it waits for:";
    const std::string start = "Start it, as an administrator:";
    const std::string read_log =
        "The log in " + log + " says why. Then start it, as an administrator:";
    expect_each(
        {
            {"running", [](DoctorFacts&) {}, {"running", Health::ok, "process 4711"}},
            {"not installed",
             [](DoctorFacts& f) { service_is(f, Answer::not_installed, 1060); },
             {"running", Health::cannot_tell, "it is not installed"}},
            {"denied",
             [](DoctorFacts& f) { service_is(f, Answer::denied, 5); },
             {"running", Health::cannot_tell, "only the Service Control Manager knows"}},
            {"stopped",
             [](DoctorFacts& f) { state_is(f, 1); },
             {"running", Health::problem, "stopped", start, {kStart}}},
            {"stopped in order",
             [](DoctorFacts& f) {
                 state_is(f, 1);
                 f.setup.last_exit = {0, 0};
             },
             {"running", Health::problem, "stopped", start, {kStart}}},
            {"never started",
             [](DoctorFacts& f) {
                 state_is(f, 1);
                 f.setup.last_exit = {1077, 0};
             },
             {"running",
              Health::problem,
              "stopped; not started since the machine was",
              start,
              {kStart}}},
            {"failed",
             [](DoctorFacts& f) {
                 state_is(f, 1);
                 f.setup.last_exit = {5, 0};
             },
             {"running",
              Health::problem,
              "stopped; it ended with error 5 (ERROR_ACCESS_DENIED)",
              read_log,
              {kStart}}},
            {"failed with a code of its own",
             [](DoctorFacts& f) {
                 state_is(f, 1);
                 f.setup.last_exit = {1066, 29};
             },
             {"running",
              Health::problem,
              "stopped; it ended with error 29 (ERROR_WRITE_FAULT)",
              read_log,
              {kStart}}},
            {"disabled",
             [](DoctorFacts& f) {
                 state_is(f, 1);
                 f.setup.facts.start_type = 4;
             },
             {"running",
              Health::problem,
              "stopped; its start type is disabled",
              start,
              {"sc.exe config RmBroker start= auto", kStart}}},
            {"starting",
             [](DoctorFacts& f) { state_is(f, 2); },
             {"running", Health::problem, "it is starting", wait, {"sc.exe queryex RmBroker"}}},
            {"stopping",
             [](DoctorFacts& f) { state_is(f, 3); },
             {"running", Health::problem, "it is stopping", wait, {"sc.exe queryex RmBroker"}}},
            {"paused",
             [](DoctorFacts& f) { state_is(f, 7); },
             {"running",
              Health::problem,
              "it is neither running nor stopped: state 7",
              wait,
              {"sc.exe queryex RmBroker"}}},
        },
        healthy_windows);
}

TEST(Findings, Setup) {
    expect_each(
        {
            {"no recovery actions",
             [](DoctorFacts& f) { f.setup.facts.restart_delays_ms.emplace().clear(); },
             {"recovery actions",
              Health::problem,
              "none; intended: restart after 1000 ms, 1000 ms, 5000 ms",
              kSet,
              {"sc.exe failure RmBroker reset= 86400 actions= "
               "restart/1000/restart/1000/restart/5000"}}},
            {"error exit is no failure",
             [](DoctorFacts& f) { f.setup.facts.act_on_error_exit = false; },
             {"recovery on error exit",
              Health::problem,
              "off; intended: on",
              kSet,
              {"sc.exe failureflag RmBroker 1"}}},
            {"manual start",
             [](DoctorFacts& f) { f.setup.facts.start_type = 3; },
             {"start type",
              Health::problem,
              "demand; intended: auto",
              kSet,
              {"sc.exe config RmBroker start= auto"}}},
            {"no SID",
             [](DoctorFacts& f) { f.setup.facts.sid_type = 0; },
             {"SID type",
              Health::problem,
              "none; intended: unrestricted",
              kSet,
              {"sc.exe sidtype RmBroker unrestricted"}}},
            {"users may not ask",
             [](DoctorFacts& f) { f.setup.facts.authenticated_users_access = 0; },
             {"access of users",
              Health::problem,
              "not granted; intended: query configuration and status",
              kSet,
              {"sc.exe sdset RmBroker \"" + std::string{rmb::proto::kServiceSddl} + "\""}}},
            {"this user may not ask",
             [](DoctorFacts& f) { service_is(f, Answer::denied, 5); },
             {"access of users",
              Health::problem,
              "not granted; intended: query configuration and status",
              kSet,
              {"sc.exe sdset RmBroker \"" + std::string{rmb::proto::kServiceSddl} + "\""}}},
        },
        healthy_windows);
}

TEST(Findings, SetupThatTheSystemDoesNotTell_CannotBeTold) {
    auto facts = healthy_windows();
    facts.setup = {};
    std::size_t untold = 0;
    for (const auto& finding : setup_findings(facts)) {
        EXPECT_EQ(finding.health, Health::cannot_tell) << finding.check;
        ++untold;
    }
    EXPECT_EQ(untold, 8U);
}

TEST(Findings, NotInstalled_HasNoSetup) {
    auto facts = healthy_windows();
    service_is(facts, Answer::not_installed, 1060);
    EXPECT_TRUE(setup_findings(facts).empty());
}

/// A gap that no check names would be lost.
TEST(Findings, EveryGapOfTheSetup_IsFound) {
    auto facts = healthy_windows();
    auto& setup = facts.setup.facts;
    setup = {3, true, "LocalService", R"(C:\Program Files\rmbroker.exe)", {{}}, false, 0, 0, ""};
    std::size_t problems = 0;
    for (const auto& finding : setup_findings(facts)) {
        problems += finding.health == Health::problem ? 1U : 0U;
    }
    EXPECT_EQ(problems, rmb::proto::service_setup_gaps(setup).size());
    EXPECT_EQ(problems, 8U);
}

}  // namespace
