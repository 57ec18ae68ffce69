#pragma once

#include <boost/uuid/uuid.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rmb::proto {

/// Made by the client for one changing call; a repeat of the call carries the same one.
using Token = boost::uuids::uuid;

/// 8-4-4-4-12 hex digits, nothing around them; nullopt for anything else and for the nil UUID.
[[nodiscard]] std::optional<Token> parse_token(std::string_view text);

/// The secret that lets a process join a session. Never logged and never shown: use hash_of().
struct SessionKey {
    static constexpr std::size_t kBytes = 16;       // RM_SESSION_KEY_LEN
    static constexpr std::size_t kCharacters = 32;  // CCH_RM_SESSION_KEY
    std::array<std::uint8_t, kBytes> bytes{};

    auto operator<=>(const SessionKey&) const = default;
};

/// 32 hex digits of either case.
[[nodiscard]] std::optional<SessionKey> parse_key(std::string_view text);
/// 32 lower-case hex digits.
[[nodiscard]] std::string to_string(const SessionKey& key);

/// What stands for a key in logs, tables and diagnostics: kCharacters hex digits of a one-way hash.
/// Says nothing that helps to join the session.
struct KeyHash {
    static constexpr std::size_t kCharacters = 16;
    std::string text;

    auto operator<=>(const KeyHash&) const = default;
};
[[nodiscard]] KeyHash hash_of(const SessionKey& key);

}  // namespace rmb::proto
