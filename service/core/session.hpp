#pragma once

#include "core/identity.hpp"
#include "core/ports.hpp"
#include "core/resources.hpp"
#include "proto/identifiers.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rmb::core {

/// One handle to a session. The first participant of a session is its primary; the others are
/// secondaries, in the order in which they joined.
struct Participant {
    ProcessKey process;
    std::uint32_t handle = 0;
    proto::Token token{};  // of the start or join that made it: its repeat gets the same handle
    std::string program;   // as shown_path() gives it

    bool operator==(const Participant&) const = default;
};

/// Bound the record of one session, which is written whole at each change.
inline constexpr std::size_t kMaxParticipants = 256;
inline constexpr std::size_t kMaxFilterBytes = 262'144;  // as stored, all filters together

/// The last call of the primary that changed its session's record and carried a token. A refused
/// call changes nothing and is not kept: its repeat is tried again.
struct LastCall {
    proto::Token token{};
    std::uint64_t digest = 0;  // of what was asked for

    bool operator==(const LastCall&) const = default;
};

/// What is kept of a session across the death of the service.
struct SessionState {
    proto::SessionKey key;
    UserSession owner;
    std::uint64_t started_ms = 0;  // since 1970, UTC
    std::vector<Participant> participants;
    std::vector<Filter> filters;  // one a target, in the order in which the targets came
    std::optional<LastCall> last_call;

    [[nodiscard]] const Participant& primary() const {
        return participants.front();
    }

    bool operator==(const SessionState&) const = default;
};

/// `path` (UTF-8) where it is short; of a longer one the end, after an ellipsis, in kMaxShownPath
/// bytes. A path can have 32 767 characters, and each change writes those of all participants.
[[nodiscard]] std::string shown_path(std::string path);
inline constexpr std::size_t kMaxShownPath = 512;

/// The stored form: little-endian, versioned, at most some 100 bytes a participant plus its
/// program's path, and kMaxFilterBytes.
[[nodiscard]] Bytes encode(const SessionState& state);

/// Refuses (bad_arguments) what encode() did not make: another version, a truncated or too long
/// record, no primary, a handle or a filter that cannot be. Version 1, which had neither filters
/// nor a last call, is read too.
[[nodiscard]] result<SessionState> decode(const Bytes& record);

/// The store's name for a session: says nothing that would open it.
[[nodiscard]] std::string session_record_name(const proto::KeyHash& hash);
[[nodiscard]] bool is_session_record_name(std::string_view name);

/// 0 and 0xFFFFFFFF are taken for "no session" by many callers, so they are never handles; nor are
/// values with the top bit, which some callers keep in a signed variable.
[[nodiscard]] constexpr bool is_valid_handle(std::uint32_t handle) {
    return handle != 0 && handle < 0x8000'0000U;
}

}  // namespace rmb::core
