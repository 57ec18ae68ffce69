#include "rpc/tasks.hpp"

#include "rpc_tasks_world.hpp"
#include "support/empty_system.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <vector>

namespace {

using namespace rmb;
using namespace rmb::test;
using namespace std::chrono_literals;
using nlohmann::json;

constexpr auto kGrace = 2'000ms;

// What is common to all tasks: they end with the host, and are bounded.
struct RpcTasks : testing::Test, RpcTasksWorld {
    RpcTasks() {
        machine.run(Kind::gui, 77);
        session = start_about_file(alice);
    }

    json shut_down(Talk& who, std::uint32_t n) {
        return ask(who, "session.shutdown", task(session, n));
    }
    [[nodiscard]] bool begin_held() {
        return begin_until_77_is_asked(alice, task(session, 1));
    }

    Talk alice{dispatcher, with_rights(caller(10))};
    Talk second{dispatcher, with_rights(caller(10))};
    std::uint32_t session = 0;
};

TEST_F(RpcTasks, Stop_NothingRuns_IsToldAtOnceAndRefusesTasks) {
    bool stopped = false;
    tasks->stop(kGrace, [&] { stopped = true; });
    EXPECT_TRUE(stopped);
    EXPECT_EQ(code_in(shut_down(alice, 1)), 1223);
    EXPECT_EQ(clock.pending(), 0U);
}

TEST_F(RpcTasks, Stop_InTheMiddleOfATask_GivesItGraceThenCancels) {
    ASSERT_TRUE(begin_held());
    alice.conversation->close();
    int stopped = 0;
    tasks->stop(kGrace, [&] { ++stopped; });
    clock.advance(kGrace);
    EXPECT_EQ(stopped, 0);
    gate.open();
    EXPECT_TRUE(pump_until([&] { return stopped == 1; }));
    EXPECT_TRUE(machine.runs(77));
    clock.advance(10 * kGrace);
    EXPECT_EQ(stopped, 1);
}

TEST_F(RpcTasks, Stop_TaskThatEndsWithinTheGrace_IsNotCancelled) {
    ASSERT_TRUE(begin_held());
    bool stopped = false;
    tasks->stop(kGrace, [&] { stopped = true; });
    gate.open();
    EXPECT_EQ(code_in(response(alice)), 0);
    EXPECT_TRUE(stopped);
}

TEST_F(RpcTasks, Stop_TaskThatDoesNotHeed_IsNotWaitedForLongerThanTwoGraces) {
    ASSERT_TRUE(begin_held());
    bool stopped = false;
    tasks->stop(kGrace, [&] { stopped = true; });
    clock.advance(2 * kGrace);
    EXPECT_TRUE(stopped);
}

TEST_F(RpcTasks, GoneWhileATaskWritesItsLedger_NothingIsStopped) {
    alice.call(1, "session.shutdown", task(session, 1));
    second.call(1, "session.shutdown", task(session, 2));  // waits for its turn
    tasks.reset();  // the loop does not turn: the task gets no answer from it
    EXPECT_TRUE(machine.runs(77));
    EXPECT_TRUE(machine.acts().empty());
    pump_ready();
}

/// A machine that is slow to be looked at, and then shows nothing.
class SlowSystem final : public EmptySystem {
public:
    ~SlowSystem() override {
        open();
    }
    engine::result<std::vector<engine::ServiceFacts>> services() override {
        opened_.wait();
        return engine::Error{core::Code::access_denied, "nothing to be seen"};
    }
    void open() {
        if (!is_open_) {
            is_open_ = true;
            gate_.set_value();
        }
    }

private:
    bool is_open_ = false;
    std::promise<void> gate_;
    std::shared_future<void> opened_ = gate_.get_future().share();
};

TEST_F(RpcTasks, UserAtTheLimitOfTasks_IsRefused_OthersAreNot) {
    SlowSystem slow;
    make_tasks({slow, machine.control, machine.agents});
    std::vector<std::uint32_t> sessions;
    for (std::uint32_t n = 0; n <= rpc::TaskThreads::kThreadsPerUser; ++n) {
        sessions.push_back(start_about_file(alice, 10 + n));
    }
    const auto last = sessions.back();
    sessions.pop_back();
    for (const auto each : sessions) {
        alice.call(each, "session.shutdown", task(each, each));
    }
    EXPECT_TRUE(alice.heard().empty());
    const auto refused = ask(second, "session.shutdown", task(last, 1));
    EXPECT_EQ(code_in(refused), 1816);
    EXPECT_EQ(refused["error"]["data"]["subject"], "tasksPerUser");

    Talk bob{dispatcher, with_rights(caller(20, kBob))};
    const auto bobs = start_about_file(bob, 50);
    bob.call(1, "session.shutdown", task(bobs, 1));
    EXPECT_TRUE(bob.heard().empty());
    slow.open();
    EXPECT_EQ(code_in(response(bob)), 5);
    for (std::size_t n = 0; n < sessions.size(); ++n) {
        EXPECT_EQ(code_in(response(alice)), 5);
    }
    EXPECT_EQ(code_in(ask(second, "session.shutdown", task(last, 1))), 5) << "it is run now";
    tasks.reset();
}

}  // namespace
