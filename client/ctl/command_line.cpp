#include "client/ctl/command_line.hpp"

#include "proto/limits.hpp"
#include "proto/version.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <iostream>
#include <string_view>
#include <utility>

namespace rmb::ctl {
namespace {

constexpr auto kFooter =
    "Exit codes:\n"
    "  0  done\n"
    "  1  the service refused the call or could not carry out all of it\n"
    "  2  the command line is wrong; nothing was done\n"
    "  3  the service is not installed, not running, or not to be reached\n"
    "  4  doctor found problems\n"
    "Results go to stdout, errors to stderr with the code's number and name. "
    "See docs/rmbctl.md.";

constexpr std::uint32_t kLongestConnectTimeout = 600'000;
constexpr std::uint32_t kMostPings = 1'000'000;
constexpr std::uint32_t kMostEvents = 1'000'000'000;

/// Without the range in the help, where it hides the rest.
CLI::Validator between(std::uint32_t least, std::uint32_t most) {
    return CLI::Validator{CLI::Range(least, most)}.description("");
}

/// CLI11 says only that a command is missing where there is one that it does not know.
std::string complaint(const CLI::App* app, const CLI::Error& error) {
    const auto unknown = app->remaining();
    const auto what = unknown.empty() || error.get_name() != "RequiredError"
                          ? std::string{error.what()}
                          : "there is no command '" + unknown.front() + "'";
    return "rmbctl: " + what + "\n'rmbctl --help' tells the commands and options.\n";
}

void add_global_options(CLI::App& app, Options& options, std::uint32_t& timeout) {
    app.add_flag("--json", options.json, "One JSON document on stdout instead of tables");
    app.add_option("--connect-timeout", timeout,
                   "Milliseconds to wait for a service that is starting")
        ->capture_default_str()
        ->type_name("MS")
        ->check(between(0, kLongestConnectTimeout));
#ifndef _WIN32
    app.add_option("--socket", options.socket, "Path of the socket of rmb-testhost")
        ->required()
        ->type_name("PATH");
#endif
}

CLI::App* add_command(CLI::App& app, Options& options, Command command, const char* name,
                      const char* what) {
    auto* added = app.add_subcommand(name, what);
    added->callback([&options, command] { options.command = command; });
    return added;
}

constexpr std::array<std::string_view, 2> kWithPaths{"locks", "free"};

void add_paths(CLI::App& command, Options& options, const char* what) {
    // Else "/folder" would be an option on Windows.
    command.allow_windows_style_options(false);
    command.add_option("path", options.paths, what)->required()->type_name("PATH");
}

void add_path_commands(CLI::App& app, Options& options) {
    auto* locks = add_command(app, options, Command::locks, "locks",
                              "Which processes hold files and folders, and how");
    add_paths(*locks, options, "Files and folders");
    locks->add_flag("-r,--recursive", options.recursive, "What is below a folder counts too");

    auto* free = add_command(app, options, Command::free, "free",
                             "What would be stopped to free files; with --yes stops it");
    add_paths(*free, options, "Files");
    free->add_flag("-y,--yes", options.yes, "Stop it");
    free->add_flag("-f,--force", options.force, "End what does not end when it is asked");
}

void add_hash(CLI::App& command, Options& options, const char* what) {
    command.add_option("session", options.hash, what)->required()->type_name("HASH");
}

void add_session_commands(CLI::App& app, Options& options) {
    add_hash(
        *add_command(app, options, Command::end, "end", "End a session without its primary's help"),
        options, "Its hash as 'sessions' shows it, or the first digits");
    add_hash(*add_command(app, options, Command::session, "session",
                          "What is registered in a session, and what it stopped"),
             options, "Its hash as 'sessions' shows it, or the first digits");
    add_command(app, options, Command::ledger, "ledger",
                "What sessions stopped and have not started again");
    add_hash(*add_command(app, options, Command::restart, "restart",
                          "Start again what a session stopped that ended before it did so"),
             options, "Its hash as 'ledger' shows it, or the first digits");
}

/// CLI11 takes "[a,b]" for two values wherever an option may have several. That is the name of a
/// file too, and stays one if it begins otherwise.
void keep_brackets(std::vector<std::string>& words) {
    const auto command = std::ranges::find_first_of(words, kWithPaths);
    for (auto word = command; word != words.end(); ++word) {
        if (word->starts_with('[') && word->ends_with(']')) {
            word->insert(0, "./");
        }
    }
}

void add_commands(CLI::App& app, Options& options) {
    add_command(app, options, Command::status, "status",
                "What the service is, counts, and is limited to");
    add_command(app, options, Command::sessions, "sessions",
                "The open sessions: your own, or all for an administrator");
    add_command(app, options, Command::ping, "ping", "How long a call takes")
        ->add_option("-n,--count", options.pings, "How many calls")
        ->capture_default_str()
        ->type_name("N")
        ->check(between(1, kMostPings));
    add_command(app, options, Command::discover, "discover",
                "The service's methods (with --json its OpenRPC document)");
    add_command(app, options, Command::raw, "raw",
                "Send one message as it is, unchecked, and print what is answered")
        ->add_option("message", options.message, "The JSON to send; without it stdin is sent")
        ->type_name("JSON");
    add_command(app, options, Command::bridge, "bridge",
                "Connect stdin and stdout to the service, for JSON-RPC clients");
    add_command(app, options, Command::doctor, "doctor",
                "Check installation, service and state; say what to do about problems");
    add_command(app, options, Command::watch, "watch",
                "Print what becomes of the sessions, until Ctrl-C")
        ->add_option("-n,--count", options.events, "Stop after this many events")
        ->type_name("N")
        ->check(between(1, kMostEvents));
    add_session_commands(app, options);
    add_path_commands(app, options);
}

}  // namespace

std::variant<Options, ExitCode> parse_command_line(std::vector<std::string> words) {
    CLI::App app{"Looks into the Restart Manager session broker of this machine.", "rmbctl"};
    Options options;
    auto timeout = static_cast<std::uint32_t>(options.connect_timeout.count());
    app.set_version_flag("--version", "rmbctl " + std::string{proto::kVersion} + ", protocol " +
                                          std::to_string(proto::kProtocolVersion));
    app.footer(kFooter);
    app.failure_message(complaint);
    app.require_subcommand(1);
    // Global options may stand behind the command too.
    app.fallthrough();
    add_global_options(app, options, timeout);
    add_commands(app, options);
    keep_brackets(words);
    std::ranges::reverse(words);  // as CLI11 takes them
    try {
        app.parse(std::move(words));
    } catch (const CLI::ParseError& said) {
        const int code = app.exit(said, std::cout, std::cerr);
        return code == 0 ? ExitCode::ok : ExitCode::usage;
    }
    options.connect_timeout = client::Milliseconds{timeout};
    return options;
}

}  // namespace rmb::ctl
