#pragma once

#include "core/identity.hpp"
#include "proto/error.hpp"
#include "windows/token_api.hpp"

namespace rmb::win {

/// What stands in restricted_sids when the system does not know that question (Wine 8 answers
/// ERROR_INVALID_FUNCTION): equal in two tokens that both gave no answer, and to nothing else.
inline constexpr std::string_view kRestrictionsUnknown = "unknown";

/// Reads the fields that make an identity; only queries the token. An answer that is not of the
/// documented form is an error too.
[[nodiscard]] proto::result<core::TokenFacts> read_token_facts(TokenApi& api, HANDLE token);

}  // namespace rmb::win
