#include "client/ctl/command_line.hpp"
#include "client/ctl/commands.hpp"
#include "client/ctl/environment.hpp"
#include "client/ctl/platform.hpp"

#ifdef _WIN32
#include "client/lib/windows_text.hpp"
#endif

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

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
        case Command::locks:
            return run_locks(environment);
        case Command::session:
            return run_session(environment);
        case Command::ledger:
            return run_ledger(environment);
        case Command::restart:
            return run_restart(environment);
        case Command::free:
            return run_free(environment);
    }
    return ExitCode::usage;
}

#ifdef _WIN32
std::string utf8_of(const wchar_t* word) {
    auto utf8 = rmb::client::to_utf8(word);
    if (!utf8) {
        throw std::runtime_error("an argument is not well-formed UTF-16");
    }
    return *std::move(utf8);
}
#else
std::string utf8_of(const char* word) {
    return word;
}
#endif

template <class Char>
int run_main(int argc, Char** argv) {
    try {
        use_binary_streams();
        std::vector<std::string> words;
        for (int i = 1; i < argc; ++i) {
            words.push_back(utf8_of(argv[i]));
        }
        const auto parsed = parse_command_line(std::move(words));
        const auto* options = std::get_if<Options>(&parsed);
        return static_cast<int>(options != nullptr ? run(*options) : std::get<ExitCode>(parsed));
    } catch (const std::exception& failure) {
        write_stream(Stream::error, "rmbctl: " + std::string{failure.what()} + "\n");
        return static_cast<int>(ExitCode::failed);
    }
}

}  // namespace

#ifdef _WIN32
// The narrow one has its arguments in a code page, which is UTF-8 only where the manifest's word
// for it is known (Windows 10 1903), and in which not every path can be spelt.
int wmain(int argc, wchar_t** argv) {
    return run_main(argc, argv);
}
#else
int main(int argc, char** argv) {
    return run_main(argc, argv);
}
#endif
