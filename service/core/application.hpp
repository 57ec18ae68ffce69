#pragma once

#include "core/identity.hpp"

#include <cstdint>
#include <string>

/// Restart Manager's words for what a session affects (reference: RM_APP_TYPE, RM_APP_STATUS,
/// RM_REBOOT_REASON); the values travel to the caller as they are.
namespace rmb::core {

enum class AppType : std::uint32_t {
    unknown = 0,
    main_window = 1,
    other_window = 2,
    service = 3,
    explorer = 4,
    console = 5,
    critical = 1'000
};

/// Bits that add up over the life of a session.
namespace app_status {
inline constexpr std::uint32_t kRunning = 0x1;
inline constexpr std::uint32_t kStopped = 0x2;
inline constexpr std::uint32_t kStoppedOther = 0x4;
inline constexpr std::uint32_t kRestarted = 0x8;
inline constexpr std::uint32_t kErrorOnStop = 0x10;
inline constexpr std::uint32_t kErrorOnRestart = 0x20;
inline constexpr std::uint32_t kShutdownMasked = 0x40;
inline constexpr std::uint32_t kRestartMasked = 0x80;
}  // namespace app_status

/// Bits: why stopping programs would not do.
namespace reboot_reason {
inline constexpr std::uint32_t kNone = 0;
inline constexpr std::uint32_t kPermissionDenied = 0x1;
inline constexpr std::uint32_t kSessionMismatch = 0x2;
inline constexpr std::uint32_t kCriticalProcess = 0x4;
inline constexpr std::uint32_t kCriticalService = 0x8;
inline constexpr std::uint32_t kDetectedSelf = 0x10;
}  // namespace reboot_reason

/// RM_INVALID_TS_SESSION.
inline constexpr std::uint32_t kNoWindowsSession = 0xFFFF'FFFF;

/// A program or service that a session affects.
struct Application {
    ProcessKey process;   // of a service: its host's
    std::string program;  // full path, or the bare name where the path cannot be read
    std::string user;     // SID, empty where it cannot be read
    std::uint32_t windows_session = kNoWindowsSession;
    std::string name;     // for people: display name, friendly name, or the program's file name
    std::string service;  // short name; of a service only
    AppType type = AppType::unknown;
    bool is_restartable = false;
    std::uint32_t status = 0;  // app_status bits

    bool operator==(const Application&) const = default;
};

/// Whether both are the same program: a service by its name, another by its process.
[[nodiscard]] inline bool same_application(const Application& one, const Application& other) {
    return one.service.empty() && other.service.empty() ? one.process == other.process
                                                        : one.service == other.service;
}

}  // namespace rmb::core
