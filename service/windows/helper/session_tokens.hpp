#pragma once

#include "core/identity.hpp"
#include "windows/api.hpp"

#include <cstdint>
#include <string>

/// Whose token a helper gets: the rules of DESIGN 8, over the calls that they need.
namespace rmb::win {

/// The session directory and the tokens of the system; a seam, for Wine knows one user and one
/// Windows session. Each result is a Win32 error code; tokens are closed with CloseHandle().
class SessionTokens {
public:
    SessionTokens() = default;
    SessionTokens(const SessionTokens&) = delete;
    SessionTokens& operator=(const SessionTokens&) = delete;
    virtual ~SessionTokens() = default;

    /// The primary token of who is logged on there. ERROR_NO_TOKEN, ERROR_FILE_NOT_FOUND,
    /// ERROR_CTX_WINSTATION_NOT_FOUND: nobody is, or there is no such session.
    virtual DWORD logged_on_user(std::uint32_t windows_session, HANDLE& token) = 0;
    virtual result<core::TokenFacts> facts(HANDLE token) = 0;
    /// A copy to start a process with.
    virtual DWORD duplicate_primary(HANDLE token, HANDLE& primary) = 0;
    virtual DWORD move_to_session(HANDLE primary, std::uint32_t windows_session) = 0;
};

[[nodiscard]] SessionTokens& system_session_tokens();

/// What a helper is started with.
struct HelperToken {
    UniqueHandle primary;
    core::TokenFacts facts;  // of the token it was made from
};

/// A copy of the caller's own token, so that the helper can do to others what he could; in another
/// Windows session than his for administrators alone: else access_denied. not_ready where the
/// system refuses.
[[nodiscard]] result<HelperToken> acting_token(SessionTokens& tokens, std::uint32_t windows_session,
                                               HANDLE caller);

/// The token of who is logged on to the Windows session, if that is `user` (SID): else
/// access_denied; file_not_found where nobody is; not_ready where the system refuses.
[[nodiscard]] result<HelperToken> starting_token(SessionTokens& tokens,
                                                 std::uint32_t windows_session,
                                                 const std::string& user);

/// Whether a process with the token `created` can come from a helper with the token `helper`, which
/// starts programs as itself only: its user, in its Windows session, at no higher integrity.
[[nodiscard]] bool may_have_created(const core::TokenFacts& helper,
                                    const core::TokenFacts& created);

}  // namespace rmb::win
