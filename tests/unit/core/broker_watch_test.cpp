#include "core/broker.hpp"

#include "support/core_world.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

// Broker::sessions, Broker::watch, and the order of storing, telling and answering.
namespace {

using namespace rmb::core;
using namespace rmb::test;

using Log = std::vector<std::string>;

struct BrokerWatch : testing::Test, CoreWorld {
    Caller alice = caller(10);
    Caller bob = caller(20, kBob);
    Caller admin = administrator(30);

    std::function<void(const SessionEvent&)> into(Log& log) {
        return [&log](const SessionEvent& event) {
            log.push_back(std::string{to_string(event.change)} + " " +
                          std::to_string(event.process.pid));
        };
    }
};

TEST_F(BrokerWatch, Sessions_ShowsTheOwnersAndCountsTheRest) {
    ASSERT_TRUE(broker->start(alice, 0, token(1)));
    ASSERT_TRUE(broker->start(bob, 0, token(1)));
    ASSERT_TRUE(broker->start(caller(11, kAlice, 2), 0, token(1)));
    const auto of_alice = broker->sessions(alice);
    ASSERT_EQ(of_alice.sessions.size(), 1U);
    EXPECT_EQ(of_alice.sessions[0].owner, alice.owner);
    EXPECT_EQ(of_alice.hidden, 2U);
    EXPECT_EQ(broker->sessions(admin).sessions.size(), 3U);
    EXPECT_EQ(broker->sessions(admin).hidden, 0U);
    const auto of_nobody = broker->sessions(caller(40, "S-1-0-0"));
    EXPECT_TRUE(of_nobody.sessions.empty());
    EXPECT_EQ(of_nobody.hidden, 3U);
}

TEST_F(BrokerWatch, Sessions_AreOldestFirstWithPrimaryFirst) {
    std::vector<std::string> expected;
    StartedSession last;
    for (std::uint32_t n = 1; n <= 20; ++n) {
        last = broker->start(alice, 0, token(n)).value();
        expected.push_back(rmb::proto::hash_of(last.key).text);
        clock.advance(std::chrono::milliseconds{1});
    }
    ASSERT_TRUE(join(caller(11), last.key, token(1)));
    const auto visible = broker->sessions(alice).sessions;
    ASSERT_EQ(visible.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(visible[i].hash.text, expected[i]);
    }
    ASSERT_EQ(visible.back().participants.size(), 2U);
    EXPECT_EQ(visible.back().participants[0].process.pid, 10U);
    EXPECT_EQ(visible.back().participants[1].process.pid, 11U);
}

TEST_F(BrokerWatch, EachChange_IsToldOnce) {
    Log log;
    const auto watch = broker->watch(alice, into(log));
    const auto started = broker->start(alice, 0, token(1)).value();
    const auto joined = join(caller(11), started.key, token(1)).value();
    ASSERT_TRUE(join(caller(12), started.key, token(1)));
    ASSERT_TRUE(end(caller(11), joined));
    processes.kill(12);
    ASSERT_TRUE(end(alice, started.handle));
    EXPECT_EQ(log, (Log{"started 10", "joined 11", "joined 12", "left 11", "left 12", "ended 10"}));
}

TEST_F(BrokerWatch, PrimarysDeath_IsEnded) {
    ASSERT_TRUE(broker->start(alice, 0, token(1)));
    Log log;
    const auto watch = broker->watch(alice, into(log));
    processes.kill(10);
    EXPECT_EQ(log, Log{"ended 10"});
}

TEST_F(BrokerWatch, EndByAdministrator_NamesHisProcess) {
    const auto started = broker->start(alice, 0, token(1)).value();
    Log log;
    const auto watch = broker->watch(alice, into(log));
    ASSERT_TRUE(end_by_hash(admin, rmb::proto::hash_of(started.key).text));
    EXPECT_EQ(log, Log{"ended 30"});
}

TEST_F(BrokerWatch, RepeatsAndRefusals_AreNotTold) {
    const auto started = broker->start(alice, 0, token(1)).value();
    ASSERT_TRUE(join(caller(11), started.key, token(2)));
    Log log;
    const auto watch = broker->watch(admin, into(log));
    ASSERT_TRUE(broker->start(alice, 0, token(1)));
    ASSERT_TRUE(join(caller(11), started.key, token(2)));
    store.refuse_next(4);
    EXPECT_FALSE(broker->start(alice, 0, token(3)));
    EXPECT_FALSE(join(caller(11), started.key, token(4)));
    EXPECT_FALSE(end(alice, started.handle));
    EXPECT_FALSE(end_by_hash(alice, rmb::proto::hash_of(started.key).text));
    EXPECT_EQ(log, Log{});
}

TEST_F(BrokerWatch, Events_FollowWhatSessionsWouldShow) {
    Log of_alice;
    Log of_bob;
    Log of_admin;
    const auto one = broker->watch(alice, into(of_alice));
    const auto two = broker->watch(bob, into(of_bob));
    const auto three = broker->watch(admin, into(of_admin));
    ASSERT_TRUE(broker->start(alice, 0, token(1)));
    ASSERT_TRUE(broker->start(bob, 0, token(1)));
    ASSERT_TRUE(broker->start(caller(11, kAlice, 2), 0, token(1)));
    EXPECT_EQ(of_alice, Log{"started 10"});
    EXPECT_EQ(of_bob, Log{"started 20"});
    EXPECT_EQ(of_admin, (Log{"started 10", "started 20", "started 11"}));
}

TEST_F(BrokerWatch, DroppedWatch_HearsNothingMore) {
    Log log;
    auto watch = broker->watch(alice, into(log));
    watch.reset();
    ASSERT_TRUE(broker->start(alice, 0, token(1)));
    EXPECT_EQ(log, Log{});
}

TEST_F(BrokerWatch, WatcherThatDropsItself_IsToldOnce) {
    Log log;
    RegistrationPtr watch;
    const std::string captured = "a text that is too long to lie inside of the function object";
    watch = broker->watch(alice, [&log, &watch, captured](const SessionEvent&) {
        watch.reset();
        log.push_back(captured);
    });
    ASSERT_TRUE(broker->start(alice, 0, token(1)));
    ASSERT_TRUE(broker->start(alice, 0, token(2)));
    EXPECT_EQ(log, Log{captured});
}

// A connection that is closed while it is told drops all its watches, not only the one told.
TEST_F(BrokerWatch, WatcherThatDropsTheNext_DoesNotBreakTheRound) {
    Log log;
    RegistrationPtr first;
    RegistrationPtr second;
    first = broker->watch(alice, [&](const SessionEvent&) {
        log.emplace_back("first");
        second.reset();
        first.reset();
    });
    second = broker->watch(alice, into(log));
    const auto third = broker->watch(alice, into(log));
    ASSERT_TRUE(broker->start(alice, 0, token(1)));
    EXPECT_EQ(log, (Log{"first", "started 10"}));
}

TEST_F(BrokerWatch, WatcherThatAddsAnother_EndsTheRound) {
    Log log;
    std::vector<RegistrationPtr> watches;
    watches.push_back(broker->watch(alice, [&](const SessionEvent& event) {
        watches.push_back(broker->watch(alice, into(log)));
        into(log)(event);
    }));
    ASSERT_TRUE(broker->start(alice, 0, token(1)));
    EXPECT_LE(log.size(), 2U);
    EXPECT_EQ(watches.size(), 2U);
}

TEST_F(BrokerWatch, WhatIsTold_IsInTheStoreAlready) {
    std::vector<std::size_t> participants_stored;
    const auto watch = broker->watch(admin, [&](const SessionEvent&) {
        std::size_t all = 0;
        for (const auto& [name, record] : store.records) {
            all += decode(record)->participants.size();
        }
        participants_stored.push_back(all);
    });
    const auto started = broker->start(alice, 0, token(1)).value();
    const auto joined = join(caller(11), started.key, token(1)).value();
    ASSERT_TRUE(end(caller(11), joined));
    ASSERT_TRUE(end(alice, started.handle));
    EXPECT_EQ(participants_stored, (std::vector<std::size_t>{1, 2, 1, 0}));
}

TEST_F(BrokerWatch, WhatIsAnswered_IsInTheStoreAlready) {
    const auto started = broker->start(alice, 0, token(1)).value();
    EXPECT_EQ(
        store.calls,
        (std::vector<FakeStore::Call>{{FakeStore::Op::put, store.records.begin()->first, true}}));
    Answer<std::uint32_t> joined;
    const auto other = caller(11);
    broker->join(other, rmb::proto::to_string(started.key), token(2), joined.completion([&] {
        EXPECT_EQ(stored(started.key)->participants.size(), 2U);
        EXPECT_EQ(stored(started.key)->participants[1].handle, *joined.outcome());
    }));
    ASSERT_EQ(joined.code(), Code::ok);
    Answer<void> left;
    broker->end(other, *joined.outcome(),
                left.completion([&] { EXPECT_EQ(stored(started.key)->participants.size(), 1U); }));
    Answer<void> ended;
    broker->end(alice, started.handle,
                ended.completion([&] { EXPECT_TRUE(store.records.empty()); }));
    EXPECT_EQ(left.code(), Code::ok);
    EXPECT_EQ(ended.code(), Code::ok);
    EXPECT_EQ(store.writes(), 4U) << "one write a change";
}

TEST_F(BrokerWatch, ChangeNames_AreThoseOfTheWire) {
    EXPECT_EQ(to_string(SessionChange::started), "started");
    EXPECT_EQ(to_string(SessionChange::joined), "joined");
    EXPECT_EQ(to_string(SessionChange::left), "left");
    EXPECT_EQ(to_string(SessionChange::ended), "ended");
}

}  // namespace
