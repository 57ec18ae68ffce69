// The pipe, its owner, the process behind it.
#include "doctor_world.hpp"

namespace {

using namespace rmb::ctl;
using namespace rmb::ctl::test;
using rmb::client::Trust;
using rmb::client::Verdict;
using Answer = rmb::client::ServiceFacts::Answer;
using Pipe = rmb::client::ServerReport::Pipe;

const std::string kPipe{rmb::client::kDefaultPipeName};
const std::string kStart = "sc.exe start RmBroker";
const std::string kStop = "sc.exe stop RmBroker";
const std::string kLook = R"(tasklist.exe /svc /fi "PID eq 666")";

void served_by(DoctorFacts& facts, std::optional<std::string> owner,
               std::optional<std::uint32_t> pid, Verdict verdict) {
    facts.server.facts = {std::move(owner), pid};
    facts.server.verdict = verdict;
    facts.owner_account.reset();
    ask_nothing(facts);
}

TEST(Findings, Pipe) {
    expect_each(
        {
            {"open", [](DoctorFacts&) {}, {"pipe", Health::ok, kPipe}},
            {"missing while the service runs",
             [](DoctorFacts& f) { pipe_is(f, Pipe::missing, 2); },
             {"pipe",
              Health::problem,
              "there is no " + kPipe,
              "The log in %ProgramData%\\rmbroker\\log says why. Restart the service, as an "
              "administrator:",
              {kStop, kStart}}},
            {"missing while the service is stopped",
             [](DoctorFacts& f) {
                 pipe_is(f, Pipe::missing, 2);
                 f.server.service = {Answer::known, 0, 1, 0};
             },
             {"pipe", Health::cannot_tell, "there is no " + kPipe + "; the service does not run"}},
            {"missing and not installed",
             [](DoctorFacts& f) {
                 pipe_is(f, Pipe::missing, 2);
                 f.server.service = {Answer::not_installed, 1060, 0, 0};
             },
             {"pipe", Health::cannot_tell,
              "there is no " + kPipe + "; the service is not installed"}},
            {"policy names another",
             [](DoctorFacts& f) {
                 pipe_is(f, Pipe::missing, 2);
                 f.pipe_name = R"(\\.\pipe\ProtectedPrefix\Administrators\Other)";
             },
             {"pipe",
              Health::problem,
              R"(there is no \\.\pipe\ProtectedPrefix\Administrators\Other, which policy PipeName )"
              "names",
              "The service serves its default name. Delete the policy value:",
              {R"(reg.exe delete HKLM\SOFTWARE\Policies\rmbroker /v PipeName /f /reg:64)"}}},
            {"busy",
             [](DoctorFacts& f) { pipe_is(f, Pipe::busy, 231); },
             {"pipe",
              Health::problem,
              "busy: nobody accepted the connection",
              "Look again in a few seconds; if it stays so, restart the service:",
              {kStop, kStart}}},
            {"denied",
             [](DoctorFacts& f) { pipe_is(f, Pipe::denied, 5); },
             {"pipe",
              Health::problem,
              "no access to " + kPipe,
              "Every authenticated user has access, unless the program is in an AppContainer, "
              "has low integrity or a restricted token. What this one has:",
              {"whoami.exe /all"}}},
            {"failed",
             [](DoctorFacts& f) { pipe_is(f, Pipe::failed, 53); },
             {"pipe",
              Health::problem,
              kPipe + " cannot be opened: error 53",
              "Restart the service:",
              {kStop, kStart}}},
        },
        healthy_windows);
}

TEST(Findings, Socket) {
    expect_each(
        {
            {"missing",
             [](DoctorFacts& f) { pipe_is(f, Pipe::missing, 2); },
             {"socket",
              Health::problem,
              "nobody listens on /run/s",
              "Start the test host:",
              {"rmb-testhost --socket /run/s"}}},
            {"denied",
             [](DoctorFacts& f) { pipe_is(f, Pipe::denied, 13); },
             {"socket",
              Health::problem,
              "no access to /run/s",
              "The test host made it for other users:",
              {"ls -l /run/s"}}},
        },
        healthy_linux);
}

TEST(Findings, Owner) {
    expect_each(
        {
            {"SYSTEM",
             [](DoctorFacts&) {},
             {"owner", Health::ok, R"(NT AUTHORITY\SYSTEM (S-1-5-18))"}},
            {"no pipe",
             [](DoctorFacts& f) { pipe_is(f, Pipe::missing, 2); },
             {"owner", Health::cannot_tell, "the pipe is not open"}},
            {"unknown",
             [](DoctorFacts& f) { served_by(f, std::nullopt, 4711, Verdict::owner_unknown); },
             {"owner",
              Health::cannot_tell,
              "the pipe does not say whose it is; nothing was sent to it",
              "Look as an administrator:",
              {"rmbctl doctor"}}},
            {"a user's",
             [](DoctorFacts& f) {
                 served_by(f, "S-1-5-21-1-2-3-1001", 666, Verdict::wrong_owner);
                 f.owner_account = R"(DESKTOP\eve)";
             },
             {"owner",
              Health::problem,
              R"(the pipe belongs to DESKTOP\eve (S-1-5-21-1-2-3-1001), not to SYSTEM; nothing )"
              "was sent to it",
              "End the process that took the pipe's name, then start the service:",
              {kLook, kStart}}},
            {"a console broker's",
             [](DoctorFacts& f) { served_by(f, "S-1-5-32-544", 666, Verdict::wrong_owner); },
             {"owner",
              Health::problem,
              "the pipe belongs to S-1-5-32-544, not to SYSTEM; nothing was sent to it",
              "Perhaps 'rmbroker console' runs. End the process that serves the pipe, then start "
              "the service:",
              {kLook, kStart}}},
            {"a console broker's, by policy",
             [](DoctorFacts& f) {
                 f.server.facts = {"S-1-5-32-544", 666};
                 f.owner_account.reset();
                 f.trust = Trust::console_too;
             },
             {"owner", Health::ok, "S-1-5-32-544, as policy AcceptConsoleBroker allows"}},
        },
        healthy_windows);
}

TEST(Findings, ServerProcess) {
    const std::string advice =
        "So it looks for a moment while the service restarts: look again. If it stays so, see "
        "what the process is and end it, then start the service:";
    expect_each(
        {
            {"the service's",
             [](DoctorFacts&) {},
             {"server process", Health::ok, "process 4711, the service's"}},
            {"no pipe",
             [](DoctorFacts& f) { pipe_is(f, Pipe::busy, 231); },
             {"server process", Health::cannot_tell, "the pipe is not open"}},
            {"unknown",
             [](DoctorFacts& f) {
                 served_by(f, "S-1-5-18", std::nullopt, Verdict::process_unknown);
             },
             {"server process", Health::cannot_tell, "the pipe does not say who serves it"}},
            {"another",
             [](DoctorFacts& f) { served_by(f, "S-1-5-18", 666, Verdict::wrong_process); },
             {"server process",
              Health::problem,
              "process 666, but the service's is 4711; nothing was sent to it",
              advice,
              {kLook, kStart}}},
            {"another while the service is stopped",
             [](DoctorFacts& f) {
                 served_by(f, "S-1-5-18", 666, Verdict::wrong_process);
                 f.server.service = {Answer::known, 0, 1, 0};
             },
             {"server process",
              Health::problem,
              "process 666, but the service has none; nothing was sent to it",
              advice,
              {kLook, kStart}}},
            {"SCM does not answer",
             [](DoctorFacts& f) {
                 f.server.service = {Answer::denied, 5, 0, 0};
             },
             {"server process", Health::cannot_tell,
              "process 4711; the Service Control Manager does not say which is the service's"}},
            {"a console broker, by policy",
             [](DoctorFacts& f) {
                 f.server.facts.server_pid = 666;
                 f.trust = Trust::console_too;
             },
             {"server process", Health::ok,
              "process 666, not the service's, as policy AcceptConsoleBroker allows"}},
        },
        healthy_windows);
}

}  // namespace
