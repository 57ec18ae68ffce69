#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

/// How this system's users look to the broker.
namespace rmb::os_linux {

/// Everybody is in the same one.
inline constexpr std::uint32_t kWindowsSession = 1;

/// As Samba has it.
inline std::string sid_of(uid_t user) {
    return "S-1-22-1-" + std::to_string(user);
}

}  // namespace rmb::os_linux
