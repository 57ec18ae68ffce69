#include "harness/broker_test.hpp"
#include "harness/silent_server.hpp"

#include <algorithm>
#include <optional>
#include <string>

/// The service as the Service Control Manager and administrators see it.
namespace rmb::e2e {
namespace {

class Service : public RunningBroker {
protected:
    std::optional<proto::Problem> problem_of(std::string_view where) {
        const auto problems = broker().status().problems;
        const auto found = std::ranges::find(problems, where, &proto::Problem::where);
        return found == problems.end() ? std::nullopt : std::optional{*found};
    }
};

class ServiceStart : public StoppedBroker {};

TEST_F(Service, Status_Running_TellsItsProcessAndVersion) {
    const auto status = broker().status();
    EXPECT_EQ(status.pid, scm_.status().dwProcessId);
    EXPECT_FALSE(status.version.empty());
    EXPECT_TRUE(status.problems.empty());
}

TEST_F(Service, StopAndStart_KeepsSessionsWithHandleAndKey) {
    ChildProcess& child = spawn();
    ChildProcess& other = spawn();
    const auto started = child.start();
    const auto joined = other.join(started.key);
    ASSERT_EQ(joined.code, 0U);
    const auto before = broker().sessions().sessions;
    scm_.stop();
    EXPECT_TRUE(key_exists(kStateKey));
    scm_.start();
    const auto now = broker().sessions().sessions;
    ASSERT_EQ(now.size(), 1U);
    EXPECT_EQ(proto::write(now.front()), proto::write(before.front()));
    EXPECT_EQ(other.end(joined.handle), 0U);
    EXPECT_EQ(other.join(started.key).code, 0U);
    EXPECT_EQ(child.end(started.handle), 0U);
}

TEST_F(Service, Start_PrimaryDiedWhileStopped_SessionIsGone) {
    ChildProcess& child = spawn();
    ASSERT_EQ(child.start().code, 0U);
    scm_.stop();
    child.kill();
    scm_.start();
    EXPECT_TRUE(has_sessions(0, Milliseconds{1'000}));
}

TEST_F(Service, Start_SecondaryDiedWhileStopped_HasLeft) {
    ChildProcess& child = spawn();
    ChildProcess& other = spawn();
    const auto started = child.start();
    ASSERT_EQ(other.join(started.key).code, 0U);
    scm_.stop();
    other.kill();
    scm_.start();
    EXPECT_TRUE(eventually([&] { return broker().sessions().sessions.front().secondaries.empty(); },
                           Milliseconds{1'000}));
    EXPECT_EQ(child.end(started.handle), 0U);
}

TEST_F(Service, Interrogate_Running_ReportsRunning) {
    EXPECT_EQ(scm_.control(SERVICE_CONTROL_INTERROGATE), 0U);
    const auto status = scm_.status();
    EXPECT_EQ(status.dwCurrentState, static_cast<DWORD>(SERVICE_RUNNING));
    constexpr DWORD kAccepted = SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN |
                                SERVICE_ACCEPT_PARAMCHANGE | SERVICE_ACCEPT_SESSIONCHANGE;
    EXPECT_EQ(status.dwControlsAccepted & kAccepted, kAccepted);
}

TEST_F(Service, ParamChange_PolicyOverParametersOverDefaults) {
    EXPECT_EQ(broker().limit("sessionsPerUserSession"), 64U);
    set_value(kParametersKey, L"SessionsPerUserSession", 5);
    EXPECT_EQ(broker().limit("sessionsPerUserSession"), 64U) << "before it is told to look";
    reload();
    EXPECT_EQ(broker().limit("sessionsPerUserSession"), 5U);
    set_policy({{L"SessionsPerUserSession", 7}});
    EXPECT_EQ(broker().limit("sessionsPerUserSession"), 7U);
    delete_key(kPolicyKey);
    delete_key(kParametersKey);
    reload();
    EXPECT_EQ(broker().limit("sessionsPerUserSession"), 64U);
}

TEST_F(Service, ParamChange_BadValues_AreNamedAndIgnored) {
    set_policy({{L"SessionsPerUser", 0}});
    set_value(kParametersKey, L"LogLevel", L"loud");
    set_value(kParametersKey, L"ConnectionsPerUser", L"many");
    reload();
    for (const auto* where :
         {"policy\\SessionsPerUser", "Parameters\\LogLevel", "Parameters\\ConnectionsPerUser"}) {
        EXPECT_TRUE(problem_of(where)) << where;
    }
    EXPECT_EQ(broker().limit("sessionsPerUser"), 256U);
    EXPECT_EQ(broker().limit("connectionsPerUser"), 64U);
    delete_key(kPolicyKey);
    delete_key(kParametersKey);
    reload();
    EXPECT_TRUE(broker().status().problems.empty());
}

TEST_F(Service, Log_AtItsMostTalkative_HoldsNoKey) {
    set_value(kPolicyKey, L"LogLevel", L"trace");
    reload();
    ChildProcess& child = spawn();
    const auto started = child.start();
    ASSERT_EQ(child.join(started.key).code, 0U);
    ASSERT_EQ(child.join("00112233445566778899aabbccddeeff").code, 1219U);
    ASSERT_EQ(child.end(started.handle), 0U);
    scm_.stop();
    const auto log = read_log();
    const auto hash = proto::hash_of(proto::parse_key(started.key).value()).text;
    EXPECT_NE(log.find("session.start"), std::string::npos) << log;
    EXPECT_NE(log.find(hash), std::string::npos) << "sessions are told apart by hash";
    EXPECT_EQ(log.find(started.key), std::string::npos);
    EXPECT_EQ(log.find("00112233445566778899aabbccddeeff"), std::string::npos);
    scm_.start();
}

TEST_F(ServiceStart, PipeNameTaken_FailsWithACodeAndSaysWhy) {
    SilentServer taken{broker_pipe(), true};
    const auto code = scm_.start_expecting_failure();
    // Windows refuses the first instance; Wine, the instance beyond the other's limit of one.
    EXPECT_TRUE(code == ERROR_ACCESS_DENIED || code == ERROR_PIPE_BUSY) << code;
    const auto log = read_log();
    EXPECT_NE(log.find("event=start_failed"), std::string::npos) << log;
    EXPECT_NE(log.find("pipe"), std::string::npos) << log;
}

TEST_F(ServiceStart, AfterAFailedStart_StartsWhenTheCauseIsGone) {
    {
        SilentServer taken{broker_pipe(), true};
        ASSERT_NE(scm_.start_expecting_failure(), 0U);
    }
    scm_.start();
    ChildProcess child;
    EXPECT_EQ(child.start().code, 0U);
}

}  // namespace
}  // namespace rmb::e2e
