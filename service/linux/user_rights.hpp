#pragma once

#include "core/rights.hpp"

#include <sys/types.h>

namespace rmb::os_linux {

/// A user's rights, with his one group and without his supplementary ones: less than he has.
/// Where the host itself runs as the user, the thread has these rights already; only root can take
/// on another user's.
class UserRights final : public core::Rights {
public:
    UserRights(uid_t user, gid_t group) : user_(user), group_(group) {}

    [[nodiscard]] core::result<core::RegistrationPtr> assume() const override;

private:
    uid_t user_;
    gid_t group_;
};

}  // namespace rmb::os_linux
