#include "core/identity.hpp"

#include <utility>

namespace rmb::core {

bool may_see(const Caller& caller, const UserSession& owner) {
    return caller.administrator || caller.owner == owner;
}

std::optional<std::string_view> first_difference(const TokenFacts& pipe,
                                                 const TokenFacts& process) {
    if (pipe.user != process.user) {
        return "user";
    }
    if (pipe.windows_session != process.windows_session) {
        return "windowsSession";
    }
    if (pipe.logon_id != process.logon_id) {
        return "logonId";
    }
    if (pipe.integrity != process.integrity) {
        return "integrity";
    }
    if (pipe.elevation_type != process.elevation_type) {
        return "elevationType";
    }
    if (pipe.app_container != process.app_container) {
        return "appContainer";
    }
    if (pipe.restricted_sids != process.restricted_sids) {
        return "restrictedSids";
    }
    return std::nullopt;
}

Caller make_caller(const TokenFacts& facts, ProcessKey process, std::string program) {
    return Caller{
        process, {facts.user, facts.windows_session}, facts.administrator, std::move(program)};
}

}  // namespace rmb::core
