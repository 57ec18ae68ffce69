#include "rpc/work_pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using rmb::rpc::WorkPool;

struct WorkPoolTest : testing::Test {
    boost::asio::io_context loop;
    std::vector<std::string> done;

    std::promise<void> open;
    const std::shared_future<void> gate = open.get_future().share();

    /// Work that runs until the gate opens.
    void run_until_open(WorkPool& pool, const std::string& user) {
        pool.run(
            user,
            [gate = gate] {
                gate.wait();
                return 0;
            },
            [this, user](int) { done.push_back(user); });
    }
    /// Runs the loop until so many are done.
    void wait_for(std::size_t count) {
        while (done.size() < count) {
            loop.restart();
            loop.run_one();
        }
    }
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard{
        loop.get_executor()};
};

TEST_F(WorkPoolTest, Result_ComesOnTheLoopFromAnotherThread) {
    WorkPool pool{loop};
    std::thread::id told;
    pool.run(
        "a", [] { return std::this_thread::get_id(); },
        [&](std::thread::id worker) {
            told = worker;
            done.emplace_back("a");
        });
    wait_for(1);
    EXPECT_NE(told, std::thread::id{});
    EXPECT_NE(told, std::this_thread::get_id());
}

TEST_F(WorkPoolTest, OneUser_HasAQuarterOfTheThreadsAndHoldsNobodyElseUp) {
    std::atomic<std::size_t> begun = 0;
    std::atomic<std::size_t> most = 0;
    std::atomic<std::size_t> running = 0;
    WorkPool pool{loop};
    for (int i = 0; i < 20; ++i) {
        pool.run(
            "greedy",
            [&, gate = gate] {
                ++begun;
                most = std::max(most.load(), ++running);
                gate.wait();
                --running;
                return 0;
            },
            [this](int) { done.emplace_back("greedy"); });
    }
    pool.run(
        "other", [] { return 0; }, [this](int) { done.emplace_back("other"); });
    wait_for(1);
    EXPECT_EQ(done, std::vector<std::string>{"other"});
    EXPECT_LE(begun.load(), WorkPool::kThreadsPerUser);
    open.set_value();
    wait_for(21);
    EXPECT_EQ(begun.load(), 20U);
    EXPECT_LE(most.load(), WorkPool::kThreadsPerUser);
}

TEST_F(WorkPoolTest, ManyUsers_ShareAllThreadsAndEachGetsHisTurn) {
    WorkPool pool{loop};
    for (int user = 0; user < 12; ++user) {
        for (int i = 0; i < 3; ++i) {
            run_until_open(pool, std::to_string(user));
        }
    }
    open.set_value();
    wait_for(36);
    for (int user = 0; user < 12; ++user) {
        EXPECT_EQ(std::ranges::count(done, std::to_string(user)), 3) << user;
    }
}

TEST_F(WorkPoolTest, Destroyed_WaitsForWhatRunsAndTellsNobody) {
    std::atomic<bool> ended = false;
    {
        std::promise<void> begun;
        WorkPool pool{loop};
        pool.run(
            "a",
            [&] {
                begun.set_value();
                ended = true;
                return 0;
            },
            [this](int) { done.emplace_back("a"); });
        begun.get_future().wait();
    }
    EXPECT_TRUE(ended);
    loop.poll();
    EXPECT_TRUE(done.empty());
}

TEST_F(WorkPoolTest, Destroyed_WhatDoneHoldsGoesWithThePoolNotWithTheLoop) {
    const auto owned = std::make_shared<int>(1);
    {
        WorkPool pool{loop};
        pool.run(
            "a", [] { return 0; }, [owned](int) {});
    }
    EXPECT_EQ(owned.use_count(), 1);
}

TEST_F(WorkPoolTest, DestroyedWithWorkWaiting_DropsIt) {
    const auto owned = std::make_shared<int>(1);
    {
        WorkPool pool{loop};
        for (int i = 0; i < 10; ++i) {
            pool.run(
                "a", [gate = gate, owned] { return gate.wait(), *owned; },
                [this](int) { done.emplace_back("a"); });
        }
        open.set_value();
    }
    loop.poll();
    EXPECT_TRUE(done.empty());
    EXPECT_EQ(owned.use_count(), 1);
}

}  // namespace
