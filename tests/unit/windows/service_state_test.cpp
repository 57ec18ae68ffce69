#include "windows/service_state.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace rmb::win {
namespace {

using Kind = ControlAction::Kind;

struct RecordingSink final : StatusSink {
    void report(const ServiceStatus& status) override {
        reports.push_back(status);
    }
    std::vector<ServiceStatus> reports;
};

struct ServiceLifeTest : testing::Test {
    RecordingSink sink;
    ServiceLife life{sink};

    ControlAction control(Control which) {
        return life.on_control(static_cast<std::uint32_t>(which));
    }
    const ServiceStatus& last() {
        return sink.reports.back();
    }
    void run() {
        life.starting();
        life.running();
    }
};

TEST_F(ServiceLifeTest, Start_PendingWithCheckpointsThenRunning) {
    life.starting();
    EXPECT_EQ(last(), (ServiceStatus{ServiceState::start_pending, false, 0, 0, 1, kStartWaitHint}));
    life.progress();
    EXPECT_EQ(last().checkpoint, 2U);
    life.running();
    EXPECT_EQ(last(), (ServiceStatus{ServiceState::running, true, 0, 0, 0, {}}));
}

TEST_F(ServiceLifeTest, StartFails_StoppedWithTheWin32Code) {
    life.starting();
    life.stopped(5);
    EXPECT_EQ(last(), (ServiceStatus{ServiceState::stopped, false, 5, 0, 0, {}}));
}

TEST_F(ServiceLifeTest, StartFailsWithACodeOfOurs_StoppedWithServiceSpecificError) {
    life.starting();
    life.stopped(-32603);
    EXPECT_EQ(last().exit_code, 1066U);
    EXPECT_EQ(last().service_exit_code, static_cast<std::uint32_t>(-32603));
}

TEST_F(ServiceLifeTest, Stop_PendingAtOnceThenStopped) {
    run();
    EXPECT_EQ(control(Control::stop), (ControlAction{Kind::stop, kStopGrace}));
    EXPECT_EQ(last(), (ServiceStatus{ServiceState::stop_pending, false, 0, 0, 1, kStopWaitHint}));
    life.progress();
    EXPECT_EQ(last().checkpoint, 2U);
    life.stopped(0);
    EXPECT_EQ(last(), (ServiceStatus{ServiceState::stopped, false, 0, 0, 0, {}}));
}

TEST_F(ServiceLifeTest, Shutdown_LeavesLessThanTwoSeconds) {
    run();
    EXPECT_EQ(control(Control::shutdown), (ControlAction{Kind::stop, kShutdownGrace}));
    EXPECT_LT(last().wait_hint, std::chrono::seconds{2});
}

TEST_F(ServiceLifeTest, ShutdownDuringStop_StopsFaster) {
    run();
    (void)control(Control::stop);
    EXPECT_EQ(control(Control::shutdown), (ControlAction{Kind::stop, kShutdownGrace}));
    EXPECT_EQ(last().checkpoint, 2U);
}

TEST_F(ServiceLifeTest, StopTwice_SecondDoesNothing) {
    run();
    (void)control(Control::stop);
    EXPECT_EQ(control(Control::stop).kind, Kind::none);
}

TEST_F(ServiceLifeTest, ControlsBeforeRunning_DoNothing) {
    life.starting();
    EXPECT_EQ(control(Control::stop).kind, Kind::none);
    EXPECT_EQ(control(Control::param_change).kind, Kind::none);
    EXPECT_EQ(last().state, ServiceState::start_pending);
}

TEST_F(ServiceLifeTest, Interrogate_ReportsTheStateAgain) {
    run();
    const auto count = sink.reports.size();
    EXPECT_EQ(control(Control::interrogate).kind, Kind::none);
    ASSERT_EQ(sink.reports.size(), count + 1);
    EXPECT_EQ(sink.reports[count], sink.reports[count - 1]);
}

TEST_F(ServiceLifeTest, ParamChange_Reloads) {
    run();
    EXPECT_EQ(control(Control::param_change).kind, Kind::reload);
    EXPECT_EQ(last().state, ServiceState::running);
}

TEST_F(ServiceLifeTest, SessionChange_IsTakenInEveryState) {
    EXPECT_EQ(control(Control::session_change).kind, Kind::none);
    run();
    EXPECT_EQ(control(Control::session_change).kind, Kind::none);
    EXPECT_EQ(last().state, ServiceState::running);
}

TEST_F(ServiceLifeTest, UnknownControl_Refused) {
    run();
    EXPECT_EQ(life.on_control(128).kind, Kind::refuse);
    EXPECT_EQ(life.on_control(15).kind, Kind::refuse);  // PRESHUTDOWN: never asked for
}

TEST_F(ServiceLifeTest, StoppedTwice_ReportedOnce) {
    run();
    life.stopped(5);
    const auto count = sink.reports.size();
    life.stopped(0);
    life.running();
    life.progress();
    EXPECT_EQ(sink.reports.size(), count);
}

TEST_F(ServiceLifeTest, StopsByItself_AsWhenAsked) {
    run();
    EXPECT_EQ(life.stop_by_itself(), (ControlAction{Kind::stop, kStopGrace}));
    EXPECT_EQ(life.stop_by_itself().kind, Kind::none);
}

}  // namespace
}  // namespace rmb::win
