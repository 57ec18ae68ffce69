#pragma once

#include "client/ctl/exit_codes.hpp"
#include "client/lib/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace rmb::ctl {

enum class Command { status, sessions, ping, discover, raw, bridge, end, doctor, watch };

/// A command line that makes sense.
struct Options {
    Command command = Command::status;
    bool json = false;
    std::string socket;  // Linux only
    client::Milliseconds connect_timeout{2'000};
    std::uint32_t pings = 4;
    std::optional<std::uint32_t> events;  // watch: how many, without a value for ever
    std::optional<std::string> message;   // raw: without a value it comes on stdin
    std::string hash;                     // end
};

/// Help, version and complaints are printed here; then what is left is the exit code.
[[nodiscard]] std::variant<Options, ExitCode> parse_command_line(int argc, const char* const* argv);

}  // namespace rmb::ctl
