#include "client/ctl/command_line.hpp"
#include "client/ctl/commands.hpp"
#include "client/ctl/environment.hpp"
#include "client/ctl/platform.hpp"

#include <exception>
#include <string>
#include <variant>

namespace {

using namespace rmb::ctl;

ExitCode run(const Options& options) {
    Environment environment{options};
    switch (options.command) {
        case Command::status:
            return run_status(environment);
        case Command::sessions:
            return run_sessions(environment);
        case Command::ping:
            return run_ping(environment);
        case Command::discover:
            return run_discover(environment);
        case Command::raw:
            return run_raw(environment);
        case Command::bridge:
            return run_bridge(environment);
        case Command::end:
            return run_end(environment);
        case Command::doctor:
            return run_doctor(environment);
        case Command::watch:
            return run_watch(environment);
    }
    return ExitCode::usage;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        use_binary_streams();
        const auto parsed = parse_command_line(argc, argv);
        const auto* options = std::get_if<Options>(&parsed);
        return static_cast<int>(options != nullptr ? run(*options) : std::get<ExitCode>(parsed));
    } catch (const std::exception& failure) {
        write_stream(Stream::error, "rmbctl: " + std::string{failure.what()} + "\n");
        return static_cast<int>(ExitCode::failed);
    }
}
