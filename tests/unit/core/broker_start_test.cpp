#include "core/broker.hpp"

#include "support/core_world.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <vector>

// Broker::start and Broker::end_start.
namespace {

using namespace rmb::core;
using namespace rmb::test;

struct BrokerStart : testing::Test, CoreWorld {
    Caller alice = caller(10);
};

TEST_F(BrokerStart, First_GivesHandleAndKeyAndStoresTheSession) {
    const auto started = broker->start(alice, 0, token(1));
    ASSERT_TRUE(started) << started.error().message;
    EXPECT_TRUE(is_valid_handle(started->handle));
    const auto state = stored(started->key);
    ASSERT_TRUE(state);
    EXPECT_EQ(state->owner, alice.owner);
    EXPECT_EQ(state->started_ms, clock.wall_clock_ms());
    EXPECT_EQ(
        state->participants,
        (std::vector<Participant>{{alice.process, started->handle, token(1), alice.program}}));
    EXPECT_EQ(broker->session_count(), 1U);
    EXPECT_EQ(store.writes(), 1U);
}

TEST_F(BrokerStart, RecordName_DoesNotShowTheKey) {
    const auto started = broker->start(alice, 0, token(1)).value();
    const auto& name = store.records.begin()->first;
    EXPECT_EQ(name, "session-" + rmb::proto::hash_of(started.key).text);
    EXPECT_EQ(name.find(rmb::proto::to_string(started.key).substr(0, 8)), std::string::npos);
}

TEST_F(BrokerStart, AnyFlag_IsBadArguments) {
    for (const std::uint32_t flags : {1U, 2U, 0x8000'0000U, 0xFFFF'FFFFU}) {
        const auto started = broker->start(alice, flags, token(1));
        EXPECT_EQ(code_of(started), Code::bad_arguments);
        EXPECT_EQ(subject_of(started), "params.flags");
    }
    EXPECT_TRUE(store.calls.empty());
    EXPECT_EQ(broker->process_count(), 0U);
}

TEST_F(BrokerStart, EachLimit_IsMaxSessionsReachedByName) {
    struct Case {
        std::uint32_t Config::*limit;
        const char* name;
    };
    for (const auto& [limit, name] :
         {Case{&Config::sessions_per_process, "sessionsPerProcess"},
          {&Config::sessions_per_user_session, "sessionsPerUserSession"},
          {&Config::sessions_per_user, "sessionsPerUser"},
          {&Config::sessions_total, "sessionsTotal"}}) {
        Config small;
        small.*limit = 2;
        CoreWorld world{small};
        const auto who = world.caller(10);
        const auto first = world.broker->start(who, 0, token(1));
        ASSERT_TRUE(world.broker->start(who, 0, token(2)));
        const auto refused = world.broker->start(who, 0, token(3));
        EXPECT_EQ(code_of(refused), Code::max_sessions_reached);
        EXPECT_EQ(subject_of(refused), name);
        EXPECT_EQ(world.store.writes(), 2U);
        ASSERT_TRUE(world.end(who, first->handle));
        EXPECT_TRUE(world.broker->start(who, 0, token(3))) << name;
    }
}

TEST_F(BrokerStart, UserAtHisLimit_ChangesNothingForAnother) {
    for (std::uint32_t n = 0; n < 64; ++n) {
        ASSERT_TRUE(broker->start(alice, 0, token(n + 1)));
    }
    EXPECT_EQ(code_of(broker->start(caller(11), 0, token(100))), Code::max_sessions_reached);
    EXPECT_TRUE(broker->start(caller(12, kBob), 0, token(1)));
    EXPECT_TRUE(broker->start(caller(13, kAlice, 2), 0, token(1)));
}

TEST_F(BrokerStart, JoinedHandles_CountForTheProcess) {
    config.sessions_per_process = 2;
    accounts->apply(config);
    const auto other = caller(11);
    for (std::uint32_t n = 1; n <= 2; ++n) {
        const auto started = broker->start(other, 0, token(n)).value();
        ASSERT_TRUE(join(alice, started.key, token(n)));
    }
    const auto refused = broker->start(alice, 0, token(3));
    EXPECT_EQ(code_of(refused), Code::max_sessions_reached);
    EXPECT_EQ(subject_of(refused), "sessionsPerProcess");
}

TEST_F(BrokerStart, RefusingStore_IsWriteFaultWithNothingChanged) {
    const auto attendance = broker->attend(alice.process);
    const auto left = bytes_left(kAlice);
    store.refuse_next();
    EXPECT_EQ(code_of(broker->start(alice, 0, token(1))), Code::write_fault);
    EXPECT_TRUE(store.records.empty());
    EXPECT_EQ(broker->session_count(), 0U);
    EXPECT_EQ(accounts->sessions_of(alice.owner), 0U);
    EXPECT_EQ(bytes_left(kAlice), left);
    EXPECT_EQ(audit.events.back().outcome, Code::write_fault);
    EXPECT_TRUE(broker->start(alice, 0, token(1))) << "the same token may try again";
    EXPECT_EQ(broker->session_count(), 1U);
}

TEST_F(BrokerStart, RefusedStart_KeepsNothingOfTheProcess) {
    store.refuse_next();
    EXPECT_FALSE(broker->start(alice, 0, token(1)));
    EXPECT_EQ(broker->process_count(), 0U);
    EXPECT_EQ(processes.watched(), 0U);
}

TEST_F(BrokerStart, ByteQuota_IsOutOfMemoryWithNothingChanged) {
    config.megabytes_per_user = 1;
    accounts->apply(config);
    auto held = accounts->charge_bytes(std::string{kAlice}, 1'048'576 - 20);
    const auto refused = broker->start(alice, 0, token(1));
    EXPECT_EQ(code_of(refused), Code::out_of_memory);
    EXPECT_EQ(subject_of(refused), "bytesPerUser");
    EXPECT_TRUE(store.calls.empty());
    EXPECT_EQ(accounts->sessions_of(alice.owner), 0U);
    EXPECT_EQ(bytes_left(kAlice), 20U);
    held = Error{};
    EXPECT_TRUE(broker->start(alice, 0, token(1)));
    EXPECT_EQ(bytes_left(kAlice), 1'048'576 - store.records.begin()->second.size());
}

TEST_F(BrokerStart, FailingRandom_ChangesNothing) {
    random.failure = Error{Code::internal_error, "no entropy"};
    EXPECT_EQ(code_of(broker->start(alice, 0, token(1))), Code::internal_error);
    EXPECT_TRUE(store.calls.empty());
    EXPECT_EQ(accounts->sessions_of(alice.owner), 0U);
    EXPECT_EQ(broker->process_count(), 0U);
}

TEST_F(BrokerStart, DrawnKeyThatExists_IsDrawnAgain) {
    const std::array<std::uint8_t, 16> taken{1, 2, 3};
    const std::array<std::uint8_t, 16> fresh{9, 9, 9};
    random.next(taken);
    random.next({0, 0, 0, 7});
    random.next(taken);
    random.next(taken);
    random.next(fresh);
    random.next({0, 0, 0, 8});
    EXPECT_EQ(broker->start(alice, 0, token(1))->key.bytes, taken);
    const auto second = broker->start(caller(11, kBob), 0, token(1)).value();
    EXPECT_EQ(second.key.bytes, fresh);
    EXPECT_EQ(second.handle, 8U);
    EXPECT_EQ(broker->session_count(), 2U);
}

TEST_F(BrokerStart, DrawnHandleZeroOrTaken_IsDrawnAgain) {
    const std::array<std::uint8_t, 16> one{1};
    const std::array<std::uint8_t, 16> two{2};
    random.next(one);
    random.next({0, 0, 0, 7});
    random.next(two);
    random.next({0, 0, 0, 7});
    random.next({0, 0, 0, 0});
    random.next({0x80, 0, 0, 0});
    random.next({0xFF, 0xFF, 0xFF, 0xFF});
    EXPECT_EQ(broker->start(alice, 0, token(1))->handle, 7U);
    EXPECT_EQ(broker->start(alice, 0, token(2))->handle, 0x7FFF'FFFFU);
}

TEST_F(BrokerStart, SeventyPairs_AllWork) {
    std::set<std::uint32_t> handles;
    std::set<rmb::proto::SessionKey> keys;
    for (std::uint32_t n = 1; n <= 70; ++n) {
        const auto started = broker->start(alice, 0, token(n));
        ASSERT_TRUE(started) << n;
        handles.insert(started->handle);
        keys.insert(started->key);
        ASSERT_TRUE(end(alice, started->handle)) << n;
    }
    EXPECT_EQ(handles.size(), 70U) << "a handle is not reused soon";
    EXPECT_EQ(keys.size(), 70U);
    EXPECT_TRUE(store.records.empty());
    EXPECT_EQ(broker->process_count(), 0U);
    EXPECT_EQ(processes.watched(), 0U);
    EXPECT_EQ(bytes_left(kAlice), 64U * 1'048'576);
}

TEST_F(BrokerStart, RepeatedToken_IsTheSameSession) {
    const auto first = broker->start(alice, 0, token(1)).value();
    const auto again = broker->start(alice, 0, token(1)).value();
    EXPECT_EQ(again.handle, first.handle);
    EXPECT_EQ(again.key, first.key);
    EXPECT_EQ(broker->session_count(), 1U);
    EXPECT_EQ(store.writes(), 1U);
    EXPECT_EQ(accounts->sessions_of(alice.owner), 1U);
}

TEST_F(BrokerStart, RepeatedTokenAtTheLimit_IsStillTheSameSession) {
    config.sessions_per_process = 1;
    accounts->apply(config);
    const auto first = broker->start(alice, 0, token(1)).value();
    EXPECT_EQ(broker->start(alice, 0, token(1))->handle, first.handle);
}

TEST_F(BrokerStart, SameTokenOfAnotherProcess_IsAnotherSession) {
    const auto first = broker->start(alice, 0, token(1)).value();
    const auto other = broker->start(caller(11), 0, token(1)).value();
    EXPECT_NE(other.key, first.key);
    EXPECT_EQ(broker->session_count(), 2U);
}

TEST_F(BrokerStart, TokenOfAJoin_IsInvalidParams) {
    const auto other = broker->start(caller(11), 0, token(1)).value();
    ASSERT_TRUE(join(alice, other.key, token(2)));
    const auto started = broker->start(alice, 0, token(2));
    EXPECT_EQ(code_of(started), Code::invalid_params);
    EXPECT_EQ(subject_of(started), "params.token");
    EXPECT_EQ(broker->session_count(), 1U);
}

TEST_F(BrokerStart, ProcessThatHasEnded_GetsNoSession) {
    processes.kill(10);
    EXPECT_FALSE(broker->start(alice, 0, token(1)));
    EXPECT_TRUE(store.calls.empty());
}

TEST_F(BrokerStart, EndedProcessThatIsStillConnected_GetsNoSession) {
    const auto attendance = broker->attend(alice.process);
    processes.kill(10);
    EXPECT_FALSE(broker->start(alice, 0, token(1)));
    EXPECT_EQ(broker->session_count(), 0U);
}

TEST_F(BrokerStart, Started_IsAudited) {
    const auto started = broker->start(alice, 0, token(1)).value();
    ASSERT_EQ(audit.events.size(), 1U);
    const auto& event = audit.events[0];
    EXPECT_EQ(event.action, "session.start");
    EXPECT_EQ(event.session, rmb::proto::hash_of(started.key).text);
    EXPECT_EQ(event.user, kAlice);
    EXPECT_EQ(event.process, alice.process);
    EXPECT_EQ(event.outcome, Code::ok);
}

struct BrokerEndStart : BrokerStart {
    RegistrationPtr attendance = std::move(broker->attend(alice.process).value());
};

TEST_F(BrokerEndStart, MadeSession_IsEnded) {
    const auto started = broker->start(alice, 0, token(1)).value();
    EXPECT_TRUE(end_start(alice, token(1)));
    EXPECT_EQ(broker->session_count(), 0U);
    EXPECT_TRUE(store.records.empty());
    EXPECT_EQ(code_of(end(alice, started.handle)), Code::invalid_handle);
}

TEST_F(BrokerEndStart, StartThatComesLater_IsCancelled) {
    EXPECT_TRUE(end_start(alice, token(1)));
    EXPECT_EQ(code_of(broker->start(alice, 0, token(1))), Code::cancelled);
    EXPECT_TRUE(store.calls.empty());
    EXPECT_TRUE(broker->start(alice, 0, token(2)));
    EXPECT_TRUE(broker->start(caller(11), 0, token(1))) << "a token of another process";
}

// Two copies of a start were on their way; the second made a session that nobody knew of.
TEST_F(BrokerEndStart, SecondCopyOfAnEndedStart_IsCancelled) {
    ASSERT_TRUE(broker->start(alice, 0, token(1)));
    ASSERT_TRUE(end_start(alice, token(1)));
    EXPECT_EQ(code_of(broker->start(alice, 0, token(1))), Code::cancelled);
    EXPECT_EQ(broker->session_count(), 0U);
}

TEST_F(BrokerEndStart, Repeated_IsFine) {
    ASSERT_TRUE(broker->start(alice, 0, token(1)));
    EXPECT_TRUE(end_start(alice, token(1)));
    EXPECT_TRUE(end_start(alice, token(1)));
}

TEST_F(BrokerEndStart, TokenOfAJoin_LeavesTheJoinAlone) {
    const auto other = broker->start(caller(11), 0, token(1)).value();
    ASSERT_TRUE(join(alice, other.key, token(2)));
    EXPECT_TRUE(end_start(alice, token(2)));
    EXPECT_EQ(stored(other.key)->participants.size(), 2U);
}

TEST_F(BrokerEndStart, RefusingStore_IsWriteFaultAndTheSessionStays) {
    const auto started = broker->start(alice, 0, token(1)).value();
    store.refuse_next();
    EXPECT_EQ(code_of(end_start(alice, token(1))), Code::write_fault);
    EXPECT_EQ(broker->session_count(), 1U);
    EXPECT_TRUE(stored(started.key));
    EXPECT_TRUE(end_start(alice, token(1)));
    EXPECT_EQ(broker->session_count(), 0U);
}

TEST_F(BrokerEndStart, SessionOfAnotherProcess_IsUntouched) {
    ASSERT_TRUE(broker->start(caller(11), 0, token(1)));
    EXPECT_TRUE(end_start(alice, token(1)));
    EXPECT_EQ(broker->session_count(), 1U);
}

}  // namespace
