#include "core/ledger.hpp"

#include "core/registered.hpp"
#include "core/session.hpp"
#include "support/core_world.hpp"
#include "support/sample_ledger.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace {

using namespace rmb::core;
using namespace rmb::test;

const rmb::proto::KeyHash kHash{"0123456789abcdef"};

Ledger sample() {
    auto ledger = sample_ledger(kHash, {std::string{kAlice}, 1}, {10, 1'000});
    ledger.is_orphan = true;
    ledger.entries[0].was_elevated = true;
    ledger.entries[0].started = {11, 2'000};
    ledger.entries[1].is_filtered = true;
    return ledger;
}

TEST(LedgerRecord, EachKindOfLedger_SurvivesTheRoundTrip) {
    std::vector<Ledger> all{sample(), sample(), {}};
    all[1].entries.clear();
    all[1].is_orphan = false;
    all[2].session = kHash;
    for (const auto& ledger : all) {
        const auto read = decode_ledger(encode(ledger));
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(*read, ledger);
    }
}

TEST(LedgerRecord, EachStageAndType_SurvivesTheRoundTrip) {
    auto ledger = sample();
    for (const auto stage : {Stage::stopping, Stage::stopped, Stage::created, Stage::restarted,
                             Stage::left, Stage::failed}) {
        for (const auto type :
             {AppType::unknown, AppType::main_window, AppType::other_window, AppType::service,
              AppType::explorer, AppType::console, AppType::critical}) {
            ledger.entries[0].stage = stage;
            ledger.entries[0].app.type = type;
            const auto read = decode_ledger(encode(ledger));
            ASSERT_TRUE(read) << read.error().message;
            EXPECT_EQ(*read, ledger);
        }
    }
}

TEST(LedgerRecord, Form_IsLittleEndianAndVersioned) {
    const auto record = encode(sample());
    const Bytes head{'R', 'M', 'B', 'L', 2, 0, 0, 0, 16, 0, 0, 0, '0', '1'};
    EXPECT_EQ(Bytes(record.begin(), record.begin() + 14), head);
}

TEST(LedgerRecord, EachTruncation_IsRefused) {
    const auto record = encode(sample());
    for (std::size_t size = 0; size < record.size(); ++size) {
        const Bytes cut(record.begin(), record.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_EQ(code_of(decode_ledger(cut)), Code::bad_arguments) << size;
    }
}

TEST(LedgerRecord, TrailingBytes_AreRefused) {
    auto record = encode(sample());
    record.push_back(0);
    EXPECT_EQ(code_of(decode_ledger(record)), Code::bad_arguments);
}

TEST(LedgerRecord, EachOtherVersion_IsRefusedByNumber) {
    auto record = encode(sample());
    for (unsigned version = 0; version < 256; ++version) {
        record[4] = static_cast<std::uint8_t>(version);
        EXPECT_EQ(static_cast<bool>(decode_ledger(record)), version == 2) << version;
    }
    EXPECT_NE(decode_ledger(record).error().message.find("version 255"), std::string::npos);
}

// Whatever byte is wrong, the answer is a refusal or what is written as it was read; a huge count
// or length is refused without allocating it.
TEST(LedgerRecord, CorruptAtEachByte_IsRefusedOrReadAsItStands) {
    const auto record = encode(sample());
    for (std::size_t at = 0; at < record.size(); ++at) {
        for (const unsigned flip : {0x01U, 0x02U, 0x04U, 0x10U, 0x80U, 0xFFU}) {
            auto corrupt = record;
            corrupt[at] = static_cast<std::uint8_t>(corrupt[at] ^ flip);
            const auto read = decode_ledger(corrupt);
            if (read) {
                ASSERT_EQ(encode(*read), corrupt) << at << " " << flip;
            }
        }
    }
}

TEST(LedgerRecord, WhatCannotBe_IsRefused) {
    const std::vector<std::function<void(Ledger&)>> wrongs{
        [](Ledger& it) { it.session.text.pop_back(); },
        [](Ledger& it) { it.session.text[0] = 'G'; },
        [](Ledger& it) { it.entries[0].stage = static_cast<Stage>(6); },
        [](Ledger& it) { it.entries[0].app.type = static_cast<AppType>(6); },
        [](Ledger& it) { it.entries[0].command_line.assign(kMaxLedgerText + 1, 'x'); },
        [](Ledger& it) { it.entries[1].dependents[1].service.assign(kMaxLedgerText + 1, 'x'); },
        [](Ledger& it) { it.entries[1].dependents[0].program.assign(kMaxLedgerText + 1, 'x'); },
        [](Ledger& it) { it.entries[1].dependents.resize(kMaxLedgerDependents + 1); },
        [](Ledger& it) { it.entries.resize(kMaxLedgerEntries + 1); },
    };
    for (std::size_t i = 0; i < wrongs.size(); ++i) {
        auto ledger = sample();
        wrongs[i](ledger);
        EXPECT_EQ(code_of(decode_ledger(encode(ledger))), Code::bad_arguments) << i;
    }
}

TEST(LedgerRecord, AsMuchAsThereMayBe_IsTaken) {
    auto ledger = sample();
    ledger.entries[0].command_line.assign(kMaxLedgerText, 'x');
    ledger.entries[1].dependents.resize(kMaxLedgerDependents);
    ledger.entries.resize(kMaxLedgerEntries);
    EXPECT_TRUE(is_valid(ledger));
    EXPECT_TRUE(decode_ledger(encode(ledger)));
}

TEST(LedgerRecord, OtherRecords_AreNone) {
    SessionState state;
    state.participants = {{{1, 2}, 3, token(1), ""}};
    EXPECT_EQ(code_of(decode_ledger(encode(state))), Code::bad_arguments);
    EXPECT_EQ(code_of(decode_ledger(encode(Registered{{1, 2}, 3, token(1), {}}))),
              Code::bad_arguments);
    EXPECT_EQ(code_of(decode(encode(sample()))), Code::bad_arguments);
    EXPECT_EQ(code_of(decode_registered(encode(sample()))), Code::bad_arguments);
}

TEST(LedgerName, OfAHash_IsReadAsItWasWrittenAndIsNoOtherRecords) {
    const auto name = ledger_record_name(kHash);
    EXPECT_EQ(parse_ledger_record_name(name), kHash);
    EXPECT_FALSE(is_session_record_name(name));
    EXPECT_FALSE(parse_registered_name(name));
    EXPECT_FALSE(parse_registered_name(name + ".r1"));
}

TEST(LedgerName, AnyOtherName_IsNone) {
    for (const std::string& name : std::vector<std::string>{
             "", "ledger-", "ledger-0123456789abcde", "ledger-0123456789abcdef0",
             "ledger-0123456789ABCDEF", "Ledger-0123456789abcdef", "session-0123456789abcdef",
             "ledger-0123456789abcdef.r1", "0123456789abcdef"}) {
        EXPECT_FALSE(parse_ledger_record_name(name)) << name;
    }
}

TEST(LedgerStage, Each_HasItsName) {
    EXPECT_EQ(to_string(Stage::stopping), "stopping");
    EXPECT_EQ(to_string(Stage::stopped), "stopped");
    EXPECT_EQ(to_string(Stage::created), "created");
    EXPECT_EQ(to_string(Stage::restarted), "restarted");
    EXPECT_EQ(to_string(Stage::left), "left");
    EXPECT_EQ(to_string(Stage::failed), "failed");
    EXPECT_EQ(to_string(static_cast<Stage>(6)), "unknown");
}

TEST(LedgerIsOwed, EachStage_UnlessDoneWithOrFiltered) {
    auto entry = stopped_program();
    for (const auto stage : {Stage::stopping, Stage::stopped, Stage::created, Stage::failed}) {
        entry.stage = stage;
        entry.is_filtered = false;
        EXPECT_TRUE(is_owed(entry)) << to_string(stage);
        entry.is_filtered = true;
        EXPECT_FALSE(is_owed(entry)) << to_string(stage);
    }
    entry.is_filtered = false;
    for (const auto stage : {Stage::restarted, Stage::left}) {
        entry.stage = stage;
        EXPECT_FALSE(is_owed(entry)) << to_string(stage);
    }
}

TEST(LedgerIsOwed, WithoutAWayToStartIt_IsNot) {
    LedgerEntry entry;
    entry.stage = Stage::stopped;
    EXPECT_FALSE(is_owed(entry));
    auto registered = entry;
    registered.app.is_restartable = true;
    EXPECT_TRUE(is_owed(registered));
    auto service = entry;
    service.app.service = "Spooler";
    EXPECT_TRUE(is_owed(service));
    auto unregistered = entry;
    unregistered.command_line = "a.exe";
    EXPECT_TRUE(is_owed(unregistered)) << "whatever the policy of today says";
}

TEST(LedgerIsOwed, OfALedger_IsThatOfAnyEntry) {
    auto ledger = sample();
    EXPECT_TRUE(is_owed(ledger));
    ledger.entries[0].stage = Stage::restarted;
    EXPECT_FALSE(is_owed(ledger)) << "the other is filtered";
    EXPECT_FALSE(is_owed(Ledger{}));
}

}  // namespace
