#include "core/broker.hpp"

#include "core/by_hash.hpp"
#include "support/core_world.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

// Broker::end, Broker::end_by_hash, and the ends of processes.
namespace {

using namespace rmb::core;
using namespace rmb::test;

struct BrokerEnd : testing::Test, CoreWorld {
    Caller primary = caller(10);
    Caller secondary = caller(11);
    StartedSession session = broker->start(primary, 0, token(1)).value();
    std::uint32_t joined = join(secondary, session.key, token(2)).value();

    std::string hash() const {
        return rmb::proto::hash_of(session.key).text;
    }
};

TEST_F(BrokerEnd, ByThePrimary_DestroysTheSession) {
    EXPECT_TRUE(end(primary, session.handle));
    EXPECT_EQ(broker->session_count(), 0U);
    EXPECT_EQ(broker->process_count(), 0U);
    EXPECT_TRUE(store.records.empty());
    EXPECT_EQ(accounts->sessions_of(primary.owner), 0U);
    EXPECT_EQ(bytes_left(kAlice), 64U * 1'048'576);
    EXPECT_EQ(audit.count("session.end"), 1U);
}

TEST_F(BrokerEnd, BySecondary_LeavesTheSession) {
    EXPECT_TRUE(end(secondary, joined));
    EXPECT_EQ(broker->session_count(), 1U);
    EXPECT_EQ(broker->process_count(), 1U);
    EXPECT_EQ(stored(session.key)->participants.size(), 1U);
    EXPECT_EQ(audit.count("session.leave"), 1U);
    EXPECT_TRUE(end(primary, session.handle));
}

TEST_F(BrokerEnd, HandleThatIsNotTheCallers_IsInvalidHandle) {
    for (const std::uint32_t handle : {0U, 0xFFFF'FFFFU, session.handle ^ 1U}) {
        const auto ended = end(primary, handle);
        EXPECT_EQ(code_of(ended), Code::invalid_handle);
        EXPECT_EQ(subject_of(ended), "params.session");
    }
    EXPECT_EQ(code_of(end(secondary, session.handle)), Code::invalid_handle);
    EXPECT_EQ(code_of(end(primary, joined)), Code::invalid_handle);
    EXPECT_EQ(code_of(end(caller(12), session.handle)), Code::invalid_handle);
    EXPECT_EQ(code_of(end(administrator(13), session.handle)), Code::invalid_handle);
    EXPECT_EQ(stored(session.key)->participants.size(), 2U);
}

TEST_F(BrokerEnd, Twice_IsInvalidHandle) {
    EXPECT_TRUE(end(secondary, joined));
    EXPECT_EQ(code_of(end(secondary, joined)), Code::invalid_handle);
    EXPECT_TRUE(end(primary, session.handle));
    EXPECT_EQ(code_of(end(primary, session.handle)), Code::invalid_handle);
}

TEST_F(BrokerEnd, RefusingStore_IsWriteFaultAndTheSessionStays) {
    const auto before = store.records;
    const auto left = bytes_left(kAlice);
    store.refuse_next();
    EXPECT_EQ(code_of(end(primary, session.handle)), Code::write_fault);
    store.refuse_next();
    EXPECT_EQ(code_of(end(secondary, joined)), Code::write_fault);
    EXPECT_EQ(store.records, before);
    EXPECT_EQ(bytes_left(kAlice), left);
    EXPECT_EQ(broker->sessions(primary).sessions[0].participants.size(), 2U);
    EXPECT_TRUE(end(secondary, joined));
    EXPECT_TRUE(end(primary, session.handle));
}

// The record of a leave is shorter; putting the charge back was refused to a user above his limit.
TEST_F(BrokerEnd, RefusedLeaveAboveALoweredLimit_KeepsTheChargeWhole) {
    config.megabytes_per_user = 1;
    accounts->apply(config);
    const auto above = accounts->restore_bytes(std::string{kAlice}, 1'048'576);
    store.refuse_next();
    EXPECT_EQ(code_of(end(secondary, joined)), Code::write_fault);
    config.megabytes_per_user = 2;
    accounts->apply(config);
    EXPECT_EQ(bytes_left(kAlice), 1'048'576 - store.records.begin()->second.size());
}

TEST_F(BrokerEnd, PrimarysDeath_EndsTheSessionAndFreesItsSlots) {
    config.sessions_per_user_session = 1;
    accounts->apply(config);
    EXPECT_FALSE(broker->start(secondary, 0, token(3)));
    processes.kill(10);
    EXPECT_EQ(broker->session_count(), 0U);
    EXPECT_TRUE(store.records.empty());
    EXPECT_EQ(broker->process_count(), 0U);
    EXPECT_EQ(processes.watched(), 0U);
    EXPECT_EQ(code_of(end(secondary, joined)), Code::invalid_handle);
    EXPECT_EQ(audit.count("session.died"), 1U);
    EXPECT_EQ(bytes_left(kAlice), 64U * 1'048'576);
    EXPECT_TRUE(broker->start(secondary, 0, token(3)));
}

TEST_F(BrokerEnd, PrimarysDeath_EndsAllItsSessionsAndLeavesThoseItJoined) {
    const auto second = broker->start(primary, 0, token(5)).value();
    const auto others = broker->start(secondary, 0, token(6)).value();
    ASSERT_TRUE(join(primary, others.key, token(7)));
    ASSERT_TRUE(join(primary, second.key, token(8)));
    processes.kill(10);
    EXPECT_EQ(broker->session_count(), 1U);
    EXPECT_EQ(stored(others.key)->participants.size(), 1U);
    EXPECT_EQ(broker->process_count(), 1U);
}

TEST_F(BrokerEnd, PrimarysDeathWithARefusingStore_StillEndsTheSession) {
    store.refuse_next();
    processes.kill(10);
    EXPECT_EQ(broker->session_count(), 0U);
    EXPECT_EQ(accounts->sessions_of(primary.owner), 0U);
    ASSERT_TRUE(restart());
    EXPECT_EQ(broker->session_count(), 0U) << "the record it left is no session";
    EXPECT_TRUE(store.records.empty());
}

TEST_F(BrokerEnd, SecondarysDeath_OnlyLeaves) {
    processes.kill(11);
    EXPECT_EQ(broker->session_count(), 1U);
    EXPECT_EQ(broker->process_count(), 1U);
    EXPECT_EQ(stored(session.key)->participants.size(), 1U);
    EXPECT_TRUE(end(primary, session.handle));
}

TEST_F(BrokerEnd, DeathsAndEndsWithConnectionsOpen_LeaveNothing) {
    {
        const auto one = broker->attend(primary.process);
        const auto two = broker->attend(secondary.process);
        processes.kill(11);
        processes.kill(10);
        EXPECT_EQ(broker->session_count(), 0U);
        EXPECT_EQ(broker->process_count(), 2U);
    }
    EXPECT_EQ(broker->process_count(), 0U);
    EXPECT_EQ(processes.watched(), 0U);
}

TEST_F(BrokerEnd, ReusedPid_HasNothingOfTheFormerProcess) {
    processes.kill(11);
    auto reborn = secondary;
    reborn.process = processes.run(11, 2'000);
    EXPECT_EQ(code_of(end(reborn, joined)), Code::invalid_handle);
    EXPECT_NE(join(reborn, session.key, token(2)).value(), joined);

    processes.kill(10);
    auto again = primary;
    again.process = processes.run(10, 2'000);
    EXPECT_EQ(code_of(end(again, session.handle)), Code::invalid_handle);
    EXPECT_NE(broker->start(again, 0, token(1)).value().key, session.key);
}

TEST_F(BrokerEnd, PrimarysDeathDuringACall_WaitsForItAndThenEnds) {
    Answer<std::uint32_t> answer;
    broker->join(caller(12), rmb::proto::to_string(session.key), token(3), answer.completion([&] {
        processes.kill(10);
        EXPECT_EQ(broker->session_count(), 1U);
    }));
    EXPECT_EQ(answer.code(), Code::ok);
    EXPECT_EQ(broker->session_count(), 0U);
    EXPECT_TRUE(store.records.empty());
    EXPECT_EQ(broker->process_count(), 0U);
}

TEST_F(BrokerEnd, PrimarysDeathWhileItsEndWaits_EndsOnce) {
    Answer<std::uint32_t> answer;
    Answer<void> end_answer;
    broker->join(caller(12), rmb::proto::to_string(session.key), token(3), answer.completion([&] {
        broker->end(primary, session.handle, end_answer.completion());
        processes.kill(10);
    }));
    EXPECT_EQ(end_answer.times(), 1);
    EXPECT_EQ(audit.count("session.end") + audit.count("session.died"), 1U);
    EXPECT_EQ(broker->session_count(), 0U);
}

struct BrokerEndByHash : BrokerEnd {};

TEST_F(BrokerEndByHash, OwnSession_IsEnded) {
    EXPECT_TRUE(end_by_hash(caller(12), hash()));
    EXPECT_EQ(broker->session_count(), 0U);
    EXPECT_TRUE(store.records.empty());
    EXPECT_EQ(code_of(end(primary, session.handle)), Code::invalid_handle);
}

TEST_F(BrokerEndByHash, FirstDigits_AreEnough) {
    EXPECT_TRUE(end_by_hash(primary, hash().substr(0, 4)));
    EXPECT_EQ(broker->session_count(), 0U);
}

TEST_F(BrokerEndByHash, Administrator_EndsAnybodys) {
    EXPECT_TRUE(end_by_hash(administrator(30), hash()));
    EXPECT_EQ(broker->session_count(), 0U);
}

TEST_F(BrokerEndByHash, OthersOrUnknown_IsFileNotFound) {
    auto wrong = hash();
    wrong.back() = wrong.back() == '0' ? '1' : '0';
    EXPECT_EQ(code_of(end_by_hash(caller(20, kBob), hash())), Code::file_not_found);
    EXPECT_EQ(code_of(end_by_hash(caller(21, kAlice, 2), hash())), Code::file_not_found);
    EXPECT_EQ(code_of(end_by_hash(primary, wrong)), Code::file_not_found);
    EXPECT_EQ(code_of(end_by_hash(primary, hash() + "0")), Code::file_not_found);
    EXPECT_EQ(code_of(end_by_hash(primary, "session-" + hash())), Code::file_not_found);
    EXPECT_EQ(broker->session_count(), 1U);
}

TEST_F(BrokerEndByHash, FewerThanFourDigits_IsBadArguments) {
    for (std::size_t digits = 0; digits < kMinHashDigits; ++digits) {
        const auto ended = end_by_hash(primary, hash().substr(0, digits));
        EXPECT_EQ(code_of(ended), Code::bad_arguments) << digits;
        EXPECT_EQ(subject_of(ended), "params.hash");
    }
    EXPECT_EQ(broker->session_count(), 1U);
}

TEST_F(BrokerEndByHash, Ambiguous_IsBadArgumentsUnlessTheOtherIsHidden) {
    // Two keys whose hashes begin with the same four digits, found by trying.
    rmb::proto::SessionKey twin;
    for (std::uint32_t n = 0;; ++n) {
        for (std::size_t i = 0; i < 4; ++i) {
            twin.bytes[i] = static_cast<std::uint8_t>(n >> (8 * i));
        }
        if (rmb::proto::hash_of(twin).text.starts_with(hash().substr(0, 4))) {
            break;
        }
    }
    const auto bob = caller(20, kBob);
    random.next(twin.bytes);
    ASSERT_EQ(broker->start(bob, 0, token(1))->key, twin);

    const auto admin = administrator(30);
    const auto ended = end_by_hash(admin, hash().substr(0, 4));
    EXPECT_EQ(code_of(ended), Code::bad_arguments);
    EXPECT_NE(ended.error().message.find("2 sessions"), std::string::npos);
    EXPECT_EQ(broker->session_count(), 2U);
    EXPECT_TRUE(end_by_hash(bob, hash().substr(0, 4))) << "he sees but his own";
    EXPECT_TRUE(stored(session.key));
    EXPECT_TRUE(end_by_hash(admin, hash()));
}

TEST_F(BrokerEndByHash, RefusingStore_IsWriteFaultAndTheSessionStays) {
    store.refuse_next();
    EXPECT_EQ(code_of(end_by_hash(primary, hash())), Code::write_fault);
    EXPECT_EQ(broker->session_count(), 1U);
    EXPECT_TRUE(stored(session.key));
}

}  // namespace
