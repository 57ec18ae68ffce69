#pragma once

#include "windows/helper/session_tokens.hpp"

#include <map>
#include <string>

namespace rmb::win {

/// A machine with several users and Windows sessions. A token is an event, so that it can be
/// closed; what it is stands here.
class FakeSessionTokens final : public SessionTokens {
public:
    std::map<std::uint32_t, core::TokenFacts> logged_on;
    DWORD refusal = ERROR_SUCCESS;  // of every call but facts()

    HANDLE add(const core::TokenFacts& facts) {
        const HANDLE made = CreateEventW(nullptr, TRUE, FALSE, nullptr);
        known_[made] = facts;
        return made;
    }
    /// As what a helper would run with that is started with the token.
    [[nodiscard]] const core::TokenFacts& of(HANDLE token) const {
        return known_.at(token);
    }
    static core::TokenFacts user(const std::string& sid, std::uint32_t windows_session,
                                 bool administrator = false) {
        core::TokenFacts made;
        made.user = sid;
        made.windows_session = windows_session;
        made.logon_id = 7;
        made.integrity = 0x2000;
        made.administrator = administrator;
        return made;
    }

    DWORD logged_on_user(std::uint32_t windows_session, HANDLE& token) override {
        if (refusal != ERROR_SUCCESS) {
            return refusal;
        }
        const auto found = logged_on.find(windows_session);
        if (found == logged_on.end()) {
            return ERROR_NO_TOKEN;
        }
        token = add(found->second);
        return ERROR_SUCCESS;
    }
    result<core::TokenFacts> facts(HANDLE token) override {
        return known_.at(token);
    }
    DWORD duplicate_primary(HANDLE token, HANDLE& primary) override {
        if (refusal == ERROR_SUCCESS) {
            primary = add(known_.at(token));
        }
        return refusal;
    }
    DWORD move_to_session(HANDLE primary, std::uint32_t windows_session) override {
        known_.at(primary).windows_session = windows_session;
        return refusal;
    }

private:
    // Numbers of closed handles are used again: the last entry counts.
    std::map<HANDLE, core::TokenFacts> known_;
};

}  // namespace rmb::win
