#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Who serves the pipe, and whether that is the broker. Facts are collected by PipeApi
/// (client/lib/pipe_dialer.hpp); what follows from them is decided here, without the OS.
namespace rmb::client {

/// Only administrators can create pipes below it.
inline constexpr std::string_view kProtectedPrefix = R"(\\.\pipe\ProtectedPrefix\Administrators\)";
inline constexpr std::string_view kDefaultPipeName =
    R"(\\.\pipe\ProtectedPrefix\Administrators\RmBroker)";
inline constexpr std::string_view kSystemSid = "S-1-5-18";
inline constexpr std::string_view kAdministratorsSid = "S-1-5-32-544";

/// What SCM says of the service.
struct ServiceFacts {
    enum class Answer {
        known,          // state and pid are valid
        not_installed,  // SCM said 1060
        denied,         // the caller may not ask
        failed,         // SCM could not be asked
        none,           // this platform has no SCM
    };
    Answer answer = Answer::none;
    std::uint32_t error = 0;  // Win32, where answer is denied or failed
    std::uint32_t state = 0;  // SERVICE_RUNNING (4), ...
    std::uint32_t pid = 0;    // 0 while it is stopped

    bool operator==(const ServiceFacts&) const = default;
};

/// What the operating system says of the other end of an open pipe; nullopt: it does not say.
struct PipeFacts {
    std::optional<std::string> owner_sid;
    std::optional<std::uint32_t> server_pid;

    bool operator==(const PipeFacts&) const = default;
};

enum class Verdict {
    genuine,
    name_not_protected,  // anybody could have made a pipe of that name
    owner_unknown,
    wrong_owner,
    process_unknown,
    wrong_process,  // not the process that SCM names; so it looks for a moment at every restart
};
[[nodiscard]] std::string_view to_string(Verdict verdict);

enum class Trust {
    service_only,
    /// For developers, by policy: `rmbroker console` is not SCM's process and is owned by
    /// Administrators. It is still below the protected prefix.
    console_too,
};

/// The rules of DESIGN 6: protected prefix, owner SYSTEM, SCM's process. Where SCM does not answer
/// the caller, owner and prefix must do.
[[nodiscard]] Verdict verify_server(std::string_view pipe_name, const PipeFacts& pipe,
                                    const ServiceFacts& service, Trust trust);

/// What Dialer::inspect() saw.
struct ServerReport {
    enum class Pipe { open, busy, missing, denied, failed };

    std::string name;  // of the pipe, or path of the socket
    ServiceFacts service;
    Pipe pipe = Pipe::missing;
    std::uint32_t pipe_error = 0;    // Win32 or errno, unless open
    PipeFacts facts;                 // where the pipe is open
    std::optional<Verdict> verdict;  // where the pipe is open
};
[[nodiscard]] std::string_view to_string(ServerReport::Pipe state);

}  // namespace rmb::client
