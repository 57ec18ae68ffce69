#include "core/registered.hpp"

#include "core/session.hpp"
#include "support/core_world.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

using namespace rmb::core;
using rmb::test::code_of;
using rmb::test::token;

Registered sample() {
    return {{0x8000'0001, 0xFEDC'BA98'7654'3210},
            0x7FFF'FFFE,
            token(5),
            {{"C:\\a.dll", "C:\\\xC3\xA4.dll", ""}, {{1, 2}, {0xFFFF'FFFF, ~0ULL}}, {"Spooler"}}};
}

TEST(RegisteredRecord, EachKindOfResource_SurvivesTheRoundTrip) {
    std::vector<Registered> all{sample(), sample(), sample(), sample(), sample()};
    all[1].resources.files.clear();
    all[2].resources.processes.clear();
    all[3].resources.services.clear();
    all[4].resources = {};
    for (const auto& registered : all) {
        const auto read = decode_registered(encode(registered));
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(*read, registered);
    }
}

TEST(RegisteredRecord, Form_IsLittleEndianAndVersioned) {
    const auto record = encode(sample());
    const Bytes head{'R', 'M', 'B', 'R', 1, 0, 0, 0, 0x01, 0, 0, 0x80, 0x10, 0x32};
    EXPECT_EQ(Bytes(record.begin(), record.begin() + 14), head);
    EXPECT_EQ(record.size(), 8U + 12 + 4 + 16 + (4 + 3 * 4 + 8 + 9) + (4 + 2 * 12) + (4 + 4 + 7));
}

TEST(RegisteredRecord, EachTruncation_IsRefused) {
    const auto record = encode(sample());
    for (std::size_t size = 0; size < record.size(); ++size) {
        const Bytes cut(record.begin(), record.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_EQ(code_of(decode_registered(cut)), Code::bad_arguments) << size;
    }
}

TEST(RegisteredRecord, TrailingBytes_AreRefused) {
    auto record = encode(sample());
    record.push_back(0);
    EXPECT_EQ(code_of(decode_registered(record)), Code::bad_arguments);
}

TEST(RegisteredRecord, EachOtherVersion_IsRefusedByNumber) {
    auto record = encode(sample());
    for (unsigned version = 0; version < 256; ++version) {
        record[4] = static_cast<std::uint8_t>(version);
        EXPECT_EQ(static_cast<bool>(decode_registered(record)), version == 1) << version;
    }
    EXPECT_NE(decode_registered(record).error().message.find("version 255"), std::string::npos);
}

TEST(RegisteredRecord, HandleThatCannotBe_IsRefused) {
    for (const std::uint32_t handle : {0U, 0x8000'0000U, 0xFFFF'FFFFU}) {
        auto registered = sample();
        registered.handle = handle;
        EXPECT_EQ(code_of(decode_registered(encode(registered))), Code::bad_arguments) << handle;
    }
}

TEST(RegisteredRecord, SessionRecord_IsNone) {
    SessionState state;
    state.participants = {{{1, 2}, 3, token(1), ""}};
    EXPECT_EQ(code_of(decode_registered(encode(state))), Code::bad_arguments);
    EXPECT_EQ(code_of(decode(encode(sample()))), Code::bad_arguments);
}

// Whatever byte is wrong, the answer is a refusal or what is written as it was read; a huge count
// or length is refused without allocating it.
TEST(RegisteredRecord, CorruptAtEachByte_IsRefusedOrReadAsItStands) {
    const auto record = encode(sample());
    for (std::size_t at = 0; at < record.size(); ++at) {
        for (unsigned value = 0; value < 256; ++value) {
            auto corrupt = record;
            corrupt[at] = static_cast<std::uint8_t>(value);
            const auto read = decode_registered(corrupt);
            if (read) {
                ASSERT_EQ(encode(*read), corrupt) << at << " " << value;
            }
        }
    }
}

TEST(RegisteredName, EachNumber_IsReadAsItWasWritten) {
    const std::string session = session_record_name(rmb::proto::hash_of({}));
    EXPECT_EQ(to_string(RegisteredName{session, 7}), session + ".r7");
    for (const std::uint32_t number : {0U, 1U, 10U, 0xFFFF'FFFFU}) {
        const auto parsed = parse_registered_name(to_string(RegisteredName{session, number}));
        ASSERT_TRUE(parsed) << number;
        EXPECT_EQ(parsed->session, session);
        EXPECT_EQ(parsed->number, number);
    }
}

TEST(RegisteredName, AnyOtherName_IsNone) {
    const std::string session = session_record_name(rmb::proto::hash_of({}));
    for (const std::string& name : std::vector<std::string>{
             "", session, session + ".r", session + ".r01", session + ".r-1", session + ".r+1",
             session + ".r1 ", session + ".r1.r2", session + ".r4294967296", session + ".R1",
             session + "r1", session + ".rx", session + "0.r1", "session-.r1", ".r1", "zzz.r1"}) {
        EXPECT_FALSE(parse_registered_name(name)) << name;
    }
}

}  // namespace
