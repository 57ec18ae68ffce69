#include "windows/token_facts.hpp"

#include "windows/api.hpp"

#include <sddl.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace rmb::win {
namespace {

using Information = std::vector<std::uint64_t>;

/// The answer as the structure that the documentation names; 8-byte aligned.
template <class T>
const T& as(const Information& information) {
    return *static_cast<const T*>(static_cast<const void*>(information.data()));
}

class Reader {
public:
    Reader(TokenApi& api, HANDLE token) : api_{api}, token_{token} {}

    /// Reads one class; false once any read has failed, and error() tells why.
    bool read(TOKEN_INFORMATION_CLASS what, std::string_view name) {
        if (error_) {
            return false;
        }
        const DWORD code = api_.query_token(token_, what, information_);
        if (code != ERROR_SUCCESS) {
            error_ = win32_error("querying " + std::string{name} + " of a token", code);
        }
        return !error_;
    }
    /// As read(), but a question that the system does not know (ERROR_INVALID_FUNCTION) is no
    /// error.
    bool read_if_known(TOKEN_INFORMATION_CLASS what, std::string_view name, bool& known) {
        known = true;
        if (error_ || read(what, name)) {
            return !error_;
        }
        if (error_->code == static_cast<Code>(ERROR_INVALID_FUNCTION)) {
            known = false;
            error_.reset();
        }
        return false;
    }
    template <class T>
    [[nodiscard]] const T& get() const {
        return as<T>(information_);
    }
    std::string text(PSID sid) {
        wchar_t* text = nullptr;
        if (ConvertSidToStringSidW(sid, &text) == FALSE) {
            if (!error_) {
                error_ = last_error("reading a SID");
            }
            return {};
        }
        const UniqueLocal owner{text};
        return narrow(text);
    }
    [[nodiscard]] const std::optional<Error>& error() const {
        return error_;
    }

private:
    TokenApi& api_;
    HANDLE token_;
    Information information_;
    std::optional<Error> error_;
};

std::uint32_t last_sub_authority(PSID sid) {
    const UCHAR count = *GetSidSubAuthorityCount(sid);
    return count == 0 ? 0U : *GetSidSubAuthority(sid, count - 1U);
}

void read_restricted_sids(Reader& reader, core::TokenFacts& facts) {
    bool known = true;
    if (reader.read_if_known(TokenRestrictedSids, "the restricting SIDs", known)) {
        const auto& groups = reader.get<TOKEN_GROUPS>();
        for (DWORD i = 0; i < groups.GroupCount; ++i) {
            facts.restricted_sids.push_back(reader.text(groups.Groups[i].Sid));
        }
        std::ranges::sort(facts.restricted_sids);
    }
    if (!known) {
        facts.restricted_sids.emplace_back(kRestrictionsUnknown);
    }
}

/// Enabled, not merely present: a filtered administrator has the group for denying only.
bool administrators_enabled(Reader& reader) {
    if (!reader.read(TokenGroups, "the groups")) {
        return false;
    }
    const auto& groups = reader.get<TOKEN_GROUPS>();
    for (DWORD i = 0; i < groups.GroupCount; ++i) {
        const auto& group = groups.Groups[i];
        if (IsWellKnownSid(group.Sid, WinBuiltinAdministratorsSid) != FALSE) {
            return (group.Attributes & SE_GROUP_ENABLED) != 0 &&
                   (group.Attributes & SE_GROUP_USE_FOR_DENY_ONLY) == 0;
        }
    }
    return false;
}

}  // namespace

proto::result<core::TokenFacts> read_token_facts(TokenApi& api, HANDLE token) {
    Reader reader{api, token};
    core::TokenFacts facts;
    if (reader.read(TokenUser, "the user")) {
        facts.user = reader.text(reader.get<TOKEN_USER>().User.Sid);
    }
    if (reader.read(TokenSessionId, "the Windows session")) {
        facts.windows_session = reader.get<DWORD>();
    }
    if (reader.read(TokenStatistics, "the logon")) {
        const LUID id = reader.get<TOKEN_STATISTICS>().AuthenticationId;
        facts.logon_id =
            (std::uint64_t{static_cast<std::uint32_t>(id.HighPart)} << 32) | id.LowPart;
    }
    if (reader.read(TokenIntegrityLevel, "the integrity level")) {
        facts.integrity = last_sub_authority(reader.get<TOKEN_MANDATORY_LABEL>().Label.Sid);
    }
    if (reader.read(TokenElevationType, "the elevation type")) {
        facts.elevation_type = reader.get<DWORD>();
    }
    if (reader.read(TokenAppContainerSid, "the AppContainer")) {
        PSID sid = reader.get<TOKEN_APPCONTAINER_INFORMATION>().TokenAppContainer;
        facts.app_container = sid == nullptr ? std::string{} : reader.text(sid);
    }
    read_restricted_sids(reader, facts);
    facts.administrator = administrators_enabled(reader);
    if (reader.error()) {
        return *reader.error();
    }
    return facts;
}

}  // namespace rmb::win
