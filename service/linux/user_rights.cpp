#include "linux/user_rights.hpp"

#include <grp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace rmb::os_linux {
namespace {

constexpr long kUnchanged = -1;

// In the kernel credentials belong to a thread; the C library's functions of these names would
// change those of all threads. Only the effective ids change: the others let the thread go back,
// and keep the user from sending it signals or tracing it.
//
// Not setfsuid(2): it leaves CAP_SYS_PTRACE, with which every process may be looked into, and
// CAP_SETGID. An effective user other than root empties the effective capabilities, root's return
// fills them again.
bool become_user(uid_t user) {
    return syscall(SYS_setresuid, kUnchanged, user, kUnchanged) == 0 && geteuid() == user;
}

bool become_group(gid_t group) {
    return syscall(SYS_setresgid, kUnchanged, group, kUnchanged) == 0 && getegid() == group;
}

bool join_groups(const std::vector<gid_t>& groups) {
    return syscall(SYS_setgroups, groups.size(), groups.data()) == 0;
}

std::vector<gid_t> current_groups() {
    std::vector<gid_t> groups(static_cast<std::size_t>(std::max(getgroups(0, nullptr), 0)));
    groups.resize(static_cast<std::size_t>(
        std::max(getgroups(static_cast<int>(groups.size()), groups.data()), 0)));
    return groups;
}

/// The thread has the user's rights for as long as this lives.
class AssumedUser final : public core::Registration {
public:
    /// Whatever of it failed, the destructor goes back to where the thread was.
    [[nodiscard]] bool assume(uid_t user, gid_t group) {
        return join_groups({}) && become_group(group) && become_user(user);
    }

    ~AssumedUser() override {
        // A thread that stays somebody else, or was never the one, must not go on.
        if (std::this_thread::get_id() != thread_ || !become_user(user_) || !become_group(group_) ||
            (current_groups() != groups_ && !join_groups(groups_))) {
            std::abort();
        }
    }

private:
    std::thread::id thread_ = std::this_thread::get_id();
    uid_t user_ = geteuid();
    gid_t group_ = getegid();
    std::vector<gid_t> groups_ = current_groups();
};

}  // namespace

core::result<core::RegistrationPtr> UserRights::assume() const {
    if (geteuid() == user_) {
        return std::make_unique<core::Registration>();
    }
    if (geteuid() != 0) {
        return core::Error{core::Code::access_denied,
                           "only root can act as user " + std::to_string(user_)};
    }
    auto assumed = std::make_unique<AssumedUser>();
    if (!assumed->assume(user_, group_)) {
        const auto why = std::generic_category().message(errno);
        return core::Error{core::Code::access_denied,
                           "cannot act as user " + std::to_string(user_) + ": " + why};
    }
    return core::RegistrationPtr{std::move(assumed)};
}

}  // namespace rmb::os_linux
