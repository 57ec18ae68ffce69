#pragma once

#include "client/ctl/exit_codes.hpp"
#include "client/lib/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace rmb::ctl {

enum class Command {
    status,
    sessions,
    ping,
    discover,
    raw,
    bridge,
    end,
    doctor,
    watch,
    locks,
    session,
    ledger,
    restart,
    free
};

/// A command line that makes sense.
struct Options {
    Command command = Command::status;
    bool json = false;
    std::string socket;  // Linux only
    client::Milliseconds connect_timeout{2'000};
    std::uint32_t pings = 4;
    std::optional<std::uint32_t> events;  // watch: how many, without a value for ever
    std::optional<std::string> message;   // raw: without a value it comes on stdin
    std::string hash;                     // end, session, restart
    std::vector<std::string> paths;       // locks, free: as they were typed
    bool recursive = false;               // locks
    bool yes = false;                     // free: do it
    bool force = false;                   // free: end what does not end by itself
};

/// `words` are UTF-8, without the program's name. Help, version and complaints are printed here;
/// then what is left is the exit code.
[[nodiscard]] std::variant<Options, ExitCode> parse_command_line(std::vector<std::string> words);

}  // namespace rmb::ctl
