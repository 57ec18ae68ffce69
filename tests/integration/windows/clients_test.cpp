#include "child/text.hpp"
#include "harness/broker_test.hpp"

#include <list>
#include <sstream>
#include <string>

/// Many clients, and clients that come and go.
namespace rmb::e2e {
namespace {

class Clients : public RunningBroker {};

TEST_F(Clients, Connections_MoreThan64AtOnce_AllAreServed) {
    set_policy({{L"ConnectionsPerUser", 200}});
    constexpr int kProcesses = 16;
    constexpr int kOwn = 70;
    std::list<client::Connection> own;
    for (int i = 0; i < kOwn; ++i) {
        own.push_back(broker().connect());
        OwnClient::ping(own.back());
    }
    std::list<ChildProcess> processes;
    for (int i = 0; i < kProcesses; ++i) {
        EXPECT_EQ(processes.emplace_back().start().code, 0U) << i;
    }
    EXPECT_GE(broker().status().connections, static_cast<std::uint32_t>(kOwn + kProcesses));
    EXPECT_EQ(broker().sessions().sessions.size(), static_cast<std::size_t>(kProcesses));
    for (auto& connection : own) {
        OwnClient::ping(connection);
    }
}

TEST_F(Clients, Connections_SixtyFifthByDefault_IsRefusedUntilOneCloses) {
    std::list<client::Connection> own;
    // This test's other connection is one of the 64.
    for (int i = 0; i < 63; ++i) {
        own.push_back(broker().connect());
        OwnClient::ping(own.back());
    }
    ASSERT_EQ(broker().status().connections, 64U);
    ChildProcess child;
    EXPECT_EQ(child.start().code, 14U);
    // Whatever the call takes: there is no connection for it.
    for (const auto* command : {"end 1", "cancel 1", "list 1"}) {
        EXPECT_EQ(number(child.ask(command)), 14U) << command;
    }
    own.pop_back();
    EXPECT_TRUE(eventually([&] { return broker().status().connections == 63U; }));
    EXPECT_EQ(child.start().code, 0U);
}

TEST_F(Clients, Calls_FromManyThreadsOfManyProcesses_AllSucceed) {
    set_policy({{L"SessionsPerUserSession", 256}});
    const auto shared = spawn().start();
    std::list<ChildProcess> processes;
    for (int i = 0; i < 8; ++i) {
        ASSERT_EQ(processes.emplace_back().ask("churn " + std::to_string(i) + " " + shared.key),
                  "0");
    }
    Watch watch{broker()};
    for (int seen = 0; seen < 1'000; ++seen) {
        ASSERT_TRUE(watch.next()) << "after " << seen << " events";
    }
    for (auto& process : processes) {
        const auto report = process.ask("quiet");
        EXPECT_NE(report.find(" failed=0 "), std::string::npos) << report;
    }
}

TEST_F(Clients, Dll_LoadedAndUnloaded1000Times_LeaksNothingInClientAndService) {
    const auto before = broker().status().connections;
    ChildProcess child;
    ASSERT_EQ(child.ask("unload"), "0");
    std::istringstream answer{
        child.ask("cycles 1000 " + programs().dll.string(), Milliseconds{120'000})};
    int code = -1;
    int cycles = 0;
    std::uint64_t handle_growth = 0;
    answer >> code >> cycles >> handle_growth;
    EXPECT_EQ(code, 0);
    EXPECT_EQ(cycles, 1'000);
    // One that leaked in each cycle would be 900 times 4.
    EXPECT_LT(handle_growth, 400U);
    EXPECT_TRUE(eventually([&] { return broker().status().connections == before; }));
    EXPECT_TRUE(has_sessions(0, Milliseconds{0}));
}

}  // namespace
}  // namespace rmb::e2e
