#include "proto/identifiers.hpp"

#include <boost/uuid/uuid_io.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

namespace {

using rmb::proto::hash_of;
using rmb::proto::KeyHash;
using rmb::proto::parse_key;
using rmb::proto::parse_token;
using rmb::proto::SessionKey;

constexpr std::string_view kToken = "01234567-89ab-cdef-0123-456789abcdef";
constexpr std::string_view kKey = "00112233445566778899aabbccddeeff";

TEST(ParseToken, Uuid_IsReadInEitherCase) {
    const auto token = parse_token(kToken);
    ASSERT_TRUE(token);
    EXPECT_EQ(to_string(*token), kToken);
    EXPECT_EQ(parse_token("01234567-89AB-CDEF-0123-456789ABCDEF"), token);
}

TEST(ParseToken, AnythingElse_IsRefused) {
    for (const std::string_view text :
         {"", "00000000-0000-0000-0000-000000000000", "{01234567-89ab-cdef-0123-456789abcdef}",
          "0123456789abcdef0123456789abcdef", "01234567-89ab-cdef-0123-456789abcde",
          "01234567-89ab-cdef-0123-456789abcdef0", " 01234567-89ab-cdef-0123-456789abcdef",
          "01234567-89ab-cdef-0123-456789abcdeg", "0123456-789ab-cdef-0123-456789abcdef",
          "01234567089ab-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123-4567 9abcdef",
          "01234567-89ab-cdef-0123-456789abc-ef", "+1234567-89ab-cdef-0123-456789abcdef"}) {
        EXPECT_FALSE(parse_token(text)) << text;
    }
}

TEST(ParseKey, Digits_AreReadInEitherCaseAndWrittenLower) {
    const auto key = parse_key(kKey);
    ASSERT_TRUE(key);
    EXPECT_EQ(key->bytes[0], 0x00);
    EXPECT_EQ(key->bytes[1], 0x11);
    EXPECT_EQ(key->bytes[15], 0xFF);
    EXPECT_EQ(to_string(*key), kKey);
    EXPECT_EQ(parse_key("00112233445566778899AABBCCDDEEFF"), key);
}

TEST(ParseKey, EachPosition_MustBeAHexDigit) {
    for (std::size_t at = 0; at < kKey.size(); ++at) {
        for (const char bad : {'g', 'G', '/', ':', '@', '`', ' ', '-', '\0', '\xFF'}) {
            std::string text{kKey};
            text[at] = bad;
            EXPECT_FALSE(parse_key(text)) << at;
        }
    }
}

TEST(ParseKey, AnyOtherLength_IsRefused) {
    for (std::size_t size = 0; size < 70; ++size) {
        EXPECT_EQ(parse_key(std::string(size, '1')).has_value(), size == 32) << size;
    }
}

TEST(HashOf, Key_GivesStableDigitsThatDoNotShowIt) {
    const auto key = *parse_key(kKey);
    const auto hash = hash_of(key);
    EXPECT_EQ(hash.text.size(), KeyHash::kCharacters);
    EXPECT_TRUE(std::ranges::all_of(hash.text, [](char c) {
        return std::string_view{"0123456789abcdef"}.find(c) != std::string_view::npos;
    }));
    EXPECT_EQ(hash_of(key), hash);
    // Records of an earlier version are found by it: it must never change.
    EXPECT_EQ(hash.text, "2c9c7e5e96325071");
    EXPECT_EQ(to_string(key).find(hash.text.substr(0, 4)), std::string::npos);
}

TEST(HashOf, KeysOneBitApart_HaveDifferentHashes) {
    std::set<std::string> hashes;
    for (std::size_t bit = 0; bit < 128; ++bit) {
        SessionKey key;
        key.bytes[bit / 8] = static_cast<std::uint8_t>(1U << (bit % 8));
        hashes.insert(hash_of(key).text.substr(0, 8));
    }
    EXPECT_EQ(hashes.size(), 128U);
}

}  // namespace
