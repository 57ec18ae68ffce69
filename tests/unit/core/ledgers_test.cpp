#include "core/ledgers.hpp"

#include "core/by_hash.hpp"
#include "core/session_resources.hpp"
#include "support/core_world.hpp"
#include "support/sample_ledger.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace rmb::core;
using namespace rmb::test;

const std::string kFirst = "aaaa000000000001";
const std::string kSecond = "aaaa000000000002";
constexpr std::uint64_t kAllBytes = 64U * 1'048'576;

/// The ledgers of a broker without sessions.
struct LedgersTest : testing::Test, CoreWorld {
    Ledgers& ledgers() {
        return broker->ledgers();
    }
    Ledger ledger(const std::string& hash, std::string_view user = kAlice) {
        return sample_ledger({hash}, {std::string{user}, 1}, {10, 1'000});
    }
    static Ledger finished(Ledger ledger) {
        for (auto& entry : ledger.entries) {
            entry.stage = Stage::restarted;
        }
        return ledger;
    }
    static std::uint64_t charge_of(const Ledger& ledger) {
        return SessionResources::kChargePerRecord + encode(ledger).size();
    }
    result<Ledger> stored(const std::string& hash) {
        const auto found = store.records.find(ledger_record_name({hash}));
        return found == store.records.end()
                   ? result<Ledger>{Error{Code::file_not_found, "not stored"}}
                   : decode_ledger(found->second);
    }
    std::vector<std::string> visible_to(const Caller& who) {
        std::vector<std::string> hashes;
        for (const auto* each : ledgers().visible_to(who)) {
            hashes.push_back(each->session.text);
        }
        return hashes;
    }
};

TEST_F(LedgersTest, Put_StoresKeepsAndCharges) {
    const auto made = ledger(kFirst);
    ASSERT_TRUE(ledgers().put(made));
    EXPECT_EQ(*ledgers().find(kFirst), made);
    EXPECT_EQ(stored(kFirst).value(), made);
    EXPECT_EQ(bytes_left(kAlice), kAllBytes - charge_of(made));
    EXPECT_EQ(ledgers().find(kSecond), nullptr);
}

TEST_F(LedgersTest, PutAgain_ReplacesAndChargesTheDifference) {
    ASSERT_TRUE(ledgers().put(ledger(kFirst)));
    for (const std::size_t entries : {5U, 1U, 0U}) {
        auto next = ledger(kFirst);
        next.entries.resize(entries);
        ASSERT_TRUE(ledgers().put(next));
        EXPECT_EQ(*ledgers().find(kFirst), next);
        EXPECT_EQ(stored(kFirst).value(), next);
        EXPECT_EQ(bytes_left(kAlice), kAllBytes - charge_of(next));
        EXPECT_EQ(store.records.size(), 1U);
    }
}

TEST_F(LedgersTest, RefusedPut_ChangesNothing) {
    store.refuse_next();
    EXPECT_EQ(code_of(ledgers().put(ledger(kFirst))), Code::write_fault);
    EXPECT_EQ(ledgers().find(kFirst), nullptr);
    EXPECT_EQ(bytes_left(kAlice), kAllBytes);

    ASSERT_TRUE(ledgers().put(ledger(kFirst)));
    const auto left = bytes_left(kAlice);
    auto next = ledger(kFirst);
    next.entries.resize(9);
    store.refuse_next();
    EXPECT_EQ(code_of(ledgers().put(next)), Code::write_fault);
    EXPECT_EQ(*ledgers().find(kFirst), ledger(kFirst));
    EXPECT_EQ(bytes_left(kAlice), left);
}

TEST_F(LedgersTest, BeyondTheUsersBytes_IsOutOfMemoryAndChangesNothing) {
    config.megabytes_per_user = 1;
    ASSERT_TRUE(restart());
    ASSERT_TRUE(ledgers().put(ledger(kFirst)));
    const auto records = store.records;
    for (const auto& hash : {kFirst, kSecond}) {
        auto large = ledger(hash);
        large.entries.resize(20, stopped_program());
        for (auto& entry : large.entries) {
            entry.command_line.assign(60'000, 'x');
        }
        EXPECT_EQ(code_of(ledgers().put(large)), Code::out_of_memory);
        EXPECT_EQ(store.records, records);
    }
    EXPECT_EQ(*ledgers().find(kFirst), ledger(kFirst));
    EXPECT_EQ(ledgers().find(kSecond), nullptr);
}

TEST_F(LedgersTest, MoreThanALedgerMayHold_IsOutOfMemory) {
    auto large = ledger(kFirst);
    large.entries.resize(kMaxLedgerEntries + 1);
    EXPECT_EQ(code_of(ledgers().put(large)), Code::out_of_memory);
    EXPECT_TRUE(store.records.empty());
}

TEST_F(LedgersTest, Erase_GivesBackAndIsHarmlessTwice) {
    ASSERT_TRUE(ledgers().put(ledger(kFirst)));
    ledgers().erase(kFirst);
    ledgers().erase(kFirst);
    EXPECT_EQ(ledgers().find(kFirst), nullptr);
    EXPECT_TRUE(store.records.empty());
    EXPECT_EQ(bytes_left(kAlice), kAllBytes);
    EXPECT_EQ(store.writes(), 2U);
}

TEST_F(LedgersTest, Orphan_IsMarkedInTheStoreToo) {
    ASSERT_TRUE(ledgers().put(ledger(kFirst)));
    ASSERT_TRUE(ledgers().put(ledger(kSecond)));
    EXPECT_TRUE(ledgers().orphan(kFirst));
    EXPECT_TRUE(ledgers().orphan("0000000000000000"));
    EXPECT_TRUE(ledgers().find(kFirst)->is_orphan);
    EXPECT_TRUE(stored(kFirst)->is_orphan);
    EXPECT_FALSE(stored(kSecond)->is_orphan);
    ASSERT_EQ(ledgers().orphans().size(), 1U);
    EXPECT_EQ(ledgers().orphans()[0].session.text, kFirst);
}

TEST_F(LedgersTest, OrphanThatOwesNothing_Goes) {
    ASSERT_TRUE(ledgers().put(finished(ledger(kFirst))));
    EXPECT_TRUE(ledgers().orphan(kFirst));
    EXPECT_EQ(ledgers().find(kFirst), nullptr);
    EXPECT_TRUE(store.records.empty());
}

TEST_F(LedgersTest, OrphanWithARefusingStore_IsOneInMemory) {
    ASSERT_TRUE(ledgers().put(ledger(kFirst)));
    store.refuse_next();
    EXPECT_EQ(code_of(ledgers().orphan(kFirst)), Code::write_fault);
    EXPECT_TRUE(ledgers().find(kFirst)->is_orphan);
    EXPECT_FALSE(stored(kFirst)->is_orphan);
}

TEST_F(LedgersTest, VisibleTo_IsTheOwnersOldestFirstAndAllForAnAdministrator) {
    auto late = ledger(kFirst);
    ++late.begun_ms;
    ASSERT_TRUE(ledgers().put(late));
    ASSERT_TRUE(ledgers().put(ledger(kSecond)));
    ASSERT_TRUE(ledgers().put(ledger("bbbb000000000001", kBob)));
    EXPECT_EQ(visible_to(caller(20)), (std::vector<std::string>{kSecond, kFirst}));
    EXPECT_EQ(visible_to(caller(21, kBob)), (std::vector<std::string>{"bbbb000000000001"}));
    EXPECT_TRUE(visible_to(caller(22, kAlice, 2)).empty());
    EXPECT_EQ(visible_to(administrator(23)).size(), 3U);
}

TEST_F(LedgersTest, FindFor_TakesTheFirstDigitsThatTellItApart) {
    ASSERT_TRUE(ledgers().put(ledger(kFirst)));
    ASSERT_TRUE(ledgers().put(ledger(kSecond)));
    ASSERT_TRUE(ledgers().put(ledger("bbbb000000000001", kBob)));
    const auto alice = caller(20);
    EXPECT_EQ(ledgers().find_for(alice, kFirst).value(), ledgers().find(kFirst));
    EXPECT_EQ(code_of(ledgers().find_for(alice, "aaaa")), Code::bad_arguments);
    EXPECT_EQ(code_of(ledgers().find_for(alice, "aaa")), Code::bad_arguments);
    EXPECT_EQ(code_of(ledgers().find_for(alice, "bbbb")), Code::file_not_found);
    EXPECT_EQ(subject_of(ledgers().find_for(alice, "bbbb")), "params.hash");
    EXPECT_TRUE(ledgers().find_for(administrator(21), "bbbb"));
}

TEST_F(LedgersTest, RestoredOrphan_IsKeptWithItsCharge) {
    auto orphan = ledger(kFirst);
    orphan.is_orphan = true;
    ASSERT_TRUE(ledgers().put(orphan));
    const auto left = bytes_left(kAlice);
    const auto records = store.records;
    ASSERT_TRUE(restart());
    EXPECT_EQ(*ledgers().find(kFirst), orphan);
    EXPECT_EQ(bytes_left(kAlice), left);
    EXPECT_EQ(store.records, records);
    ledgers().erase(kFirst);
    EXPECT_EQ(bytes_left(kAlice), kAllBytes);
}

TEST_F(LedgersTest, RestoredOrphanThatOwesNothing_IsErased) {
    auto orphan = finished(ledger(kFirst));
    orphan.is_orphan = true;
    ASSERT_TRUE(ledgers().put(orphan));
    ASSERT_TRUE(restart());
    EXPECT_EQ(ledgers().find(kFirst), nullptr);
    EXPECT_TRUE(store.records.empty());
    EXPECT_EQ(bytes_left(kAlice), kAllBytes);
}

// Its session's end had been asked for, and was cut short: the installer had decided.
TEST_F(LedgersTest, RestoredWithoutSessionOrMark_IsErased) {
    ASSERT_TRUE(ledgers().put(ledger(kFirst)));
    store.refuse_next();
    ASSERT_TRUE(restart());
    EXPECT_EQ(ledgers().find(kFirst), nullptr) << "whatever the store says";
    EXPECT_EQ(store.records.size(), 1U);
    ASSERT_TRUE(restart());
    EXPECT_TRUE(store.records.empty());
}

TEST_F(LedgersTest, Unreadable_IsReportedAndLeftAlone) {
    auto orphan = ledger(kFirst);
    orphan.is_orphan = true;
    store.records = {{"ledger-" + kFirst, encode(orphan)},
                     {"ledger-" + kSecond, encode(orphan)},
                     {"ledger-", encode(orphan)}};
    store.records.at("ledger-" + kFirst)[4] = 3;
    const auto records = store.records;
    ASSERT_TRUE(restart());
    EXPECT_EQ(store.records, records);
    EXPECT_TRUE(ledgers().visible_to(administrator(20)).empty());
    ASSERT_EQ(broker->unreadable().size(), 3U);
    EXPECT_EQ(broker->unreadable()[0].name, "ledger-" + kFirst);
    EXPECT_NE(broker->unreadable()[0].why.find("version 3"), std::string::npos);
    EXPECT_EQ(broker->unreadable()[1].name, "ledger-" + kSecond);
    EXPECT_EQ(broker->unreadable()[2].name, "ledger-");
}

// A version that reads it may come back.
TEST_F(LedgersTest, PutInPlaceOfAnUnreadableOne_IsRefused) {
    store.records = {{"ledger-" + kFirst, encode(ledger(kFirst))}};
    store.records.at("ledger-" + kFirst)[4] = 3;
    const auto records = store.records;
    ASSERT_TRUE(restart());
    const auto refused = ledgers().put(ledger(kFirst));
    EXPECT_EQ(code_of(refused), Code::write_fault);
    EXPECT_NE(refused.error().message.find("cannot be read"), std::string::npos);
    EXPECT_EQ(store.records, records);
    EXPECT_EQ(bytes_left(kAlice), kAllBytes);
    EXPECT_TRUE(ledgers().put(ledger(kSecond)));
}

// Ids of Windows sessions are used anew: another user's programs would be offered.
TEST_F(LedgersTest, LoggedOff_ItsProgramsAreOwedNothingAndServicesStay) {
    auto live = ledger(kFirst);
    live.entries.push_back(stopped_program());
    live.entries.back().app.process.pid = 11;
    live.entries.back().app.windows_session = 2;
    ASSERT_TRUE(ledgers().put(live));
    ledgers().logged_off(3);
    EXPECT_EQ(*ledgers().find(kFirst), live);

    ledgers().logged_off(1);
    auto expected = live;
    expected.entries[0].stage = Stage::left;
    expected.entries[0].why = "its user has logged off";
    EXPECT_EQ(*ledgers().find(kFirst), expected);
    EXPECT_EQ(stored(kFirst).value(), expected);
}

TEST_F(LedgersTest, LoggedOff_OrphanThatOwesNothingElseGoes) {
    auto programs = ledger(kFirst);
    programs.entries.pop_back();
    ASSERT_TRUE(ledgers().put(programs));
    ASSERT_TRUE(ledgers().orphan(kFirst));
    ASSERT_TRUE(ledgers().put(ledger(kSecond)));
    ASSERT_TRUE(ledgers().orphan(kSecond));
    ledgers().logged_off(1);
    EXPECT_EQ(ledgers().find(kFirst), nullptr);
    EXPECT_FALSE(stored(kFirst));
    ASSERT_NE(ledgers().find(kSecond), nullptr) << "its service is owed a start";
    EXPECT_EQ(stored(kSecond).value(), *ledgers().find(kSecond));
}

TEST_F(LedgersTest, LoggedOffWhileTheStoreRefuses_StaysAsItWas) {
    ASSERT_TRUE(ledgers().put(ledger(kFirst)));
    store.refuse_next();
    ledgers().logged_off(1);
    EXPECT_EQ(*ledgers().find(kFirst), ledger(kFirst));
    EXPECT_EQ(stored(kFirst).value(), ledger(kFirst));
}

}  // namespace
