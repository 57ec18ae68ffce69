#include "core/pipe_security.hpp"
#include "proto/service_setup.hpp"
#include "proto/version.hpp"
#include "rpc/host.hpp"
#include "windows/control/windows_control.hpp"
#include "windows/hardening.hpp"
#include "windows/helper/helper_directory.hpp"
#include "windows/helper/helper_main.hpp"
#include "windows/install.hpp"
#include "windows/log.hpp"
#include "windows/own_helpers.hpp"
#include "windows/pipe_listener.hpp"
#include "windows/process_watch.hpp"
#include "windows/registry_settings.hpp"
#include "windows/registry_store.hpp"
#include "windows/service_main.hpp"
#include "windows/system/windows_system.hpp"
#include "windows/system_random.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace rmb;

/// Policy over Parameters over defaults.
struct Settings {
    win::RegistrySettings policy{win::kPolicyKey, "policy"};
    win::RegistrySettings parameters{win::parameters_key(proto::kServiceName), "Parameters"};

    [[nodiscard]] std::vector<const core::SettingsSource*> sources() const {
        return {&policy, &parameters};
    }
};

/// One broker: every adapter it needs, and the host that stands between them.
class BrokerProgram final : public win::Program {
public:
    BrokerProgram(boost::asio::io_context& loop, const Settings& settings, spdlog::logger& log,
                  std::unique_ptr<win::RegistryStore> store,
                  std::unique_ptr<win::PipeListener> listener)
        : store_{std::move(store)},
          watch_{loop},
          listener_{std::move(listener)},
          host_{loop,
                {.store = *store_,
                 .processes = watch_,
                 .random = random_,
                 .system = system_,
                 .control = control_,
                 .agents = helpers_,
                 .listener = *listener_,
                 .log = log,
                 .settings = settings.sources(),
                 .pid = GetCurrentProcessId()}} {}

    core::result<void> start(std::function<void(const core::Error&)> failed) override {
        return host_.start(std::move(failed));
    }
    void stop(std::chrono::milliseconds grace, std::function<void()> stopped) override {
        host_.stop(grace, std::move(stopped));
    }
    void reload() override {
        host_.reload();
    }
    void logged_off(std::uint32_t windows_session) override {
        host_.logged_off(windows_session);
    }

private:
    std::unique_ptr<win::RegistryStore> store_;
    win::ProcessWatch watch_;
    win::SystemRandom random_;
    win::OwnHelpers own_helpers_;
    win::WindowsSystem system_{own_helpers_};
    win::WindowsControl control_;
    win::HelperDirectory helpers_{own_helpers_};
    std::unique_ptr<win::PipeListener> listener_;
    rpc::Host host_;
};

/// Where a broker listens and keeps its state.
struct Place {
    std::string pipe;
    std::string_view pipe_owner;
    std::string state_key;
};

core::result<std::unique_ptr<win::Program>> make_broker(boost::asio::io_context& loop,
                                                        const Place& place,
                                                        const Settings& settings,
                                                        spdlog::logger& log) {
    // The pipe first: who owns its name owns the state.
    win::PipeListener::Options options;
    options.name = place.pipe;
    options.sddl = core::pipe_sddl(place.pipe_owner);
    auto listener = win::PipeListener::open(loop, options, log);
    if (listener.has_error()) {
        return listener.error();
    }
    auto store = win::RegistryStore::open(place.state_key);
    if (store.has_error()) {
        return store.error();
    }
    return std::unique_ptr<win::Program>{std::make_unique<BrokerProgram>(
        loop, settings, log, std::move(*store), std::move(*listener))};
}

/// `log` stays with the process: what ends it is still logged.
std::unique_ptr<win::ProgramRunner> make_runner(win::StatusSink& sink, const Place& place,
                                                const Settings& settings, spdlog::logger& log) {
    win::log_terminate(log);
    log.info("event=starting version={} pipe={}", proto::kVersion, place.pipe);
    return std::make_unique<win::ProgramRunner>(
        [place, &settings, &log](boost::asio::io_context& loop) {
            return make_broker(loop, place, settings, log);
        },
        sink, log, win::end_process_now);
}

core::Config load_log_config(const Settings& settings) {
    return core::load_config(settings.sources()).config;
}

int run_service() {
    const Settings settings;
    const Place place{std::string{core::kPipeName}, core::kServiceOwner,
                      win::service_state_key(proto::kServiceName)};
    // Lives as long as the process, for what may be logged at its very end.
    static std::shared_ptr<spdlog::logger> log;
    const auto code = win::run_under_scm(proto::kServiceName, [&](win::StatusSink& sink) {
        log = win::make_service_log(load_log_config(settings));
        return make_runner(sink, place, settings, *log);
    });
    if (code == ERROR_FAILED_SERVICE_CONTROLLER_CONNECT) {
        std::fputs(
            "rmbroker.exe runs as a service. Try: rmbroker.exe install, "
            "rmbroker.exe console, rmbroker.exe --help\n",
            stderr);
    }
    return code;
}

int run_console(const std::string& pipe) {
    const Settings settings;
    Place place;
    place.pipe = pipe.starts_with(core::kPipeRoot) ? pipe : std::string{core::kPipeRoot} + pipe;
    place.pipe_owner = core::kConsoleOwner;
    place.state_key = win::console_state_key(place.pipe.substr(core::kPipeRoot.size()));
    static const auto log = win::make_console_log(load_log_config(settings));
    return win::run_in_console(
        [&](win::StatusSink& sink) { return make_runner(sink, place, settings, *log); });
}

/// Commands that the service and its helper start this program with; nobody else has a use for
/// them.
class HelperCommands {
public:
    explicit HelperCommands(CLI::App& app)
        : helper_{app.add_subcommand("helper", "Act on a desktop, as the service says.")},
          console_{app.add_subcommand("helper-console", "Attach to consoles.")} {
        // Without a group they are not in the help.
        helper_->group("");
        helper_->add_option("pipe", pipe_, "Name of its pipe")->required();
        helper_->add_option("idle", idle_, "Milliseconds without work until it ends")->required();
        console_->group("");
        console_->add_option("act", act_, "list or interrupt")->required();
        console_->add_option("pids", pids_, "Process ids")->required();
    }
    HelperCommands(const HelperCommands&) = delete;
    HelperCommands& operator=(const HelperCommands&) = delete;

    [[nodiscard]] bool is_given() const {
        return *helper_ || *console_;
    }
    [[nodiscard]] int run() const {
        return *helper_ ? win::run_helper(pipe_, std::chrono::milliseconds{idle_})
                        : win::run_console_child(act_, pids_);
    }

private:
    CLI::App* helper_;
    CLI::App* console_;
    std::string pipe_;
    std::uint32_t idle_ = 0;
    std::string act_;
    std::vector<std::uint32_t> pids_;
};

}  // namespace

int main(int argc, char** argv) {
    win::harden_process();
    CLI::App app{
        "Restart Manager session broker. Without a command it is the service itself, "
        "to be started by the Service Control Manager."};
    app.set_version_flag("--version", std::string{proto::kVersion});
    app.require_subcommand(0, 1);

    auto* console = app.add_subcommand("console", "Run in this terminal until Ctrl-C.");
    std::string pipe{core::kPipeName};
    console->add_option("--pipe", pipe, "Name of the pipe")->capture_default_str();
    auto* install =
        app.add_subcommand("install", "Create the service, or bring an installed one up to date.");
    auto* uninstall = app.add_subcommand("uninstall", "Stop the service and delete it.");
    const HelperCommands helper{app};
    CLI11_PARSE(app, argc, argv);

    if (helper.is_given()) {
        return helper.run();
    }
    if (*install) {
        return win::print_steps(win::install_service());
    }
    if (*uninstall) {
        return win::print_steps(win::uninstall_service());
    }
    return *console ? run_console(pipe) : run_service();
}
