#pragma once

#include <string>
#include <string_view>

/// The pipe's name and who may do what with it: DESIGN 6. Text only; the access check in
/// tests/support evaluates it for each kind of caller.
namespace rmb::core {

inline constexpr std::string_view kPipeRoot = R"(\\.\pipe\)";
/// Only administrators can create names below this prefix, so no user can pose as the broker.
inline constexpr std::string_view kPipePrefix = R"(\\.\pipe\ProtectedPrefix\Administrators\)";
inline constexpr std::string_view kPipeName = R"(\\.\pipe\ProtectedPrefix\Administrators\RmBroker)";

// Stated, for the default owner of what a SYSTEM token creates is Administrators. Clients check the
// owner before they send anything.
inline constexpr std::string_view kServiceOwner =
    "O:SY"
    "G:SY";
/// Of a broker in an administrator's terminal, who may not give away ownership. Clients accept it
/// only where policy AcceptConsoleBroker says so.
inline constexpr std::string_view kConsoleOwner =
    "O:BA"
    "G:BA";

inline constexpr std::string_view kPipeAccess =
    // Protected: nothing is inherited.
    "D:P"
    "(A;;FA;;;SY)"
    // Administrators can do to the service whatever they like, with or without this.
    "(A;;FA;;;BA)"
    // Authenticated users: FILE_GENERIC_READ | FILE_WRITE_DATA | FILE_WRITE_ATTRIBUTES |
    // SYNCHRONIZE. READ_CONTROL is in it, so that the owner can be read; FILE_CREATE_PIPE_INSTANCE
    // (4, the bit of FILE_APPEND_DATA, and so part of GENERIC_WRITE) is not. No deny ACE on
    // NETWORK: who is logged on over SSH or WinRM carries that SID and is a local caller; SMB is
    // refused by PIPE_REJECT_REMOTE_CLIENTS. No ACE for AppContainers: they have no business here.
    "(A;;0x12018B;;;AU)"
    // Medium label, no write-up: a process of low integrity cannot send.
    "S:(ML;;NW;;;ME)";

/// The whole descriptor.
[[nodiscard]] inline std::string pipe_sddl(std::string_view owner) {
    return std::string{owner} + std::string{kPipeAccess};
}

/// Names of helpers' pipes begin so, and end at random.
inline constexpr std::string_view kHelperPipe =
    R"(\\.\pipe\ProtectedPrefix\Administrators\RmBrokerHelper-)";

/// Of the pipe to a helper that runs as `user` (SID): what clients may do with the broker's own,
/// for this user alone, and from below medium integrity not even reading.
[[nodiscard]] inline std::string helper_pipe_sddl(std::string_view user) {
    return "D:P"
           "(A;;FA;;;SY)"
           "(A;;0x12018B;;;" +
           std::string{user} +
           ")"
           "S:(ML;;NWNR;;;ME)";
}

}  // namespace rmb::core
