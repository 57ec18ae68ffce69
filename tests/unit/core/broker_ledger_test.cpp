#include "core/broker.hpp"

#include "core/session_resources.hpp"
#include "support/core_world.hpp"
#include "support/sample_ledger.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

// What becomes of a session's ledger when the session ends, however it does, and when the service
// is killed around each write meanwhile.
namespace {

using namespace rmb::core;
using namespace rmb::test;

constexpr std::uint64_t kAllBytes = 64U * 1'048'576;

struct BrokerLedger : testing::Test, CoreWorld {
    Caller primary = caller(10);
    StartedSession session = broker->start(primary, 0, token(1)).value();
    std::vector<Ledger> told;

    void SetUp() override {
        ASSERT_TRUE(register_resources(primary, session.handle, {{"C:\\a.dll"}, {}, {}}, token(2)));
        ASSERT_TRUE(broker->ledgers().put(sample()));
        listen();
    }

    std::string hash() const {
        return rmb::proto::hash_of(session.key).text;
    }
    std::string session_name() const {
        return session_record_name({hash()});
    }
    std::string ledger_name() const {
        return ledger_record_name({hash()});
    }
    Ledger sample() const {
        return sample_ledger({hash()}, primary.owner, primary.process);
    }
    /// As it is once its installer has died.
    Ledger orphaned() const {
        auto ledger = sample();
        ledger.is_orphan = true;
        return ledger;
    }
    const Ledger* ledger() {
        return broker->ledgers().find(hash());
    }
    void listen() {
        broker->on_orphan([this](const Ledger& orphan) { told.push_back(orphan); });
    }
    /// As restart(), with somebody who listens.
    void reboot() {
        told.clear();
        ASSERT_TRUE(restart([this] { listen(); }));
    }
};

TEST_F(BrokerLedger, EndAskedFor_ErasesItAfterTheSession) {
    store.calls.clear();
    ASSERT_TRUE(end(primary, session.handle));
    EXPECT_EQ(ledger(), nullptr);
    EXPECT_TRUE(store.records.empty());
    EXPECT_EQ(bytes_left(kAlice), kAllBytes);
    EXPECT_TRUE(told.empty());
    ASSERT_EQ(store.calls.size(), 3U);
    EXPECT_EQ(store.calls[0].name, session_name());
    EXPECT_EQ(store.calls[2].name, ledger_name());
}

TEST_F(BrokerLedger, EndByHashOfThePrimaryItself_ErasesItToo) {
    ASSERT_TRUE(end_by_hash(primary, hash()));
    EXPECT_EQ(ledger(), nullptr);
    EXPECT_TRUE(store.records.empty());
}

// What was stopped was lost, though the installer had not decided anything.
TEST_F(BrokerLedger, EndByHashOfAnother_MakesAnOrphanOfWhichNobodyIsTold) {
    store.calls.clear();
    ASSERT_TRUE(end_by_hash(administrator(30), hash()));
    EXPECT_EQ(broker->session_count(), 0U);
    ASSERT_NE(ledger(), nullptr);
    EXPECT_EQ(*ledger(), orphaned());
    EXPECT_TRUE(told.empty()) << "the installer lives";
    ASSERT_EQ(store.calls.size(), 3U);
    EXPECT_EQ(store.calls[0].name, ledger_name());
    EXPECT_EQ(store.calls[1].name, session_name());
}

TEST_F(BrokerLedger, EndByHashThatTheStoreRefuses_LeavesItWithTheSession) {
    for (const std::size_t writes : {0U, 1U}) {
        SCOPED_TRACE(writes);
        const auto records = store.records;
        store.refuse_after(writes);
        EXPECT_EQ(code_of(end_by_hash(administrator(30), hash())), Code::write_fault);
        EXPECT_EQ(broker->session_count(), 1U);
        ASSERT_NE(ledger(), nullptr);
        EXPECT_EQ(*ledger(), sample());
        EXPECT_EQ(store.records, records);
    }
    ASSERT_TRUE(end(primary, session.handle));
    EXPECT_TRUE(store.records.empty());
}

TEST_F(BrokerLedger, EndByHashThatTheStoreRefuses_LeavesALedgerThatOwesNothingToo) {
    auto restarted = sample();
    for (auto& entry : restarted.entries) {
        entry.stage = Stage::restarted;
        entry.dependents.clear();
    }
    ASSERT_TRUE(broker->ledgers().put(restarted));
    ASSERT_FALSE(is_owed(restarted));
    store.refuse_after(0);
    EXPECT_EQ(code_of(end_by_hash(administrator(30), hash())), Code::write_fault);
    ASSERT_NE(ledger(), nullptr);
    EXPECT_EQ(*ledger(), restarted);
}

TEST_F(BrokerLedger, ServiceKilledAtEachWriteOfAnEndByHash_LosesNothing) {
    const auto full = store.records;
    for (const auto when : {FakeStore::Crash::before_write, FakeStore::Crash::after_write}) {
        for (std::size_t at = 0; at < full.size(); ++at) {
            SCOPED_TRACE(at);
            store.records = full;
            reboot();
            store.crash_after(at, when);
            EXPECT_THROW((void)end_by_hash(administrator(30), hash()), StoreCrash);
            reboot();
            const bool carried_out = at > 1 || (at == 1 && when == FakeStore::Crash::after_write);
            EXPECT_EQ(broker->session_count(), carried_out ? 0U : 1U);
            ASSERT_NE(ledger(), nullptr);
            EXPECT_EQ(*ledger(), carried_out ? orphaned() : sample());
            EXPECT_EQ(store.records.size(), carried_out ? 1U : full.size());
        }
    }
}

TEST_F(BrokerLedger, EndThatTheStoreRefuses_LeavesItWithTheSession) {
    const auto records = store.records;
    store.refuse_next();
    EXPECT_EQ(code_of(end(primary, session.handle)), Code::write_fault);
    EXPECT_EQ(store.records, records);
    EXPECT_EQ(*ledger(), sample());
}

TEST_F(BrokerLedger, LedgerThatTheStoreDoesNotErase_IsGoneAndMetByTheNextStart) {
    store.refuse_after(2);
    ASSERT_TRUE(end(primary, session.handle));
    EXPECT_EQ(ledger(), nullptr);
    EXPECT_EQ(store.records.size(), 1U);
    reboot();
    EXPECT_EQ(ledger(), nullptr);
    EXPECT_TRUE(store.records.empty());
    EXPECT_TRUE(told.empty());
}

TEST_F(BrokerLedger, PrimarysDeath_MakesAnOrphanOfItBeforeTheSessionGoes) {
    store.calls.clear();
    processes.kill(10);
    EXPECT_EQ(broker->session_count(), 0U);
    ASSERT_NE(ledger(), nullptr);
    EXPECT_EQ(*ledger(), orphaned());
    EXPECT_EQ(told, std::vector<Ledger>{orphaned()});
    ASSERT_EQ(store.calls.size(), 3U);
    EXPECT_EQ(store.calls[0].name, ledger_name());
    EXPECT_EQ(store.calls[1].name, session_name());
    EXPECT_EQ(store.records.size(), 1U);
}

TEST_F(BrokerLedger, PrimarysDeathWithNothingOwed_ErasesIt) {
    auto ledger_now = sample();
    ledger_now.entries[0].stage = Stage::restarted;
    ledger_now.entries[1].stage = Stage::left;
    ASSERT_TRUE(broker->ledgers().put(ledger_now));
    processes.kill(10);
    EXPECT_EQ(ledger(), nullptr);
    EXPECT_TRUE(store.records.empty());
    EXPECT_TRUE(told.empty());
}

TEST_F(BrokerLedger, DeathOfAnotherProcess_LeavesItAlone) {
    const auto joined = join(caller(11), session.key, token(3));
    ASSERT_TRUE(joined);
    processes.kill(11);
    EXPECT_EQ(*ledger(), sample());
    EXPECT_TRUE(told.empty());
}

// Then the session's record has to tell of the death.
TEST_F(BrokerLedger, MarkThatTheStoreRefuses_IsMadeUpForByTheNextStart) {
    store.refuse_next();
    processes.kill(10);
    EXPECT_EQ(broker->session_count(), 0U);
    EXPECT_EQ(told, std::vector<Ledger>{orphaned()});
    EXPECT_TRUE(store.records.contains(session_name()));
    store.refuse_next();
    reboot();
    EXPECT_EQ(told, std::vector<Ledger>{orphaned()});
    EXPECT_TRUE(store.records.contains(session_name()));
    reboot();
    EXPECT_EQ(told, std::vector<Ledger>{orphaned()});
    EXPECT_EQ(store.records.size(), 1U);
    EXPECT_EQ(decode_ledger(store.records.at(ledger_name())).value(), orphaned());
}

TEST_F(BrokerLedger, NobodyListening_IsFine) {
    broker->on_orphan({});
    processes.kill(10);
    EXPECT_TRUE(ledger()->is_orphan);
}

TEST_F(BrokerLedger, OrphanErasedByWhoeverIsTold_StaysErased) {
    broker->on_orphan([this](const Ledger& orphan) {
        const auto hash_of_it = orphan.session.text;
        broker->ledgers().erase(hash_of_it);
    });
    processes.kill(10);
    EXPECT_EQ(ledger(), nullptr);
    EXPECT_TRUE(store.records.empty());
}

TEST_F(BrokerLedger, ServiceThatDies_KeepsItWithTheLivingSession) {
    const auto records = store.records;
    const auto left = bytes_left(kAlice);
    reboot();
    EXPECT_EQ(store.records, records);
    EXPECT_EQ(bytes_left(kAlice), left);
    EXPECT_EQ(*ledger(), sample());
    EXPECT_TRUE(told.empty());
    ASSERT_TRUE(end(primary, session.handle));
    EXPECT_TRUE(store.records.empty());
    EXPECT_EQ(bytes_left(kAlice), kAllBytes);
}

TEST_F(BrokerLedger, PrimaryThatDiesWithTheService_LeavesAnOrphanToEachStart) {
    processes.kill_unseen(10);
    for (int i = 0; i < 2; ++i) {
        reboot();
        EXPECT_EQ(broker->session_count(), 0U);
        EXPECT_EQ(*ledger(), orphaned());
        EXPECT_EQ(told, std::vector<Ledger>{orphaned()});
        EXPECT_EQ(store.records.size(), 1U);
    }
}

TEST_F(BrokerLedger, SessionThatCannotBeJudged_KeepsItAsItIs) {
    const auto records = store.records;
    processes.failure = Error{Code::out_of_memory, "no memory for a wait"};
    reboot();
    EXPECT_EQ(store.records, records);
    EXPECT_EQ(*ledger(), sample());
    EXPECT_TRUE(told.empty());
    processes.failure.reset();
    reboot();
    EXPECT_EQ(*ledger(), sample());
    EXPECT_EQ(broker->session_count(), 1U);
}

TEST_F(BrokerLedger, ServiceKilledAtEachWriteOfAnEnd_NeverMakesAnOrphanNorLosesALivingOne) {
    const auto full = store.records;
    for (const auto when : {FakeStore::Crash::before_write, FakeStore::Crash::after_write}) {
        for (std::size_t at = 0; at < full.size(); ++at) {
            SCOPED_TRACE(std::to_string(at) +
                         (when == FakeStore::Crash::before_write ? " before" : " after"));
            store.records = full;
            reboot();
            store.crash_after(at, when);
            EXPECT_THROW((void)end(primary, session.handle), StoreCrash);
            reboot();
            const bool carried_out = at > 0 || when == FakeStore::Crash::after_write;
            EXPECT_EQ(broker->session_count(), carried_out ? 0U : 1U);
            EXPECT_EQ(ledger() != nullptr, !carried_out);
            EXPECT_TRUE(told.empty());
            EXPECT_EQ(code_of(end(primary, session.handle)),
                      carried_out ? Code::invalid_handle : Code::ok);
            EXPECT_TRUE(store.records.empty());
        }
    }
}

// And the installer dies too before the service is back.
TEST_F(BrokerLedger, BothKilledAtEachWriteOfAnEnd_OrphanOnlyWhatHadNotEnded) {
    const auto full = store.records;
    for (const auto when : {FakeStore::Crash::before_write, FakeStore::Crash::after_write}) {
        for (std::size_t at = 0; at < full.size(); ++at) {
            SCOPED_TRACE(at);
            store.records = full;
            primary = caller(10);
            reboot();
            store.crash_after(at, when);
            EXPECT_THROW((void)end(primary, session.handle), StoreCrash);
            processes.kill_unseen(10);
            reboot();
            const bool carried_out = at > 0 || when == FakeStore::Crash::after_write;
            EXPECT_EQ(told.size(), carried_out ? 0U : 1U);
            EXPECT_EQ(store.records.size(), told.size());
        }
    }
}

TEST_F(BrokerLedger, ServiceKilledAtEachWriteOfADeath_LosesNothing) {
    const auto full = store.records;
    for (const auto when : {FakeStore::Crash::before_write, FakeStore::Crash::after_write}) {
        for (std::size_t at = 0; at < full.size(); ++at) {
            SCOPED_TRACE(at);
            store.records = full;
            primary = caller(10);
            reboot();
            store.crash_after(at, when);
            EXPECT_THROW(processes.kill(10), StoreCrash);
            reboot();
            EXPECT_EQ(broker->session_count(), 0U);
            EXPECT_EQ(told, std::vector<Ledger>{orphaned()});
            EXPECT_EQ(store.records.size(), 1U);
        }
    }
}

TEST_F(BrokerLedger, ServiceKilledAtEachWriteOfARestartAfterADeath_LosesNothing) {
    const auto full = store.records;
    processes.kill_unseen(10);
    for (const auto when : {FakeStore::Crash::before_write, FakeStore::Crash::after_write}) {
        for (std::size_t at = 0; at < full.size(); ++at) {
            SCOPED_TRACE(at);
            store.records = full;
            store.crash_after(at, when);
            EXPECT_THROW(reboot(), StoreCrash);
            reboot();
            EXPECT_EQ(told, std::vector<Ledger>{orphaned()});
            EXPECT_EQ(store.records.size(), 1U);
            EXPECT_EQ(bytes_left(kAlice),
                      kAllBytes - SessionResources::kChargePerRecord - encode(orphaned()).size());
        }
    }
}

/// With a task at work, which writes the ledger.
struct BrokerLedgerTask : BrokerLedger {
    std::unique_ptr<Task> task;
    int asked_to_stop = 0;

    void SetUp() override {
        BrokerLedger::SetUp();
        broker->begin_task(primary, session.handle, [this](result<Task> begun) {
            ASSERT_TRUE(begun) << begun.error().message;
            task = std::make_unique<Task>(std::move(*begun));
        });
        task->turn.on_cancel([this] { ++asked_to_stop; });
    }
    /// Finishes the step that runs: one more program has been stopped.
    Ledger finish_step() {
        auto next = sample();
        next.entries.push_back(stopped_program());
        EXPECT_TRUE(broker->ledgers().put(next));
        task.reset();
        return next;
    }
};

TEST_F(BrokerLedgerTask, End_WaitsForTheStepAndErasesWhatItWrote) {
    Answer<void> ended;
    broker->end(primary, session.handle, ended.completion());
    EXPECT_EQ(asked_to_stop, 1);
    EXPECT_EQ(ended.times(), 0);
    EXPECT_NE(ledger(), nullptr);
    (void)finish_step();
    EXPECT_EQ(ended.code(), Code::ok);
    EXPECT_EQ(ledger(), nullptr);
    EXPECT_TRUE(store.records.empty());
}

TEST_F(BrokerLedgerTask, Death_WaitsForTheStepAndOrphansWhatItWrote) {
    processes.kill(10);
    EXPECT_EQ(asked_to_stop, 1);
    EXPECT_TRUE(told.empty());
    auto expected = finish_step();
    expected.is_orphan = true;
    EXPECT_EQ(told, std::vector<Ledger>{expected});
    EXPECT_EQ(decode_ledger(store.records.at(ledger_name())).value(), expected);
}

// The death came in front of the end that waited, and brought back what was decided on.
TEST_F(BrokerLedgerTask, DeathWhileAnEndWaits_LeavesTheEndAsDecided) {
    Answer<void> ended;
    broker->end(primary, session.handle, ended.completion());
    processes.kill(10);
    (void)finish_step();
    EXPECT_EQ(ended.code(), Code::ok);
    EXPECT_EQ(ledger(), nullptr);
    EXPECT_TRUE(told.empty());
    EXPECT_TRUE(store.records.empty());
}

TEST_F(BrokerLedgerTask, DeathWhileAnEndThatTheStoreRefusesWaits_MakesAnOrphan) {
    Answer<void> ended;
    broker->end(primary, session.handle, ended.completion());
    processes.kill(10);
    store.refuse_after(1);
    (void)finish_step();
    EXPECT_EQ(ended.code(), Code::write_fault);
    EXPECT_EQ(told.size(), 1U);
    EXPECT_EQ(broker->session_count(), 0U);
}

}  // namespace
