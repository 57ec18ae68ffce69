#include "windows/program_runner.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <spdlog/logger.h>

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

namespace rmb::win {
namespace {

using namespace std::chrono_literals;
using core::Code;
using core::Error;

/// What a test scripts, and what the program did.
struct Script {
    std::optional<Error> start_error;
    bool never_stops = false;
    bool throws_on_reload = false;
    std::chrono::milliseconds stop_takes{0};
    std::atomic<int> reloads{0};
    std::atomic<int> stops{0};
    std::vector<std::uint32_t> logged_off{};
    std::chrono::milliseconds grace{0};
    std::function<void(const Error&)> failed;
    std::atomic<bool> destroyed{false};
};

class FakeProgram final : public Program {
public:
    FakeProgram(boost::asio::io_context& loop, Script& script) : timer_{loop}, script_{script} {}
    ~FakeProgram() override {
        script_.destroyed = true;
    }

    core::result<void> start(std::function<void(const Error&)> failed) override {
        script_.failed = std::move(failed);
        if (script_.start_error) {
            return *script_.start_error;
        }
        return {};
    }
    void stop(std::chrono::milliseconds grace, std::function<void()> stopped) override {
        ++script_.stops;
        script_.grace = grace;
        if (!script_.never_stops) {
            timer_.expires_after(script_.stop_takes);
            timer_.async_wait([stopped = std::move(stopped)](const auto& /*error*/) { stopped(); });
        }
    }
    void reload() override {
        ++script_.reloads;
        if (script_.throws_on_reload) {
            throw std::runtime_error("broken");
        }
    }

    void logged_off(std::uint32_t windows_session) override {
        script_.logged_off.push_back(windows_session);
    }

private:
    boost::asio::steady_timer timer_;
    Script& script_;
};

/// Tells the test when the service runs.
class WaitingSink final : public StatusSink {
public:
    void report(const ServiceStatus& status) override {
        reports.push_back(status);
        if (status.state == ServiceState::running) {
            running.set_value();
        }
    }
    std::vector<ServiceStatus> reports;  // guarded by ServiceLife; read when the runner is done
    std::promise<void> running;
};

struct ProgramRunnerTest : testing::Test {
    Script script;
    WaitingSink sink;
    spdlog::logger log{"test"};
    std::atomic<int> ended_with{-1};
    ProgramRunner runner{[this](boost::asio::io_context& loop) {
                             loop_ = &loop;
                             return core::result<std::unique_ptr<Program>>{
                                 std::make_unique<FakeProgram>(loop, script)};
                         },
                         sink, log, [this](std::int32_t code) { ended_with = code; }};
    boost::asio::io_context* loop_ = nullptr;
    std::future<std::int32_t> done;

    void run() {
        done = std::async(std::launch::async, [this] { return runner.run(); });
        sink.running.get_future().wait();
    }
    bool control(Control which) {
        return runner.control(static_cast<std::uint32_t>(which));
    }
};

TEST_F(ProgramRunnerTest, Stop_ProgramIsStoppedAndGoneBeforeStoppedIsReported) {
    run();
    EXPECT_TRUE(control(Control::stop));
    EXPECT_EQ(done.get(), 0);
    EXPECT_EQ(script.stops, 1);
    EXPECT_EQ(script.grace, kStopGrace);
    EXPECT_TRUE(script.destroyed);
    EXPECT_EQ(sink.reports.back().state, ServiceState::stopped);
    EXPECT_EQ(sink.reports.back().exit_code, 0U);
    EXPECT_EQ(ended_with, -1);
}

TEST_F(ProgramRunnerTest, SlowStop_CheckpointsAreReported) {
    script.stop_takes = 2'500ms;
    run();
    control(Control::stop);
    EXPECT_EQ(done.get(), 0);
    std::uint32_t checkpoint = 0;
    for (const auto& report : sink.reports) {
        if (report.state == ServiceState::stop_pending) {
            EXPECT_EQ(report.checkpoint, ++checkpoint);
        }
    }
    EXPECT_GE(checkpoint, 3U);
}

TEST_F(ProgramRunnerTest, ShutdownAndAProgramThatHangs_EndedWithinTwoSeconds) {
    script.never_stops = true;
    run();
    const auto begin = std::chrono::steady_clock::now();
    control(Control::shutdown);
    done.get();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
    EXPECT_EQ(script.grace, kShutdownGrace);
    EXPECT_EQ(ended_with, 0);
    EXPECT_EQ(sink.reports.back().state, ServiceState::stopped);
}

TEST_F(ProgramRunnerTest, ShutdownDuringAStopThatHangs_EndedWithinTwoSeconds) {
    script.never_stops = true;
    run();
    control(Control::stop);
    std::this_thread::sleep_for(100ms);
    const auto begin = std::chrono::steady_clock::now();
    control(Control::shutdown);
    done.get();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
    EXPECT_EQ(script.stops, 1);
}

TEST_F(ProgramRunnerTest, StartFails_CodeIsReportedAndReturned) {
    script.start_error = Error{Code::access_denied, "no"};
    EXPECT_EQ(runner.run(), 5);
    EXPECT_EQ(sink.reports.back(), (ServiceStatus{ServiceState::stopped, false, 5, 0, 0, {}}));
    EXPECT_TRUE(script.destroyed);
    EXPECT_EQ(ended_with, -1);
}

TEST_F(ProgramRunnerTest, ProgramFailsLater_StoppedWithItsCode) {
    run();
    boost::asio::post(*loop_, [this] { script.failed({Code::write_fault, "lost"}); });
    EXPECT_EQ(done.get(), 29);
    EXPECT_EQ(script.stops, 1);
    EXPECT_EQ(sink.reports.back().exit_code, 29U);
}

TEST_F(ProgramRunnerTest, ParamChange_Reloads) {
    run();
    EXPECT_TRUE(control(Control::param_change));
    control(Control::stop);
    done.get();
    EXPECT_EQ(script.reloads, 1);
}

TEST_F(ProgramRunnerTest, LoggedOff_TheProgramIsToldUnlessItIsStopping) {
    run();
    EXPECT_TRUE(control(Control::session_change));
    runner.logged_off(2);
    control(Control::stop);
    runner.logged_off(3);
    done.get();
    runner.logged_off(4);
    EXPECT_EQ(script.logged_off, std::vector<std::uint32_t>{2});
}

TEST_F(ProgramRunnerTest, ExceptionOnTheLoop_ProcessEndsWithoutReportingStopped) {
    script.throws_on_reload = true;
    run();
    control(Control::param_change);
    EXPECT_EQ(done.get(), ProgramRunner::kUnhandled);
    EXPECT_EQ(ended_with, ProgramRunner::kUnhandled);
    EXPECT_EQ(sink.reports.back().state, ServiceState::running);
}

TEST_F(ProgramRunnerTest, ControlsAfterTheEnd_DoNoHarm) {
    run();
    control(Control::stop);
    done.get();
    EXPECT_TRUE(control(Control::stop));
    EXPECT_TRUE(control(Control::shutdown));
    EXPECT_TRUE(control(Control::interrogate));
    EXPECT_FALSE(runner.control(200));
}

}  // namespace
}  // namespace rmb::win
