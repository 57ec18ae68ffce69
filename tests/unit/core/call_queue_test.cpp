#include "core/call_queue.hpp"

#include "proto/limits.hpp"
#include "support/fake_clock.hpp"
#include "support/results.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace rmb::core;
using namespace std::chrono_literals;
using rmb::proto::kTurnDeadline;
using rmb::test::code_of;
using rmb::test::FakeClock;

using Log = std::vector<std::string>;

struct CallQueueTest : testing::Test {
    FakeClock clock;
    std::optional<CallQueue> queue{std::in_place, clock};
    Log log;

    static std::string show(const result<CallQueue::Turn>& turn) {
        return turn ? "turn" : std::to_string(static_cast<int>(turn.error().code));
    }
    /// Logs what it gets and is done at once.
    CallQueue::Call short_call(std::string name) {
        return [this, name = std::move(name)](const result<CallQueue::Turn>& turn) {
            log.push_back(name + " " + show(turn));
        };
    }
    /// Logs what it gets and keeps the session.
    CallQueue::Call task(std::string name, std::optional<CallQueue::Turn>& kept) {
        return [this, name = std::move(name), &kept](result<CallQueue::Turn> turn) {
            log.push_back(name + " " + show(turn));
            if (turn) {
                kept.emplace(std::move(*turn));
            }
        };
    }
};

TEST_F(CallQueueTest, IdleSession_AnswersAtOnce) {
    queue->enter(short_call("a"));
    queue->enter(short_call("b"));
    EXPECT_EQ(log, (Log{"a turn", "b turn"}));
    EXPECT_EQ(clock.pending(), 0U);
}

TEST_F(CallQueueTest, CallsDuringATask_WaitAndComeInOrder) {
    std::optional<CallQueue::Turn> turn;
    queue->enter(task("task", turn));
    for (const char* name : {"a", "b", "c"}) {
        queue->enter(short_call(name));
    }
    EXPECT_EQ(log, Log{"task turn"});
    EXPECT_EQ(clock.pending(), 3U);
    turn.reset();
    EXPECT_EQ(log, (Log{"task turn", "a turn", "b turn", "c turn"}));
    EXPECT_EQ(clock.pending(), 0U);
}

TEST_F(CallQueueTest, SecondTask_HoldsUpThoseBehindIt) {
    std::optional<CallQueue::Turn> first;
    std::optional<CallQueue::Turn> second;
    queue->enter(task("1", first));
    queue->enter(task("2", second));
    queue->enter(short_call("a"));
    first.reset();
    EXPECT_EQ(log, (Log{"1 turn", "2 turn"}));
    second.reset();
    EXPECT_EQ(log, (Log{"1 turn", "2 turn", "a turn"}));
}

TEST_F(CallQueueTest, Deadline_IsSemTimeoutExactlyOnce) {
    std::optional<CallQueue::Turn> turn;
    queue->enter(task("task", turn));
    queue->enter(short_call("a"));
    clock.advance(1s);
    queue->enter(short_call("b"));
    clock.advance(kTurnDeadline - 1s - 1ms);
    EXPECT_EQ(log, Log{"task turn"});
    clock.advance(1ms);
    EXPECT_EQ(log, (Log{"task turn", "a 121"}));
    turn.reset();
    EXPECT_EQ(log, (Log{"task turn", "a 121", "b turn"}));
    clock.advance(kTurnDeadline * 3);
    EXPECT_EQ(log.size(), 3U);
    EXPECT_EQ(clock.pending(), 0U);
}

TEST_F(CallQueueTest, TaskItself_HasNoDeadline) {
    std::optional<CallQueue::Turn> turn;
    queue->enter(task("task", turn));
    clock.advance(kTurnDeadline * 10);
    EXPECT_EQ(log, Log{"task turn"});
}

// A call made by one that had dropped its turn already was let in behind others without a deadline.
TEST_F(CallQueueTest, CallFromWithinAnother_HasADeadlineToo) {
    std::optional<CallQueue::Turn> first;
    std::optional<CallQueue::Turn> second;
    queue->enter(task("first", first));
    queue->enter([this](result<CallQueue::Turn> turn) {
        { const auto dropped = std::move(turn); }
        log.emplace_back("a turn");
        queue->enter(short_call("b"));
    });
    queue->enter(task("second", second));
    first.reset();
    EXPECT_EQ(log, (Log{"first turn", "a turn", "second turn"}));
    clock.advance(kTurnDeadline);
    EXPECT_EQ(log, (Log{"first turn", "a turn", "second turn", "b 121"}));
}

TEST_F(CallQueueTest, End_GoesFirstAndAsksTheTaskToStop) {
    std::optional<CallQueue::Turn> turn;
    queue->enter(task("task", turn));
    turn->on_cancel([&] { log.emplace_back("stop"); });
    queue->enter(short_call("a"));
    queue->enter_to_end(short_call("end"));
    EXPECT_EQ(log, (Log{"task turn", "stop"}));
    turn.reset();
    EXPECT_EQ(log, (Log{"task turn", "stop", "end turn", "a turn"}));
}

TEST_F(CallQueueTest, EndOfAnIdleSession_GetsItsTurnAtOnce) {
    queue->enter_to_end(short_call("end"));
    EXPECT_EQ(log, Log{"end turn"});
}

TEST_F(CallQueueTest, WaitingEnd_NeverTimesOut) {
    std::optional<CallQueue::Turn> turn;
    queue->enter(task("task", turn));
    queue->enter_to_end(short_call("end"));
    clock.advance(kTurnDeadline * 10);
    EXPECT_EQ(log, Log{"task turn"});
    turn.reset();
    EXPECT_EQ(log, (Log{"task turn", "end turn"}));
}

TEST_F(CallQueueTest, SecondEnd_ComesBehindTheFirst) {
    std::optional<CallQueue::Turn> turn;
    queue->enter(task("task", turn));
    turn->on_cancel([&] { log.emplace_back("stop"); });
    queue->enter(short_call("a"));
    queue->enter_to_end(short_call("end 1"));
    queue->enter_to_end(short_call("end 2"));
    turn.reset();
    EXPECT_EQ(log, (Log{"task turn", "stop", "end 1 turn", "end 2 turn", "a turn"}));
    queue->enter(task("task", turn));
    queue->enter(short_call("b"));
    queue->enter_to_end(short_call("end 3"));
    turn.reset();
    EXPECT_EQ(log.back(), "b turn") << "those that have gone still count";
}

TEST_F(CallQueueTest, TaskThatEndsItselfWhenAsked_LetsTheEndIn) {
    std::optional<CallQueue::Turn> turn;
    queue->enter(task("task", turn));
    turn->on_cancel([&] { turn.reset(); });
    queue->enter(short_call("a"));
    queue->enter_to_end(short_call("end"));
    EXPECT_EQ(log, (Log{"task turn", "end turn", "a turn"}));
}

TEST_F(CallQueueTest, SessionThatEnds_GivesInvalidHandleToThoseWhoWait) {
    std::optional<CallQueue::Turn> turn;
    queue->enter(task("task", turn));
    queue->enter(short_call("a"));
    queue->enter(short_call("b"));
    queue->enter_to_end([this](const result<CallQueue::Turn>&) {
        log.emplace_back("end");
        queue.reset();
    });
    turn.reset();
    EXPECT_EQ(log, (Log{"task turn", "end", "a 6", "b 6"}));
    EXPECT_EQ(clock.pending(), 0U);
    clock.advance(kTurnDeadline * 2);
    EXPECT_EQ(log.size(), 4U);
}

TEST_F(CallQueueTest, TurnThatOutlivesTheQueue_IsHarmless) {
    std::optional<CallQueue::Turn> turn;
    queue->enter(task("task", turn));
    queue.reset();
    turn->on_cancel([&] { log.emplace_back("stop"); });
    turn.reset();
    EXPECT_EQ(log, Log{"task turn"});
}

TEST_F(CallQueueTest, CancelWithoutATask_DoesNothingToTheNext) {
    queue->cancel();
    std::optional<CallQueue::Turn> turn;
    queue->enter(task("task", turn));
    turn->on_cancel([&] { log.emplace_back("stop"); });
    EXPECT_EQ(log, Log{"task turn"});
}

TEST_F(CallQueueTest, Cancel_StopsTheRunningTaskOnceAndNotTheNext) {
    std::optional<CallQueue::Turn> first;
    std::optional<CallQueue::Turn> second;
    queue->enter(task("1", first));
    queue->enter(task("2", second));
    first->on_cancel([&] { log.emplace_back("stop 1"); });
    queue->cancel();
    queue->cancel();
    EXPECT_EQ(log, (Log{"1 turn", "stop 1"}));
    first.reset();
    second->on_cancel([&] { log.emplace_back("stop 2"); });
    EXPECT_EQ(log, (Log{"1 turn", "stop 1", "2 turn"}));
    queue->cancel();
    EXPECT_EQ(log.back(), "stop 2");
}

TEST_F(CallQueueTest, CancelBeforeOnCancel_StopsAtOnce) {
    std::optional<CallQueue::Turn> turn;
    queue->enter(task("task", turn));
    queue->cancel();
    turn->on_cancel([&] { log.emplace_back("stop"); });
    EXPECT_EQ(log, (Log{"task turn", "stop"}));
}

TEST_F(CallQueueTest, LaterOnCancel_ReplacesTheEarlier) {
    std::optional<CallQueue::Turn> turn;
    queue->enter(task("task", turn));
    turn->on_cancel([&] { log.emplace_back("step 1"); });
    turn->on_cancel([&] { log.emplace_back("step 2"); });
    queue->cancel();
    EXPECT_EQ(log, (Log{"task turn", "step 2"}));
}

TEST_F(CallQueueTest, CallFromWithinACall_ComesAfterThoseThatWait) {
    std::optional<CallQueue::Turn> turn;
    queue->enter(task("task", turn));
    queue->enter([this](const result<CallQueue::Turn>&) {
        log.emplace_back("a");
        queue->enter(short_call("inner"));
    });
    queue->enter(short_call("b"));
    turn.reset();
    EXPECT_EQ(log, (Log{"task turn", "a", "b turn", "inner turn"}));
    EXPECT_EQ(clock.pending(), 0U);
}

TEST_F(CallQueueTest, EndFromWithinACall_ComesNext) {
    std::optional<CallQueue::Turn> turn;
    queue->enter(task("task", turn));
    queue->enter([this](const result<CallQueue::Turn>&) {
        log.emplace_back("a");
        queue->enter_to_end(short_call("end"));
    });
    queue->enter(short_call("b"));
    turn.reset();
    EXPECT_EQ(log, (Log{"task turn", "a", "end turn", "b turn"}));
}

TEST_F(CallQueueTest, CallFromWithinATimeout_Waits) {
    std::optional<CallQueue::Turn> turn;
    queue->enter(task("task", turn));
    queue->enter([this](const result<CallQueue::Turn>& got) {
        log.push_back("a " + show(got));
        queue->enter(short_call("again"));
    });
    clock.advance(kTurnDeadline);
    EXPECT_EQ(log, (Log{"task turn", "a 121"}));
    turn.reset();
    EXPECT_EQ(log.back(), "again turn");
}

TEST_F(CallQueueTest, ThousandsOfWaitingCalls_DoNotGrowTheStack) {
    constexpr std::size_t kCalls = 100'000;
    std::optional<CallQueue::Turn> turn;
    queue->enter(task("task", turn));
    std::size_t served = 0;
    for (std::size_t i = 0; i < kCalls; ++i) {
        queue->enter([&](const result<CallQueue::Turn>& got) { served += got ? 1U : 0U; });
    }
    turn.reset();
    EXPECT_EQ(served, kCalls);
}

TEST_F(CallQueueTest, CallsThatEachMakeTheNext_DoNotGrowTheStack) {
    constexpr int kCalls = 100'000;
    int served = 0;
    std::function<void(result<CallQueue::Turn>)> call = [&](const result<CallQueue::Turn>&) {
        if (++served < kCalls) {
            queue->enter(call);
        }
    };
    queue->enter(call);
    EXPECT_EQ(served, kCalls);
}

}  // namespace
