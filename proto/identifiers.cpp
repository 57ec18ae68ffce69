#include "proto/identifiers.hpp"

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <algorithm>
#include <cstddef>

namespace rmb::proto {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

std::optional<std::uint8_t> hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return static_cast<std::uint8_t>(c - '0');
    }
    if (c >= 'a' && c <= 'f') {
        return static_cast<std::uint8_t>(c - 'a' + 10);
    }
    if (c >= 'A' && c <= 'F') {
        return static_cast<std::uint8_t>(c - 'A' + 10);
    }
    return std::nullopt;
}

/// Reads 2 * N hex digits.
template <class Bytes>
bool read_hex(std::string_view text, Bytes& out) {
    for (std::size_t i = 0; i < std::size(out); ++i) {
        const auto high = hex_digit(text[2 * i]);
        const auto low = hex_digit(text[2 * i + 1]);
        if (!high || !low) {
            return false;
        }
        std::begin(out)[i] = static_cast<std::uint8_t>(*high << 4U | *low);
    }
    return true;
}

}  // namespace

std::optional<Token> parse_token(std::string_view text) {
    constexpr std::array<std::size_t, 4> kDashes{8, 13, 18, 23};
    if (text.size() != 36) {
        return std::nullopt;
    }
    std::string digits;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (std::ranges::find(kDashes, i) == kDashes.end()) {
            digits.push_back(text[i]);
        } else if (text[i] != '-') {
            return std::nullopt;
        }
    }
    Token token{};
    if (!read_hex(digits, token.data) || token.is_nil()) {
        return std::nullopt;
    }
    return token;
}

std::optional<SessionKey> parse_key(std::string_view text) {
    SessionKey key;
    if (text.size() != SessionKey::kCharacters || !read_hex(text, key.bytes)) {
        return std::nullopt;
    }
    return key;
}

std::string to_string(const SessionKey& key) {
    std::string text;
    for (const auto byte : key.bytes) {
        text.push_back(kDigits[byte >> 4U]);
        text.push_back(kDigits[byte & 0xFU]);
    }
    return text;
}

KeyHash hash_of(const SessionKey& key) {
    // Any fixed namespace does: the hash only has to be one-way and the same in every process.
    constexpr Token kNamespace{{0x72, 0x6d, 0x62, 0x72, 0x6f, 0x6b, 0x65, 0x72, 0x73, 0x65, 0x73,
                                0x73, 0x69, 0x6f, 0x6e, 0x73}};
    const boost::uuids::name_generator_sha1 generate(kNamespace);
    auto text = to_string(generate(key.bytes.data(), key.bytes.size()));
    std::erase(text, '-');
    text.resize(KeyHash::kCharacters);
    return KeyHash{std::move(text)};
}

}  // namespace rmb::proto
