#include "child/text.hpp"
#include "harness/broker_test.hpp"
#include "harness/silent_server.hpp"

/// What installers get where no broker answers.
namespace rmb::e2e {
namespace {

class NotInstalled : public BareMachine {};
class Stopped : public StoppedBroker {};

TEST_F(NotInstalled, Start_ByDefault_IsTheSystemsOwn) {
    ChildProcess child;
    const auto started = child.start();
    EXPECT_EQ(started.code, 0U);
    if (is_wine()) {
        EXPECT_EQ(started.handle, 0xDEADBEEFU) << "Wine's own rstrtmgr.dll gives this handle";
    } else {
        EXPECT_EQ(started.written, "exact");
    }
    EXPECT_EQ(child.end(started.handle), 0U);
}

TEST_F(NotInstalled, Start_PolicyFail_ServiceNotActive) {
    set_value(kPolicyKey, L"WhenNotInstalled", L"fail");
    ChildProcess child;
    const auto refused = child.start();
    EXPECT_EQ(refused.code, 1062U);
    EXPECT_EQ(refused.written, "untouched");
    EXPECT_EQ(child.join("00112233445566778899aabbccddeeff").code, 1062U);
    EXPECT_EQ(child.end(1), 1062U);
}

TEST_F(NotInstalled, BackEnd_DecidedBySystem_IsKeptWhenServiceIsInstalled) {
    ChildProcess child;
    const auto before = child.start();
    ASSERT_EQ(before.code, 0U);
    scm_.install(programs().broker.wstring());
    scm_.start();
    EXPECT_EQ(child.end(before.handle), 0U) << "it must end where it was started";
    EXPECT_EQ(child.start().code, 0U);
    OwnClient broker;
    EXPECT_EQ(broker.status().sessions, 0U) << "the process changed its back end";
}

TEST_F(Stopped, Start_NobodyServes_ServiceNotActiveAtTheConnectDeadline) {
    set_value(kPolicyKey, L"ConnectTimeoutMs", 700);
    ChildProcess child;
    const auto begun = std::chrono::steady_clock::now();
    const auto refused = child.start();
    const auto took = since(begun);
    EXPECT_EQ(refused.code, 1062U);
    EXPECT_EQ(refused.written, "untouched");
    EXPECT_GE(took, Milliseconds{690});
    EXPECT_LT(took, Milliseconds{5'000});
}

TEST_F(Stopped, Start_ServiceComesBeforeTheDeadline_Succeeds) {
    ChildProcess child;
    child.tell("start");
    scm_.start();
    const auto started = ChildProcess::parse_started(child.answer());
    EXPECT_EQ(started.code, 0U);
    EXPECT_EQ(child.end(started.handle), 0U);
}

TEST_F(Stopped, Start_PipeOfAProcessThatScmDoesNotName_FailsAndNothingIsSaid) {
    set_value(kPolicyKey, L"ConnectTimeoutMs", 700);
    SilentServer impostor{broker_pipe()};
    ChildProcess child;
    EXPECT_EQ(child.start().code, 1062U);
    EXPECT_GE(impostor.clients(), 1) << "it was not even looked at";
    EXPECT_EQ(impostor.heard(), "");
}

TEST_F(Stopped, AnyCall_BrokerAcceptsAndSaysNothing_SemTimeoutAtTheDeadline) {
    set_value(kPolicyKey, L"AcceptConsoleBroker", 1);  // SCM does not name this process
    set_value(kPolicyKey, L"CallTimeoutMs", 1'000);
    SilentServer silent{broker_pipe()};
    ChildProcess child;
    const auto begun = std::chrono::steady_clock::now();
    const auto refused = child.start();
    const auto took = since(begun);
    EXPECT_EQ(refused.code, 121U);
    EXPECT_EQ(refused.written, "untouched");
    EXPECT_GE(took, Milliseconds{990});
    EXPECT_LT(took, Milliseconds{6'000});
    EXPECT_EQ(child.join("00112233445566778899aabbccddeeff").code, 121U);
    EXPECT_EQ(child.end(1), 121U);
}

TEST_F(Stopped, CallOfASession_BrokerAcceptsAndSaysNothing_SemTimeout) {
    set_value(kPolicyKey, L"AcceptConsoleBroker", 1);
    set_value(kPolicyKey, L"CallTimeoutMs", 1'000);
    set_value(kPolicyKey, L"SilenceTimeoutMs", 6'000);  // for those that may take longer
    SilentServer silent{broker_pipe()};
    ChildProcess child;
    for (const auto* command :
         {"register 1|f:C:\\a.exe", "list 1", "shutdown 1 0", "restart 1 0", "cancel 1",
          "add-filter 1|1|f:C:\\a.exe", "remove-filter 1|f:C:\\a.exe", "filters 1 100"}) {
        const auto heard = silent.heard().size();
        EXPECT_EQ(number(child.ask(command)), 121U) << command;
        EXPECT_GT(silent.heard().size(), heard) << command << " was not even sent";
    }
}

TEST_F(Stopped, Start_GivenUp_IsEndedByItsTokenWithTheNextCall) {
    set_value(kPolicyKey, L"AcceptConsoleBroker", 1);
    set_value(kPolicyKey, L"CallTimeoutMs", 1'000);
    SilentServer silent{broker_pipe()};
    ChildProcess child;
    ASSERT_EQ(child.start().code, 121U);
    const auto first = silent.heard();
    const auto at = first.find(R"("token":")");
    ASSERT_NE(at, std::string::npos) << first;
    const auto token = first.substr(at + 9, 36);
    child.tell("join 00112233445566778899aabbccddeeff");
    EXPECT_TRUE(silent.wait_to_hear(R"("startToken":")" + token + '"'));
    EXPECT_EQ(child.answer().substr(0, 4), "121 ");
}

}  // namespace
}  // namespace rmb::e2e
