#include "core/broker.hpp"

#include "support/core_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace rmb::core;
using namespace rmb::test;

struct BrokerRestore : testing::Test, CoreWorld {
    Caller primary = caller(10);
    Caller secondary = caller(11);
    StartedSession session = broker->start(primary, 0, token(1)).value();
    std::uint32_t joined = join(secondary, session.key, token(2)).value();

    std::string record_name() const {
        return "session-" + rmb::proto::hash_of(session.key).text;
    }
};

TEST_F(BrokerRestore, LivingSession_GoesOnWithHandlesKeyAndTokens) {
    const auto records = store.records;
    const auto left = bytes_left(kAlice);
    ASSERT_TRUE(restart());
    EXPECT_EQ(store.records, records);
    EXPECT_EQ(broker->session_count(), 1U);
    EXPECT_EQ(broker->process_count(), 2U);
    EXPECT_EQ(accounts->sessions_of(primary.owner), 1U);
    EXPECT_EQ(bytes_left(kAlice), left);
    const auto again = broker->start(primary, 0, token(1)).value();
    EXPECT_EQ(again.handle, session.handle);
    EXPECT_EQ(again.key, session.key);
    EXPECT_EQ(join(secondary, session.key, token(2)).value(), joined);
    EXPECT_TRUE(end(secondary, joined));
    EXPECT_TRUE(end(primary, session.handle));
    EXPECT_TRUE(store.records.empty());
    EXPECT_EQ(broker->process_count(), 0U);
}

TEST_F(BrokerRestore, EmptyStore_IsNoSession) {
    store.records.clear();
    ASSERT_TRUE(restart());
    EXPECT_EQ(broker->session_count(), 0U);
    EXPECT_TRUE(broker->unreadable().empty());
}

TEST_F(BrokerRestore, StoreThatCannotBeRead_IsAnError) {
    store.load_refused = true;
    EXPECT_EQ(code_of(restart()), Code::write_fault);
}

TEST_F(BrokerRestore, DeadPrimary_EndsTheSession) {
    processes.kill_unseen(10);
    ASSERT_TRUE(restart());
    EXPECT_EQ(broker->session_count(), 0U);
    EXPECT_EQ(broker->process_count(), 0U);
    EXPECT_TRUE(store.records.empty());
    EXPECT_EQ(code_of(end(secondary, joined)), Code::invalid_handle);
    EXPECT_EQ(bytes_left(kAlice), 64U * 1'048'576);
    EXPECT_EQ(processes.watched(), 0U);
}

TEST_F(BrokerRestore, PrimaryWhosePidWasReused_EndsTheSession) {
    processes.kill_unseen(10);
    processes.run(10, 2'000);
    ASSERT_TRUE(restart());
    EXPECT_EQ(broker->session_count(), 0U);
    EXPECT_TRUE(store.records.empty());
}

TEST_F(BrokerRestore, DeadPrimaryWithARefusingStore_IsGoneAllTheSame) {
    processes.kill_unseen(10);
    store.refuse_next();
    ASSERT_TRUE(restart());
    EXPECT_EQ(broker->session_count(), 0U);
    EXPECT_EQ(store.records.size(), 1U);
    ASSERT_TRUE(restart());
    EXPECT_TRUE(store.records.empty());
}

// It was taken for dead, and the record erased.
TEST_F(BrokerRestore, PrimaryThatCannotBeWatched_IsReportedAndItsRecordKept) {
    const auto records = store.records;
    processes.failure = Error{Code::out_of_memory, "no memory for a wait"};
    ASSERT_TRUE(restart());
    EXPECT_EQ(broker->session_count(), 0U);
    EXPECT_EQ(broker->process_count(), 0U);
    ASSERT_EQ(broker->unreadable().size(), 1U);
    EXPECT_EQ(broker->unreadable()[0].why, "no memory for a wait");
    EXPECT_EQ(store.records, records);
    processes.failure.reset();
    ASSERT_TRUE(restart());
    EXPECT_EQ(broker->start(primary, 0, token(1))->handle, session.handle);
    EXPECT_EQ(join(secondary, session.key, token(2)).value(), joined);
}

TEST_F(BrokerRestore, DeadSecondary_Leaves) {
    processes.kill_unseen(11);
    ASSERT_TRUE(restart());
    EXPECT_EQ(broker->session_count(), 1U);
    EXPECT_EQ(broker->process_count(), 1U);
    EXPECT_EQ(stored(session.key)->participants.size(), 1U);
    EXPECT_EQ(broker->start(primary, 0, token(1))->handle, session.handle);
    EXPECT_EQ(bytes_left(kAlice), 64U * 1'048'576 - store.records.begin()->second.size());
}

TEST_F(BrokerRestore, ProcessesThatDieAfterwards_AreNoticed) {
    ASSERT_TRUE(restart());
    processes.kill(11);
    EXPECT_EQ(stored(session.key)->participants.size(), 1U);
    processes.kill(10);
    EXPECT_EQ(broker->session_count(), 0U);
    EXPECT_TRUE(store.records.empty());
}

TEST_F(BrokerRestore, UnreadableRecord_StaysAndIsReported) {
    const Bytes garbage{1, 2, 3};
    auto future = store.records.begin()->second;
    future[4] = 3;
    store.records["session-0000000000000000"] = garbage;
    store.records["session-ffffffffffffffff"] = future;
    ASSERT_TRUE(restart());
    EXPECT_EQ(broker->session_count(), 1U);
    ASSERT_EQ(broker->unreadable().size(), 2U);
    EXPECT_EQ(broker->unreadable()[0].name, "session-0000000000000000");
    EXPECT_EQ(broker->unreadable()[1].name, "session-ffffffffffffffff");
    EXPECT_NE(broker->unreadable()[1].why.find("version 3"), std::string::npos);
    EXPECT_EQ(store.records.at("session-0000000000000000"), garbage);
    EXPECT_EQ(store.records.at("session-ffffffffffffffff"), future);
}

// Its end would erase another name: the record came to life again at each start of the service.
TEST_F(BrokerRestore, RecordUnderAnotherName_IsReportedAndNotTakenOver) {
    auto record = store.records.extract(record_name());
    record.key() = "session-0000000000000000";
    store.records.insert(std::move(record));
    ASSERT_TRUE(restart());
    EXPECT_EQ(broker->session_count(), 0U);
    ASSERT_EQ(broker->unreadable().size(), 1U);
    EXPECT_EQ(broker->unreadable()[0].name, "session-0000000000000000");
}

TEST_F(BrokerRestore, CopyUnderAnotherName_LeavesTheTrueOneAlone) {
    for (const char* name : {"session-", "zzz"}) {
        store.records[name] = store.records.at(record_name());
    }
    ASSERT_TRUE(restart());
    EXPECT_EQ(broker->session_count(), 1U);
    EXPECT_EQ(broker->unreadable().size(), 2U);
    EXPECT_TRUE(end(primary, session.handle));
    EXPECT_EQ(store.records.size(), 2U);
}

TEST_F(BrokerRestore, AboveLoweredLimits_AllGoesOnAndNewIsRefused) {
    std::vector<StartedSession> sessions{session};
    for (std::uint32_t n = 10; n < 15; ++n) {
        sessions.push_back(broker->start(primary, 0, token(n)).value());
    }
    config.sessions_per_user_session = 2;
    config.sessions_per_user = 2;
    config.sessions_per_process = 2;
    config.sessions_total = 2;
    ASSERT_TRUE(restart());
    EXPECT_EQ(broker->session_count(), 6U);
    EXPECT_EQ(accounts->sessions_of(primary.owner), 6U);
    EXPECT_EQ(code_of(broker->start(primary, 0, token(100))), Code::max_sessions_reached);
    for (std::size_t n = 0; n < 5; ++n) {
        ASSERT_TRUE(end(primary, sessions[n].handle));
    }
    EXPECT_TRUE(broker->start(primary, 0, token(100)));
}

TEST_F(BrokerRestore, AboveALoweredByteLimit_AllCanBeEnded) {
    // The owner's name makes records of some 100 KiB.
    const std::string user(100'000, 'x');
    const auto installer = caller(20, user);
    std::vector<StartedSession> started;
    for (std::uint32_t n = 0; n < 12; ++n) {
        started.push_back(broker->start(installer, 0, token(n + 1)).value());
    }
    config.megabytes_per_user = 1;
    ASSERT_TRUE(restart());
    EXPECT_EQ(broker->session_count(), 13U);
    EXPECT_EQ(code_of(join(caller(21, user), started[0].key, token(1))), Code::out_of_memory);
    for (const auto& each : started) {
        EXPECT_TRUE(end(installer, each.handle));
    }
    EXPECT_EQ(bytes_left(user), 1'048'576U);
}

TEST_F(BrokerRestore, OwnJoinedSession_GoesOn) {
    const auto own = join(primary, session.key, token(3)).value();
    ASSERT_TRUE(restart());
    EXPECT_EQ(broker->process_count(), 2U);
    EXPECT_TRUE(end(primary, own));
    EXPECT_TRUE(end(primary, session.handle));
    EXPECT_EQ(broker->process_count(), 0U);
}

TEST_F(BrokerRestore, DrawnKeyOfARestoredSession_IsDrawnAgain) {
    ASSERT_TRUE(restart());
    random.next(session.key.bytes);
    EXPECT_NE(broker->start(caller(12), 0, token(1))->key, session.key);
    EXPECT_EQ(broker->session_count(), 2U);
}

TEST_F(BrokerRestore, EachRestoredSession_IsAudited) {
    audit.events.clear();
    ASSERT_TRUE(restart());
    EXPECT_EQ(audit.count("session.restored"), 1U);
}

// A record with any one byte wrong is refused or taken over, and then lives and ends like another.
TEST_F(BrokerRestore, CorruptAtEachByte_NeverCrashes) {
    const auto good = store.records.begin()->second;
    processes.run(0);
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
            auto corrupt = good;
            corrupt[at] = static_cast<std::uint8_t>(corrupt[at] ^ flip);
            store.records = {{record_name(), corrupt}};
            ASSERT_TRUE(restart());
            EXPECT_EQ(store.records.size() == 1 || broker->session_count() == 0, true);
            if (broker->session_count() == 1) {
                const auto hash = broker->sessions(administrator(30)).sessions[0].hash.text;
                EXPECT_TRUE(end_by_hash(administrator(30), hash)) << at;
                EXPECT_TRUE(store.records.empty()) << at;
                EXPECT_EQ(broker->process_count(), 0U) << at;
            }
        }
    }
}

}  // namespace
