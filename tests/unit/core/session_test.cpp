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

TEST(SessionRecord, Form_IsLittleEndianAndVersioned) {
    const auto record = encode(sample(1));
    const Bytes head{'R', 'M', 'B', 'S', 1, 0, 0, 0, 0xF0, 0xF1};
    EXPECT_EQ(Bytes(record.begin(), record.begin() + 10), head);
    EXPECT_EQ(record.size(), 4 + 4 + 16 + 4 + sample().owner.user.size() + 4 + 8 + 4 +
                                 (4 + 8 + 4 + 16 + 4 + sample().participants[0].program.size()));
}

TEST(SessionRecord, EachTruncation_IsRefused) {
    const auto record = encode(sample());
    for (std::size_t size = 0; size < record.size(); ++size) {
        const Bytes cut(record.begin(), record.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_EQ(code_of(decode(cut)), Code::bad_arguments) << size;
    }
}

TEST(SessionRecord, TrailingBytes_AreRefused) {
    auto record = encode(sample());
    record.push_back(0);
    EXPECT_EQ(code_of(decode(record)), Code::bad_arguments);
}

TEST(SessionRecord, EachOtherVersion_IsRefusedByNumber) {
    auto record = encode(sample());
    for (unsigned version = 0; version < 256; ++version) {
        record[4] = static_cast<std::uint8_t>(version);
        EXPECT_EQ(static_cast<bool>(decode(record)), version == 1) << version;
    }
    record[4] = 2;
    EXPECT_NE(decode(record).error().message.find("version 2"), std::string::npos);
    record[4] = 1;
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
    for (const std::size_t at : {user_length_at, count_at}) {
        auto corrupt = record;
        for (std::size_t i = 0; i < 4; ++i) {
            corrupt[at + i] = 0xFF;
        }
        EXPECT_EQ(code_of(decode(corrupt)), Code::bad_arguments) << at;
    }
}

// Whatever byte is wrong, the answer is a refusal or a state that is written as it was read.
TEST(SessionRecord, CorruptAtEachByte_IsRefusedOrReadAsItStands) {
    const auto record = encode(sample());
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
