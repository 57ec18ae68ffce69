#include "rpc/task_threads.hpp"

#include "support/recording_audit.hpp"
#include "support/results.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace rmb;
using namespace rmb::test;
using core::Code;
using core::Error;
using rpc::TaskThreads;

struct RpcTaskThreads : testing::Test {
    ~RpcTaskThreads() override {
        open();
    }

    /// Runs the loop until so many have finished.
    bool pump_until_finished(std::size_t count) {
        while (outcomes.size() < count) {
            if (loop.run_one_for(std::chrono::seconds{20}) == 0) {
                return false;
            }
        }
        return true;
    }
    core::result<void> run(const std::string& user, TaskThreads::Work work) {
        return threads->run(user, std::move(work), [this](const core::result<void>& outcome) {
            outcomes.push_back(code_of(outcome));
        });
    }
    core::result<void> run_until_opened(const std::string& user) {
        return run(user, [opened = opened] {
            opened.wait();
            return core::result<void>{};
        });
    }
    void open() {
        if (!is_open) {
            is_open = true;
            gate.set_value();
        }
    }

    boost::asio::io_context loop{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard{
        loop.get_executor()};
    RecordingAudit audit;
    std::promise<void> gate;
    std::shared_future<void> opened = gate.get_future().share();
    bool is_open = false;
    std::vector<Code> outcomes;
    std::optional<TaskThreads> threads{std::in_place, loop, audit};
};

TEST_F(RpcTaskThreads, Outcome_ComesOnTheLoop_WorkRunsElsewhere) {
    std::thread::id worker;
    ASSERT_TRUE(run("alice", [&worker]() -> core::result<void> {
        worker = std::this_thread::get_id();
        return Error{Code::fail_shutdown, "stays"};
    }));
    EXPECT_EQ(threads->running(), 1U);
    ASSERT_TRUE(pump_until_finished(1));
    EXPECT_EQ(outcomes[0], Code::fail_shutdown);
    EXPECT_NE(worker, std::this_thread::get_id());
    EXPECT_EQ(threads->running(), 0U);
}

TEST_F(RpcTaskThreads, OnLoop_RunsThereAndTheThreadWaitsForTheAnswer) {
    std::thread::id asked;
    ASSERT_TRUE(run("alice", [&] {
        return threads->on_loop([&asked]() -> core::result<void> {
            asked = std::this_thread::get_id();
            return Error{Code::write_fault, "the store refuses"};
        });
    }));
    ASSERT_TRUE(pump_until_finished(1));
    EXPECT_EQ(asked, std::this_thread::get_id());
    EXPECT_EQ(outcomes[0], Code::write_fault);
}

TEST_F(RpcTaskThreads, TellLoop_ComesInOrderBeforeTheOutcome) {
    std::vector<int> told;
    ASSERT_TRUE(run("alice", [&] {
        for (int n = 0; n < 3; ++n) {
            threads->tell_loop([&told, n] { told.push_back(n); });
        }
        return core::result<void>{};
    }));
    ASSERT_TRUE(pump_until_finished(1));
    EXPECT_EQ(told, (std::vector{0, 1, 2}));
}

TEST_F(RpcTaskThreads, UserAtHisLimit_IsRefused_OthersAreNot) {
    for (std::uint64_t n = 0; n < TaskThreads::kThreadsPerUser; ++n) {
        ASSERT_TRUE(run_until_opened("alice"));
    }
    const auto refused = run_until_opened("alice");
    EXPECT_EQ(code_of(refused), Code::not_enough_quota);
    EXPECT_EQ(subject_of(refused), "tasksPerUser");
    EXPECT_EQ(audit.count("limit"), 1U);
    EXPECT_TRUE(run_until_opened("bob"));
    open();
    ASSERT_TRUE(pump_until_finished(TaskThreads::kThreadsPerUser + 1));
    EXPECT_TRUE(run_until_opened("alice"));
}

TEST_F(RpcTaskThreads, AllThreadsTaken_IsRefused) {
    for (std::uint64_t n = 0; n < TaskThreads::kThreads; ++n) {
        ASSERT_TRUE(run_until_opened(std::to_string(n)));
    }
    const auto refused = run_until_opened("one more");
    EXPECT_EQ(code_of(refused), Code::not_enough_quota);
    EXPECT_EQ(subject_of(refused), "tasksTotal");
}

TEST_F(RpcTaskThreads, EndWhileAThreadAsksTheLoop_ItIsToldCancelledAndNobodyElseIsTold) {
    std::promise<Code> answered;
    auto answer = answered.get_future();
    bool was_called = false;
    const auto held = std::make_shared<int>(0);
    ASSERT_TRUE(threads->run(
        "alice",
        [&] {
            auto outcome = threads->on_loop([&was_called]() -> core::result<void> {
                was_called = true;
                return {};
            });
            answered.set_value(code_of(outcome));
            return outcome;
        },
        [this, held](const core::result<void>&) { outcomes.push_back(Code::ok); }));
    threads.reset();
    EXPECT_EQ(answer.get(), Code::cancelled);
    EXPECT_EQ(held.use_count(), 1) << "what done holds goes with the threads, not with the loop";
    loop.poll();
    EXPECT_FALSE(was_called);
    EXPECT_TRUE(outcomes.empty());
}

}  // namespace
