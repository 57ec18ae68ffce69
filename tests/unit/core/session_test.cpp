#include "core/session.hpp"

#include "support/core_world.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace {

using namespace rmb::core;
using rmb::test::code_of;
using rmb::test::token;

SessionState sample(std::size_t participants = 3) {
    SessionState state;
    for (std::size_t i = 0; i < state.key.bytes.size(); ++i) {
        state.key.bytes[i] = static_cast<std::uint8_t>(0xF0 + i);
    }
    state.owner = {"S-1-5-21-1-1001", 0xFFFF'FFFE};
    state.started_ms = 0xFEDC'BA98'7654'3210;
    for (std::uint32_t i = 0; i < participants; ++i) {
        state.participants.push_back({{0x8000'0000U + i, ~std::uint64_t{i}},
                                      0x7FFF'FFFFU - i,
                                      token(i + 1),
                                      i % 2 == 0 ? "C:\\\xC3\xA4.exe" : ""});
    }
    return state;
}

/// A session with all that a version 1 did not have.
SessionState with_filters() {
    auto state = sample();
    state.filters = {{ModulePath{"C:\\\xC3\xA4.exe"}, FilterAction::no_restart},
                     {ProcessKey{0xFFFF'FFFF, ~std::uint64_t{0}}, FilterAction::no_shutdown},
                     {ServiceName{"Spooler"}, FilterAction::no_shutdown}};
    state.last_call = LastCall{token(9), 0xFEDC'BA98'7654'3210};
    return state;
}

/// Of a session without filters and last call: as version 1 wrote it.
Bytes version_1(const SessionState& state) {
    auto record = encode(state);
    record[4] = 1;
    record.resize(record.size() - 8);
    return record;
}

TEST(SessionRecord, EachSize_SurvivesTheRoundTrip) {
    for (const std::size_t count : {std::size_t{1}, std::size_t{2}, kMaxParticipants}) {
        const auto state = sample(count);
        const auto read = decode(encode(state));
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(*read, state);
    }
}

TEST(SessionRecord, EmptyTexts_SurviveTheRoundTrip) {
    auto state = sample(1);
    state.owner.user.clear();
    EXPECT_EQ(decode(encode(state)).value(), state);
}

TEST(SessionRecord, FiltersAndLastCall_SurviveTheRoundTrip) {
    const auto state = with_filters();
    EXPECT_EQ(decode(encode(state)).value(), state);
    for (std::size_t count = 0; count < state.filters.size(); ++count) {
        auto fewer = state;
        fewer.filters.resize(count);
        EXPECT_EQ(decode(encode(fewer)).value(), fewer) << count;
        fewer.last_call.reset();
        EXPECT_EQ(decode(encode(fewer)).value(), fewer) << count;
    }
}

// Written by hand from the first release's form: encode() must not be what says that it is right.
TEST(SessionRecord, VersionOne_IsRead) {
    const Bytes record{'R',  'M',  'B', 'S', 1,   0,   0,   0,               // head
                       0,    1,    2,   3,   4,   5,   6,   7,               // key
                       8,    9,    10,  11,  12,  13,  14,  15,              // key
                       3,    0,    0,   0,   'S', '-', '1',                  // user
                       2,    0,    0,   0,                                   // session
                       0xE8, 0x03, 0,   0,   0,   0,   0,   0,               // started
                       1,    0,    0,   0,                                   // participants
                       10,   0,    0,   0,   7,   0,   0,   0,  0, 0, 0, 0,  // process
                       5,    0,    0,   0,                                   // handle
                       0,    0,    0,   0,   0,   0,   0,   0,               // token
                       0,    0,    0,   0,   0,   0,   0,   1,               // token
                       1,    0,    0,   0,   'a'};                           // program
    const auto state = decode(record);
    ASSERT_TRUE(state) << state.error().message;
    SessionState expected;
    for (std::size_t i = 0; i < expected.key.bytes.size(); ++i) {
        expected.key.bytes[i] = static_cast<std::uint8_t>(i);
    }
    expected.owner = {"S-1", 2};
    expected.started_ms = 1'000;
    expected.participants = {{{10, 7}, 5, token(1), "a"}};
    EXPECT_EQ(*state, expected);
    EXPECT_EQ(version_1(expected), record);
    EXPECT_EQ(decode(encode(*state)).value(), expected) << "it is written in today's form";
}

TEST(SessionRecord, VersionOne_HasNothingBehindItsParticipants) {
    auto record = encode(with_filters());
    record[4] = 1;
    EXPECT_EQ(code_of(decode(record)), Code::bad_arguments);
    record = encode(sample());
    record[4] = 1;
    EXPECT_EQ(code_of(decode(record)), Code::bad_arguments);
    record = version_1(sample());
    EXPECT_TRUE(decode(record));
    record[4] = 2;
    EXPECT_EQ(code_of(decode(record)), Code::bad_arguments);
}

TEST(SessionRecord, FilterThatCannotBe_IsRefused) {
    for (const auto& filter :
         std::vector<Filter>{{ModulePath{}, FilterAction::no_restart},
                             {ServiceName{}, FilterAction::no_restart},
                             {ProcessKey{1, 2}, static_cast<FilterAction>(0)},
                             {ProcessKey{1, 2}, static_cast<FilterAction>(3)},
                             {ModulePath{"a"}, static_cast<FilterAction>(0x101)}}) {
        auto state = with_filters();
        state.filters[1] = filter;
        EXPECT_EQ(code_of(decode(encode(state))), Code::bad_arguments);
    }
    const auto good = with_filters();
    auto fewer = good;
    fewer.filters.clear();
    fewer.last_call.reset();
    const auto trigger_at = encode(fewer).size();  // the last call's count less, an action more
    for (const auto trigger : Bytes{0, 4, 0xFF}) {
        auto record = encode(good);
        ASSERT_EQ(record[trigger_at], 1) << "not the trigger of the first filter";
        record[trigger_at] = trigger;
        EXPECT_EQ(code_of(decode(record)), Code::bad_arguments) << int{trigger};
    }
}

TEST(SessionRecord, MoreThanOneLastCall_IsRefused) {
    auto record = encode(with_filters());
    const auto count_at = record.size() - 8 - 16 - 4;
    ASSERT_EQ(record[count_at], 1);
    record[count_at] = 2;
    EXPECT_EQ(code_of(decode(record)), Code::bad_arguments);
}

TEST(SessionRecordName, OfAKeyHash_IsOneAndNothingElseIs) {
    const auto name = session_record_name(rmb::proto::hash_of({}));
    EXPECT_EQ(name.size(), 24U);
    EXPECT_TRUE(is_session_record_name(name));
    for (const std::string& other :
         std::vector<std::string>{"", "session-", name + "0", name.substr(0, 23), "x" + name,
                                  "session-0123456789ABCDEF", "session-0123456789abcdeg"}) {
        EXPECT_FALSE(is_session_record_name(other)) << other;
    }
}

TEST(SessionRecord, Form_IsLittleEndianAndVersioned) {
    const auto record = encode(sample(1));
    const Bytes head{'R', 'M', 'B', 'S', 2, 0, 0, 0, 0xF0, 0xF1};
    EXPECT_EQ(Bytes(record.begin(), record.begin() + 10), head);
    EXPECT_EQ(record.size(), 4 + 4 + 16 + 4 + sample().owner.user.size() + 4 + 8 + 4 +
                                 (4 + 8 + 4 + 16 + 4 + sample().participants[0].program.size()) +
                                 4 + 4);
}

TEST(SessionRecord, EachTruncation_IsRefused) {
    const auto record = encode(with_filters());
    for (std::size_t size = 0; size < record.size(); ++size) {
        const Bytes cut(record.begin(), record.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_EQ(code_of(decode(cut)), Code::bad_arguments) << size;
    }
}

TEST(SessionRecord, TrailingBytes_AreRefused) {
    for (auto record : {encode(sample()), encode(with_filters()), version_1(sample())}) {
        record.push_back(0);
        EXPECT_EQ(code_of(decode(record)), Code::bad_arguments);
    }
}

TEST(SessionRecord, EachOtherVersion_IsRefusedByNumber) {
    auto record = encode(sample());
    for (unsigned version = 0; version < 256; ++version) {
        record[4] = static_cast<std::uint8_t>(version);
        EXPECT_EQ(static_cast<bool>(decode(record)), version == 2) << version;
    }
    record[4] = 3;
    EXPECT_NE(decode(record).error().message.find("version 3"), std::string::npos);
    record[4] = 2;
    record[7] = 1;
    EXPECT_EQ(code_of(decode(record)), Code::bad_arguments);
}

TEST(SessionRecord, OtherMagic_IsRefused) {
    for (std::size_t at = 0; at < 4; ++at) {
        auto record = encode(sample());
        record[at] ^= 0x20;
        EXPECT_EQ(code_of(decode(record)), Code::bad_arguments);
    }
}

TEST(SessionRecord, NoParticipant_IsRefused) {
    auto state = sample();
    state.participants.clear();
    EXPECT_EQ(code_of(decode(encode(state))), Code::bad_arguments);
}

TEST(SessionRecord, HandleThatCannotBe_IsRefused) {
    for (const std::uint32_t handle : {0U, 0x8000'0000U, 0xFFFF'FFFFU}) {
        for (std::size_t at = 0; at < 3; ++at) {
            auto state = sample();
            state.participants[at].handle = handle;
            EXPECT_EQ(code_of(decode(encode(state))), Code::bad_arguments) << handle;
        }
    }
}

TEST(SessionRecord, HugeCountOrLength_IsRefusedWithoutAllocatingIt) {
    const auto good = sample(1);
    const auto record = encode(good);
    const std::size_t user_length_at = 4 + 4 + 16;
    const std::size_t count_at = user_length_at + 4 + good.owner.user.size() + 4 + 8;
    const std::size_t filters_at = record.size() - 8;
    for (const std::size_t at : {user_length_at, count_at, filters_at}) {
        auto corrupt = record;
        for (std::size_t i = 0; i < 4; ++i) {
            corrupt[at + i] = 0xFF;
        }
        EXPECT_EQ(code_of(decode(corrupt)), Code::bad_arguments) << at;
    }
}

// Whatever byte is wrong, the answer is a refusal or a state that is written as it was read.
TEST(SessionRecord, CorruptAtEachByte_IsRefusedOrReadAsItStands) {
    const auto record = encode(with_filters());
    for (std::size_t at = 0; at < record.size(); ++at) {
        for (unsigned value = 0; value < 256; ++value) {
            auto corrupt = record;
            corrupt[at] = static_cast<std::uint8_t>(value);
            const auto read = decode(corrupt);
            if (read) {
                ASSERT_EQ(encode(*read), corrupt) << at << " " << value;
            }
        }
    }
}

TEST(IsValidHandle, ZeroAndTopBit_AreNot) {
    for (const std::uint32_t bad : {0U, 0x8000'0000U, 0x8000'0001U, 0xFFFF'FFFFU}) {
        EXPECT_FALSE(is_valid_handle(bad)) << bad;
    }
    for (const std::uint32_t good : {1U, 2U, 0x7FFF'FFFFU}) {
        EXPECT_TRUE(is_valid_handle(good)) << good;
    }
}

TEST(ShownPath, Short_IsItself) {
    EXPECT_EQ(shown_path(""), "");
    const std::string longest(kMaxShownPath, 'a');
    EXPECT_EQ(shown_path(longest), longest);
}

TEST(ShownPath, Long_IsItsEndFromAWholeCharacterOn) {
    const auto plain = shown_path("C:\\" + std::string(40'000, 'a') + "\\setup.exe");
    EXPECT_EQ(plain.size(), kMaxShownPath);
    EXPECT_TRUE(plain.starts_with("...aaa"));
    EXPECT_TRUE(plain.ends_with("a\\setup.exe"));
    for (std::size_t shift = 0; shift < 3; ++shift) {
        std::string path(shift, 'a');
        for (int i = 0; i < 1'000; ++i) {
            path += "\xE2\x82\xAC";  // a character of three bytes
        }
        const auto shown = shown_path(path + std::string(shift, 'b'));
        EXPECT_LE(shown.size(), kMaxShownPath);
        EXPECT_TRUE(shown.starts_with("...\xE2")) << shift;
    }
}

}  // namespace
