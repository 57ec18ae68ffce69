#include "core/broker.hpp"

#include "support/core_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

// The service is killed around every write to its store, and what was promised must hold.
namespace {

using namespace rmb::core;
using namespace rmb::test;

/// One call of a client. Handles and keys are named by the token of the call that made them.
struct Step {
    enum class Kind { start, join, end } kind;
    std::uint32_t pid;
    std::uint32_t token;
    std::uint32_t session = 0;  // of a join: whose key
};
using enum Step::Kind;

const std::vector<Step>& script() {
    static const std::vector<Step> steps{
        {start, 10, 1},   {start, 10, 2},   {join, 11, 3, 1}, {start, 11, 4},
        {join, 10, 5, 4}, {join, 10, 6, 1}, {end, 11, 3},     {end, 10, 2},
        {join, 11, 7, 1}, {end, 10, 1},     {start, 10, 8},
    };
    return steps;
}

/// Clients that repeat a call with its token until it is answered, as the library does.
class Clients {
public:
    explicit Clients(CoreWorld& world_in) : world(world_in) {}

    void run(const Step& step) {
        for (;;) {
            try {
                attempt(step);
                return;
            } catch (const StoreCrash&) {
                restart();
            }
        }
    }

    /// A crash during the restart is one more crash.
    void restart() {
        for (;;) {
            try {
                ASSERT_TRUE(world.restart());
                ++restarts;
                return;
            } catch (const StoreCrash&) {
            }
        }
    }

    /// Every acknowledged handle is there once, with its key, and nothing else is.
    void check() {
        std::map<std::uint32_t, std::uint32_t> seen;  // handle by token
        for (const auto& session : world.broker->sessions(world.administrator(90)).sessions) {
            for (const auto& participant : session.participants) {
                const auto number = std::uint32_t{participant.token.data[15]};
                EXPECT_TRUE(seen.emplace(number, participant.handle).second)
                    << "two for token " << number;
            }
        }
        EXPECT_EQ(seen, handles);
        for (const auto& [number, key] : keys) {
            EXPECT_TRUE(world.stored(key)) << number;
            EXPECT_EQ(world.broker->start(caller_of(number), 0, token(number))->key, key);
        }
        EXPECT_EQ(world.store.records.size(), keys.size());
    }

    CoreWorld& world;
    std::map<std::uint32_t, std::uint32_t> handles;
    std::map<std::uint32_t, rmb::proto::SessionKey> keys;
    std::size_t restarts = 0;

private:
    Caller caller_of(std::uint32_t number) {
        const auto made_by = std::ranges::find(script(), number, &Step::token);
        return world.caller(made_by->pid);
    }

    void attempt(const Step& step) {
        const auto who = world.caller(step.pid);
        if (step.kind == start) {
            const auto started = world.broker->start(who, 0, token(step.token));
            ASSERT_TRUE(started) << started.error().message;
            handles[step.token] = started->handle;
            keys[step.token] = started->key;
        } else if (step.kind == join) {
            const auto joined = world.join(who, keys.at(step.session), token(step.token));
            ASSERT_TRUE(joined) << joined.error().message;
            handles[step.token] = *joined;
            joined_to[step.token] = step.session;
        } else {
            end(who, step);
        }
    }

    void end(const Caller& who, const Step& step) {
        const auto ended = world.end(who, handles.at(step.token));
        // An end that was carried out and not acknowledged is 6 to its repeat.
        ASSERT_TRUE(ended || (restarts > 0 && code_of(ended) == Code::invalid_handle));
        handles.erase(step.token);
        if (keys.erase(step.token) > 0) {
            std::erase_if(handles, [&](const auto& handle) {
                const auto to = joined_to.find(handle.first);
                return to != joined_to.end() && to->second == step.token;
            });
        }
    }

    std::map<std::uint32_t, std::uint32_t> joined_to;
};

std::size_t writes_of_script() {
    CoreWorld world;
    Clients clients{world};
    for (const auto& step : script()) {
        clients.run(step);
        clients.check();
    }
    EXPECT_EQ(clients.restarts, 0U);
    return world.store.writes();
}

TEST(BrokerCrash, Script_WritesOnceAChange) {
    EXPECT_EQ(writes_of_script(), script().size());
}

TEST(BrokerCrash, AtEachWrite_LosesAndDoublesNothing) {
    const auto writes = writes_of_script();
    for (const auto when : {FakeStore::Crash::before_write, FakeStore::Crash::after_write}) {
        for (std::size_t at = 0; at < writes; ++at) {
            SCOPED_TRACE(std::to_string(at) +
                         (when == FakeStore::Crash::before_write ? " before" : " after"));
            CoreWorld world;
            Clients clients{world};
            world.store.crash_after(at, when);
            for (const auto& step : script()) {
                clients.run(step);
                clients.check();
            }
            EXPECT_EQ(clients.restarts, 1U);
        }
    }
}

TEST(BrokerCrash, BetweenAnyTwoCalls_LosesAndDoublesNothing) {
    CoreWorld world;
    Clients clients{world};
    for (const auto& step : script()) {
        clients.run(step);
        clients.restart();
        clients.check();
    }
}

TEST(BrokerCrash, AgainAtTheRepeat_LosesAndDoublesNothing) {
    const auto writes = writes_of_script();
    for (std::size_t first = 0; first < writes; ++first) {
        for (std::size_t second = 0; second < 3; ++second) {
            SCOPED_TRACE(std::to_string(first) + " and " + std::to_string(second) + " later");
            CoreWorld world;
            Clients clients{world};
            world.store.crash_after(first, FakeStore::Crash::after_write);
            bool armed = false;
            for (const auto& step : script()) {
                clients.run(step);
                if (clients.restarts == 1 && !armed) {
                    world.store.crash_after(second, FakeStore::Crash::before_write);
                    armed = true;
                }
            }
            world.store.never_crash();
            clients.check();
        }
    }
}

TEST(BrokerCrash, StartThatWasNotAcknowledged_CanBeEndedByItsToken) {
    CoreWorld world;
    const auto who = world.caller(10);
    world.store.crash_after(0, FakeStore::Crash::after_write);
    EXPECT_THROW((void)world.broker->start(who, 0, token(1)), StoreCrash);
    ASSERT_TRUE(world.restart());
    EXPECT_EQ(world.broker->session_count(), 1U);
    EXPECT_TRUE(world.end_start(who, token(1)));
    EXPECT_EQ(world.broker->session_count(), 0U);
    EXPECT_TRUE(world.store.records.empty());
}

TEST(BrokerCrash, StartThatWasNotAcknowledged_DiesWithItsProcess) {
    CoreWorld world;
    const auto who = world.caller(10);
    world.store.crash_after(0, FakeStore::Crash::after_write);
    EXPECT_THROW((void)world.broker->start(who, 0, token(1)), StoreCrash);
    world.processes.kill_unseen(10);
    ASSERT_TRUE(world.restart());
    EXPECT_EQ(world.broker->session_count(), 0U);
    EXPECT_TRUE(world.store.records.empty());
}

/// Two sessions of 10, which died meanwhile; one of 11 that 12 and 13 joined, who died too.
void fill_and_bury(CoreWorld& world) {
    ASSERT_TRUE(world.broker->start(world.caller(10), 0, token(1)));
    ASSERT_TRUE(world.broker->start(world.caller(10), 0, token(2)));
    const auto lives = world.broker->start(world.caller(11), 0, token(3)).value();
    ASSERT_TRUE(world.join(world.caller(12), lives.key, token(4)));
    ASSERT_TRUE(world.join(world.caller(13), lives.key, token(5)));
    for (const std::uint32_t pid : {10U, 12U, 13U}) {
        world.processes.kill_unseen(pid);
    }
}

TEST(BrokerCrash, AtEachWriteOfARestart_LeavesTheNextOneRight) {
    for (const auto when : {FakeStore::Crash::before_write, FakeStore::Crash::after_write}) {
        std::size_t crashes = 0;
        for (bool crashed = true; crashed;) {
            CoreWorld world;
            fill_and_bury(world);
            world.store.crash_after(crashes, when);
            crashed = false;
            try {
                ASSERT_TRUE(world.restart());
            } catch (const StoreCrash&) {
                crashed = true;
                ++crashes;
                ASSERT_TRUE(world.restart());
            }
            world.store.never_crash();
            ASSERT_EQ(world.broker->session_count(), 1U);
            EXPECT_EQ(world.store.records.size(), 1U);
            const auto session = world.broker->sessions(world.administrator(90)).sessions[0];
            ASSERT_EQ(session.participants.size(), 1U);
            EXPECT_EQ(session.participants[0].process.pid, 11U);
        }
        EXPECT_EQ(crashes, 4U) << "two dead sessions and two dead secondaries";
    }
}

}  // namespace
