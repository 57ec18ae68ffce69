#include "windows/helper/session_tokens.hpp"

#include "windows/helper/optional_call.hpp"
#include "windows/token_api.hpp"
#include "windows/token_facts.hpp"

#include <utility>

namespace rmb::win {
namespace {

constexpr DWORD kToStartWith = TOKEN_QUERY | TOKEN_DUPLICATE | TOKEN_ASSIGN_PRIMARY |
                               TOKEN_ADJUST_DEFAULT | TOKEN_ADJUST_SESSIONID;

class SystemSessionTokens final : public SessionTokens {
public:
    DWORD logged_on_user(std::uint32_t windows_session, HANDLE& token) override {
        using Function = BOOL(WINAPI*)(ULONG, HANDLE*);
        static const auto call = find_system_call<Function>(L"wtsapi32.dll", "WTSQueryUserToken");
        if (call == nullptr) {
            return ERROR_CALL_NOT_IMPLEMENTED;
        }
        return call(windows_session, &token) == FALSE ? GetLastError() : ERROR_SUCCESS;
    }

    result<core::TokenFacts> facts(HANDLE token) override {
        return read_token_facts(system_token_api(), token);
    }

    DWORD duplicate_primary(HANDLE token, HANDLE& primary) override {
        return DuplicateTokenEx(token, kToStartWith, nullptr, SecurityImpersonation, TokenPrimary,
                                &primary) == FALSE
                   ? GetLastError()
                   : ERROR_SUCCESS;
    }

    DWORD move_to_session(HANDLE primary, std::uint32_t windows_session) override {
        DWORD session = windows_session;
        return SetTokenInformation(primary, TokenSessionId, &session, sizeof session) == FALSE
                   ? GetLastError()
                   : ERROR_SUCCESS;
    }
};

std::string in_session(std::uint32_t windows_session) {
    return "Windows session " + std::to_string(windows_session);
}

bool means_nobody(DWORD code) {
    return code == ERROR_NO_TOKEN || code == ERROR_FILE_NOT_FOUND ||
           code == ERROR_CTX_WINSTATION_NOT_FOUND;
}

}  // namespace

SessionTokens& system_session_tokens() {
    static SystemSessionTokens tokens;
    return tokens;
}

result<HelperToken> acting_token(SessionTokens& tokens, std::uint32_t windows_session,
                                 HANDLE caller) {
    auto facts = tokens.facts(caller);
    if (facts.has_error()) {
        return Error{Code::not_ready, facts.error().message};
    }
    const bool elsewhere = facts->windows_session != windows_session;
    if (elsewhere && !facts->administrator) {
        return Error{Code::access_denied,
                     "only administrators act in " + in_session(windows_session) + " from another"};
    }
    HelperToken made;
    if (const DWORD code = tokens.duplicate_primary(caller, *made.primary.out());
        code != ERROR_SUCCESS) {
        return error_as(Code::not_ready, "copying the caller's token", code);
    }
    if (elsewhere) {
        if (const DWORD code = tokens.move_to_session(made.primary.get(), windows_session);
            code != ERROR_SUCCESS) {
            return error_as(Code::not_ready, "acting in " + in_session(windows_session), code);
        }
    }
    made.facts = std::move(*facts);
    return made;
}

result<HelperToken> starting_token(SessionTokens& tokens, std::uint32_t windows_session,
                                   const std::string& user) {
    HelperToken made;
    if (const DWORD code = tokens.logged_on_user(windows_session, *made.primary.out());
        code != ERROR_SUCCESS) {
        return error_as(means_nobody(code) ? Code::file_not_found : Code::not_ready,
                        "asking who is logged on to " + in_session(windows_session), code);
    }
    auto facts = tokens.facts(made.primary.get());
    if (facts.has_error()) {
        return Error{Code::not_ready, facts.error().message};
    }
    if (facts->user != user) {
        return Error{Code::access_denied,
                     "another user is logged on to " + in_session(windows_session) + " by now"};
    }
    made.facts = std::move(*facts);
    return made;
}

bool may_have_created(const core::TokenFacts& helper, const core::TokenFacts& created) {
    return created.user == helper.user && created.windows_session == helper.windows_session &&
           created.integrity <= helper.integrity;
}

}  // namespace rmb::win
