#include "core/broker.hpp"

#include "proto/limits.hpp"
#include "support/core_world.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace rmb::core;
using namespace rmb::test;
using rmb::proto::SessionKey;

struct BrokerJoin : testing::Test, CoreWorld {
    Caller primary = caller(10);
    Caller secondary = caller(11);
    StartedSession session = broker->start(primary, 0, token(1)).value();
};

TEST_F(BrokerJoin, KeyOfTheSameUserSession_GivesAHandleAndIsStored) {
    const auto handle = join(secondary, session.key, token(2));
    ASSERT_TRUE(handle) << handle.error().message;
    EXPECT_TRUE(is_valid_handle(*handle));
    EXPECT_EQ(
        stored(session.key)->participants,
        (std::vector<Participant>{{primary.process, session.handle, token(1), primary.program},
                                  {secondary.process, *handle, token(2), secondary.program}}));
    EXPECT_EQ(broker->session_count(), 1U);
    EXPECT_EQ(audit.count("session.join"), 1U);
}

TEST_F(BrokerJoin, UpperCaseKey_IsTheSame) {
    auto text = rmb::proto::to_string(session.key);
    for (auto& c : text) {
        c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    Answer<std::uint32_t> answer;
    broker->join(secondary, text, token(2), answer.completion());
    EXPECT_EQ(answer.code(), Code::ok);
}

TEST_F(BrokerJoin, MalformedKey_IsBadArguments) {
    const auto key = rmb::proto::to_string(session.key);
    for (const std::string& text : std::vector<std::string>{
             "", "x", key.substr(1), key + "0", " " + key.substr(1), "{" + key.substr(2) + "}",
             std::string(32, 'g'), std::string(32, '\0'), std::string(1'000, '1')}) {
        Answer<std::uint32_t> answer;
        broker->join(secondary, text, token(2), answer.completion());
        EXPECT_EQ(answer.code(), Code::bad_arguments) << text;
        EXPECT_EQ(answer.subject(), "params.key");
    }
}

TEST_F(BrokerJoin, KeyThatOpensNothing_IsCredentialConflict) {
    auto unknown = session.key;
    unknown.bytes[15] ^= 1;
    struct Case {
        std::string_view what;
        Caller who;
        SessionKey key;
    };
    for (const auto& [what, who, key] :
         {Case{"unknown key", secondary, unknown},
          {"other user", caller(20, kBob), session.key},
          {"administrator", administrator(21), session.key},
          {"same user, other Windows session", caller(22, kAlice, 2), session.key}}) {
        const auto joined = join(who, key, token(2));
        EXPECT_EQ(code_of(joined), Code::session_credential_conflict) << what;
        EXPECT_EQ(joined.error().message, join(who, unknown, token(2)).error().message)
            << "the answer tells whether the key exists";
    }
    EXPECT_EQ(stored(session.key)->participants.size(), 1U);
    ASSERT_TRUE(end(primary, session.handle));
    EXPECT_EQ(code_of(join(secondary, session.key, token(2))), Code::session_credential_conflict);
}

TEST_F(BrokerJoin, RepeatedToken_IsTheSameHandle) {
    const auto first = join(secondary, session.key, token(2)).value();
    const auto writes = store.writes();
    EXPECT_EQ(join(secondary, session.key, token(2)).value(), first);
    EXPECT_EQ(store.writes(), writes);
    EXPECT_EQ(stored(session.key)->participants.size(), 2U);
}

TEST_F(BrokerJoin, NewTokenOfTheSameProcess_IsASecondHandle) {
    const auto first = join(secondary, session.key, token(2)).value();
    const auto second = join(secondary, session.key, token(3)).value();
    EXPECT_NE(first, second);
    EXPECT_TRUE(end(secondary, first));
    EXPECT_EQ(code_of(end(secondary, first)), Code::invalid_handle);
    EXPECT_TRUE(end(secondary, second));
}

TEST_F(BrokerJoin, TokenUsedForAnotherCall_IsInvalidParams) {
    const auto other = broker->start(secondary, 0, token(5)).value();
    EXPECT_EQ(code_of(join(secondary, session.key, token(5))), Code::invalid_params);
    ASSERT_TRUE(join(secondary, session.key, token(6)));
    EXPECT_EQ(code_of(join(secondary, other.key, token(6))), Code::invalid_params);
    EXPECT_EQ(code_of(join(primary, session.key, token(1))), Code::invalid_params);
}

TEST_F(BrokerJoin, OwnSession_GivesASecondHandleThatOnlyLeaves) {
    const auto handle = join(primary, session.key, token(2)).value();
    EXPECT_NE(handle, session.handle);
    EXPECT_TRUE(end(primary, handle));
    EXPECT_EQ(broker->session_count(), 1U);
    EXPECT_TRUE(end(primary, session.handle));
    EXPECT_EQ(broker->session_count(), 0U);
}

TEST_F(BrokerJoin, PrimarysEnd_KillsTheJoinedHandles) {
    const auto handle = join(secondary, session.key, token(2)).value();
    const auto own = join(primary, session.key, token(2)).value();
    ASSERT_TRUE(end(primary, session.handle));
    EXPECT_EQ(code_of(end(secondary, handle)), Code::invalid_handle);
    EXPECT_EQ(code_of(end(primary, own)), Code::invalid_handle);
    EXPECT_EQ(broker->process_count(), 0U);
}

TEST_F(BrokerJoin, ProcessAtItsLimit_IsMaxSessionsReached) {
    config.sessions_per_process = 2;
    accounts->apply(config);
    const auto other = broker->start(primary, 0, token(2)).value();
    const auto third = broker->start(caller(12), 0, token(1)).value();
    ASSERT_TRUE(join(secondary, session.key, token(1)));
    const auto handle = join(secondary, other.key, token(2)).value();
    const auto refused = join(secondary, third.key, token(3));
    EXPECT_EQ(code_of(refused), Code::max_sessions_reached);
    EXPECT_EQ(subject_of(refused), "sessionsPerProcess");
    EXPECT_EQ(stored(third.key)->participants.size(), 1U);
    ASSERT_TRUE(end(secondary, handle));
    EXPECT_TRUE(join(secondary, third.key, token(3)));
}

TEST_F(BrokerJoin, ParticipantsAtTheLimit_IsMaxSessionsReached) {
    config.sessions_per_process = 1'000;
    accounts->apply(config);
    for (std::uint32_t n = 1; n < kMaxParticipants; ++n) {
        ASSERT_TRUE(join(secondary, session.key, token(n)));
    }
    const auto refused = join(secondary, session.key, token(1'000));
    EXPECT_EQ(code_of(refused), Code::max_sessions_reached);
    EXPECT_EQ(subject_of(refused), "participantsPerSession");
    EXPECT_EQ(stored(session.key)->participants.size(), kMaxParticipants);
}

TEST_F(BrokerJoin, RefusingStore_IsWriteFaultWithNothingChanged) {
    const auto before = store.records;
    const auto left = bytes_left(kAlice);
    store.refuse_next();
    EXPECT_EQ(code_of(join(secondary, session.key, token(2))), Code::write_fault);
    EXPECT_EQ(store.records, before);
    EXPECT_EQ(bytes_left(kAlice), left);
    EXPECT_EQ(broker->process_count(), 1U);
    EXPECT_EQ(broker->sessions(primary).sessions[0].participants.size(), 1U);
    EXPECT_TRUE(join(secondary, session.key, token(2)));
    EXPECT_EQ(stored(session.key)->participants.size(), 2U);
}

TEST_F(BrokerJoin, ByteQuota_IsOutOfMemoryWithNothingChanged) {
    config.megabytes_per_user = 1;
    accounts->apply(config);
    const auto before = store.records;
    {
        const auto held = accounts->charge_bytes(std::string{kAlice}, bytes_left(kAlice) - 10);
        const auto refused = join(secondary, session.key, token(2));
        EXPECT_EQ(code_of(refused), Code::out_of_memory);
        EXPECT_EQ(subject_of(refused), "bytesPerUser");
        EXPECT_EQ(bytes_left(kAlice), 10U);
    }
    EXPECT_EQ(store.records, before);
    EXPECT_TRUE(join(secondary, session.key, token(2)));
}

TEST_F(BrokerJoin, ProcessThatHasEnded_DoesNotJoin) {
    processes.kill(11);
    EXPECT_FALSE(join(secondary, session.key, token(2)));
    EXPECT_EQ(stored(session.key)->participants.size(), 1U);
}

/// The completion of a join runs while the join still has the session: what it calls must wait.
struct BrokerBusySession : BrokerJoin {
    Answer<std::uint32_t> first;

    void while_busy(std::function<void()> act) {
        broker->join(secondary, rmb::proto::to_string(session.key), token(2),
                     first.completion(std::move(act)));
        EXPECT_EQ(first.code(), Code::ok);
    }
};

TEST_F(BrokerBusySession, WaitPastTheDeadline_IsSemTimeout) {
    Answer<std::uint32_t> late;
    while_busy([&] {
        broker->join(caller(12), rmb::proto::to_string(session.key), token(3), late.completion());
        EXPECT_EQ(late.times(), 0);
        clock.advance(rmb::proto::kTurnDeadline);
        EXPECT_EQ(late.code(), Code::sem_timeout);
    });
    EXPECT_EQ(late.times(), 1);
    EXPECT_EQ(stored(session.key)->participants.size(), 2U);
}

TEST_F(BrokerBusySession, LeavePastTheDeadline_IsSemTimeoutAndTheHandleStays) {
    Answer<void> late;
    const auto other = caller(12);
    const auto handle = join(other, session.key, token(3)).value();
    while_busy([&] {
        broker->end(other, handle, late.completion());
        clock.advance(rmb::proto::kTurnDeadline);
    });
    EXPECT_EQ(late.code(), Code::sem_timeout);
    EXPECT_TRUE(end(other, handle));
}

TEST_F(BrokerBusySession, WaitingCalls_AreServedInOrder) {
    std::vector<std::string> order;
    Answer<std::uint32_t> join_answer;
    Answer<void> leave_answer;
    const auto other = caller(12);
    const auto handle = join(other, session.key, token(3)).value();
    while_busy([&] {
        broker->end(other, handle, leave_answer.completion([&] { order.emplace_back("leave"); }));
        broker->join(other, rmb::proto::to_string(session.key), token(4),
                     join_answer.completion([&] { order.emplace_back("join"); }));
        EXPECT_TRUE(order.empty());
    });
    EXPECT_EQ(order, (std::vector<std::string>{"leave", "join"}));
    EXPECT_EQ(stored(session.key)->participants.size(), 3U);
}

TEST_F(BrokerBusySession, EndedMeanwhile_GivesTheWaitingTheirCodes) {
    Answer<std::uint32_t> join_answer;
    Answer<void> leave_answer;
    Answer<void> end_answer;
    const auto other = caller(12);
    const auto handle = join(other, session.key, token(3)).value();
    while_busy([&] {
        broker->join(other, rmb::proto::to_string(session.key), token(4), join_answer.completion());
        broker->end(other, handle, leave_answer.completion());
        broker->end(primary, session.handle, end_answer.completion());
        EXPECT_EQ(end_answer.times(), 0);
    });
    EXPECT_EQ(end_answer.code(), Code::ok);
    EXPECT_EQ(join_answer.code(), Code::session_credential_conflict);
    EXPECT_EQ(leave_answer.code(), Code::invalid_handle);
    EXPECT_EQ(broker->session_count(), 0U);
}

TEST_F(BrokerBusySession, TwoEnds_AreOneSuccessAndOneInvalidHandle) {
    Answer<void> one;
    Answer<void> two;
    while_busy([&] {
        broker->end(primary, session.handle, one.completion());
        broker->end(primary, session.handle, two.completion());
    });
    EXPECT_TRUE(one.came() && two.came());
    EXPECT_NE(one.code(), two.code());
    EXPECT_TRUE(one.code() == Code::ok || two.code() == Code::ok);
    EXPECT_TRUE(one.code() == Code::invalid_handle || two.code() == Code::invalid_handle);
}

TEST_F(BrokerBusySession, RepeatThatWaitsBehindItsOriginal_GetsTheSameHandle) {
    Answer<std::uint32_t> original;
    Answer<std::uint32_t> repeat;
    const auto other = caller(12);
    while_busy([&] {
        const auto key = rmb::proto::to_string(session.key);
        broker->join(other, key, token(3), original.completion());
        broker->join(other, key, token(3), repeat.completion());
    });
    ASSERT_EQ(original.code(), Code::ok);
    ASSERT_EQ(repeat.code(), Code::ok);
    EXPECT_EQ(*original.outcome(), *repeat.outcome());
    EXPECT_EQ(stored(session.key)->participants.size(), 3U);
}

TEST_F(BrokerBusySession, ProcessThatEndsWhileItWaits_DoesNotJoin) {
    Answer<std::uint32_t> answer;
    const auto other = caller(12);
    while_busy([&] {
        broker->join(other, rmb::proto::to_string(session.key), token(3), answer.completion());
        processes.kill(12);
    });
    EXPECT_NE(answer.code(), Code::ok);
    EXPECT_EQ(stored(session.key)->participants.size(), 2U);
}

TEST_F(BrokerBusySession, ThousandWaitingCalls_AreAllAnswered) {
    config.sessions_per_process = 2'000;
    accounts->apply(config);
    int answered = 0;
    const auto other = caller(12);
    while_busy([&] {
        for (std::uint32_t n = 0; n < 1'000; ++n) {
            broker->join(other, rmb::proto::to_string(session.key), token(n + 100),
                         [&](const result<std::uint32_t>&) { ++answered; });
        }
        EXPECT_EQ(answered, 0);
    });
    EXPECT_EQ(answered, 1'000);
    EXPECT_EQ(stored(session.key)->participants.size(), kMaxParticipants);
}

}  // namespace
