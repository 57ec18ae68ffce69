#pragma once

#include "core/rights.hpp"
#include "windows/token_api.hpp"

namespace rmb::win {

/// A caller's own token, for acts in his name. Where the service lacks the privilege to impersonate
/// the system lowers what the thread may do to identifying, and every open fails.
class CallerRights final : public core::Rights {
public:
    /// `token` is an impersonation token; `api` must outlive this.
    CallerRights(TokenApi& api, SeamHandle token) : api_{api}, token_{std::move(token)} {}

    core::result<core::RegistrationPtr> assume() const override;

    /// For a copy that a helper is started with; borrowed.
    [[nodiscard]] HANDLE token() const {
        return token_.get();
    }

private:
    TokenApi& api_;
    SeamHandle token_;
};

}  // namespace rmb::win
