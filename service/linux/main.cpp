#include "linux/argument_settings.hpp"
#include "linux/file_store.hpp"
#include "linux/kernel_random.hpp"
#include "linux/no_agents.hpp"
#include "linux/proc_control.hpp"
#include "linux/proc_system.hpp"
#include "linux/processes.hpp"
#include "linux/unix_listener.hpp"
#include "proto/version.hpp"
#include "rpc/host.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;

/// Each connection takes a descriptor, and the usual limit is below ConnectionsTotal.
void allow_all_descriptors() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

struct Arguments {
    std::string socket;
    std::string store;
    std::string settings_file;
    std::vector<std::string> settings;
    std::string log_level = "warn";
};

/// SIGTERM and SIGINT stop, SIGHUP reloads: as the SCM's stop and paramchange do.
void handle_signals(boost::asio::signal_set& signals, rmb::rpc::Host& host,
                    std::function<void()> stopped) {
    signals.async_wait([&signals, &host, stopped = std::move(stopped)](
                           const boost::system::error_code& cancelled, int signal) mutable {
        if (cancelled) {
            return;
        }
        if (signal == SIGHUP) {
            host.reload();
            handle_signals(signals, host, std::move(stopped));
        } else {
            host.stop(2s, std::move(stopped));
        }
    });
}

int serve(const Arguments& arguments) {
    allow_all_descriptors();
    auto log = spdlog::stderr_logger_st("rmb-testhost");
    log->set_level(spdlog::level::from_str(arguments.log_level));

    boost::asio::io_context loop{1};
    rmb::os_linux::FileStore store{arguments.store};
    rmb::os_linux::PidfdWatch processes{loop};
    rmb::os_linux::KernelRandom random;
    rmb::os_linux::ProcSystem system;
    rmb::os_linux::ProcControl control;
    rmb::os_linux::NoAgents agents;
    rmb::os_linux::ArgumentSettings settings{arguments.settings, arguments.settings_file};
    rmb::os_linux::UnixListener listener{loop, arguments.socket};
    rmb::rpc::Host host{loop,
                        {.store = store,
                         .processes = processes,
                         .random = random,
                         .system = system,
                         .control = control,
                         .agents = agents,
                         .listener = listener,
                         .log = *log,
                         .settings = {&settings},
                         .pid = static_cast<std::uint32_t>(getpid())}};
    boost::asio::signal_set signals{loop, SIGTERM, SIGINT, SIGHUP};
    // The watches of the processes that have sessions would keep the loop going.
    const auto end_loop = [&loop] { loop.stop(); };
    handle_signals(signals, host, end_loop);

    int exit_code = 0;
    const auto started = host.start([&](const rmb::core::Error&) {
        exit_code = 1;
        host.stop(2s, end_loop);
    });
    if (!started) {
        std::cerr << "rmb-testhost: " << started.error().message << "\n";
        return 1;
    }
    // Who starts the host waits for this line instead of guessing when the socket is there.
    std::cout << "ready " << arguments.socket << std::endl;
    loop.run();
    return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"The broker's core and rpc over a unix socket: a host for tests, not a product."};
    Arguments arguments;
    app.add_option("--socket", arguments.socket, "path of the socket to listen on")->required();
    app.add_option("--store", arguments.store,
                   "folder for the state that survives a crash; default: <socket>.state");
    app.add_option("--set", arguments.settings, "a setting as NAME=VALUE; may be repeated");
    app.add_option("--settings-file", arguments.settings_file,
                   "more settings, one NAME=VALUE a line; read again at SIGHUP");
    app.add_option("--log-level", arguments.log_level, "trace, debug, info, warn or error");
    app.set_version_flag("--version", std::string{rmb::proto::kVersion});
    CLI11_PARSE(app, argc, argv);
    if (arguments.store.empty()) {
        arguments.store = arguments.socket + ".state";
    }
    try {
        return serve(arguments);
    } catch (const std::exception& failure) {
        std::cerr << "rmb-testhost: " << failure.what() << "\n";
        return 1;
    }
}
