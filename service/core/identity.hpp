#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rmb::core {

class Rights;

/// A process, told apart from a later one with the same id by its start time (FILETIME units:
/// 100 ns since 1601 UTC on Windows, whatever the host's clock counts elsewhere).
struct ProcessKey {
    std::uint32_t pid = 0;
    std::uint64_t start_time = 0;

    auto operator<=>(const ProcessKey&) const = default;
};

/// Whose a session is, and within what the first limit counts.
struct UserSession {
    std::string user;  // SID as text
    std::uint32_t windows_session = 0;

    auto operator<=>(const UserSession&) const = default;
};

/// What the service knows of who is calling. Made once a connection, from tokens; nothing that a
/// request says goes into it.
struct Caller {
    ProcessKey process;
    UserSession owner;
    bool administrator = false;  // the group is enabled in the token, not merely present
    std::string program;         // full path, empty if not readable
    /// For acts in the caller's name; null means that none may be done.
    std::shared_ptr<const Rights> rights = nullptr;
};

/// Its owner's sessions are shown to a caller, all to an administrator.
[[nodiscard]] bool may_see(const Caller& caller, const UserSession& owner);

/// What is read of an access token, from the pipe and from the process behind it.
struct TokenFacts {
    std::string user;
    std::uint32_t windows_session = 0;
    std::uint64_t logon_id = 0;   // LUID of the logon session
    std::uint32_t integrity = 0;  // last sub-authority of the mandatory label
    std::uint32_t elevation_type = 0;
    std::string app_container;  // SID, empty outside one
    std::vector<std::string> restricted_sids;
    bool administrator = false;

    bool operator==(const TokenFacts&) const = default;
};

/// The first field in which the token of the pipe and that of the process differ, nullopt when all
/// seven agree (DESIGN 6): user, windowsSession, logonId, integrity, elevationType, appContainer,
/// restrictedSids. Where they differ the process is not (or no longer) who opened the pipe, or
/// impersonates somebody, and no rights may be derived from either.
[[nodiscard]] std::optional<std::string_view> first_difference(const TokenFacts& pipe,
                                                               const TokenFacts& process);

/// The caller that agreeing tokens make.
[[nodiscard]] Caller make_caller(const TokenFacts& facts, ProcessKey process, std::string program);

}  // namespace rmb::core
