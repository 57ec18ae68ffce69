#pragma once

#include "engine/control.hpp"
#include "engine/session_agent.hpp"
#include "support/fake_system.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rmb::test {

/// How a program of the fake machine behaves. All end when they are terminated.
enum class Kind {
    gui,       // agrees, and leaves when it is told to end
    closing,   // agrees, and leaves at WM_CLOSE only
    vetoing,   // refuses to end; leaves when it is told all the same
    deaf,      // answers nothing
    staying,   // agrees and stays
    tray,      // as gui, with no visible window
    console,   // leaves at Ctrl-C
    stubborn,  // a console program that ignores Ctrl-C
    faceless,  // has neither windows nor console
    explorer,  // as gui, and is the shell
    host       // of services
};

struct FakeProgram {
    core::ProcessKey key;
    Kind kind = Kind::gui;
    std::string program;
    std::string command_line;
    std::string user;
    std::uint32_t windows_session = 1;
    std::vector<std::uint32_t> console = {};  // all that are attached to its console
    /// What it registers for restart while it is asked to end.
    std::optional<engine::RestartRegistration> registers_when_asked = {};
    engine::Milliseconds leaves_after{0};  // it was told so that it leaves
    std::optional<engine::Milliseconds> ends_at = {};
    bool is_suspended = false;  // created, and not let run yet
    bool has_ended = false;
};

struct FakeService {
    core::ProcessKey host;
    std::vector<std::string> dependents;  // all, in the order in which they are to be stopped
    bool is_running = true;
    bool is_stubborn = false;                           // takes the order to stop, and does not
    bool outlives_host = false;                         // is said to run when its process has ended
    engine::Milliseconds host_stays{0};                 // its process, when it has stopped
    std::optional<engine::Milliseconds> stops_at = {};  // told to; cannot be started before
};

/// Programs and services which end when they are told so in the way that they heed, and then are
/// gone from what FakeSystem shows. Time passes only where something is waited for. What is called
/// is written down in order. One thread.
class FakePrograms {
public:
    struct Call {
        std::string what;  // "ask 10,11", "terminate 10", "stop spooler", "create /bin/10"
        bool assumed;      // the caller's rights were

        bool operator==(const Call&) const = default;
    };

    FakePrograms() : rights(std::make_shared<FakeRights>()), system(rights) {
        system.file(kFile);
    }
    FakePrograms(const FakePrograms&) = delete;
    FakePrograms& operator=(const FakePrograms&) = delete;

    /// A program that holds kFile, registered for restart unless changed.
    FakeProgram& run(Kind kind, std::uint32_t pid, const std::string& file = kFile) {
        if (!system.nodes().contains(file)) {
            system.file(file);
        }
        const auto at = system.run(pid);
        auto& process = system.snapshot.processes[at];
        process.windows_session = kind == Kind::host ? 0 : 1;
        process.user = kind == Kind::host ? "S-1-5-18" : kUser;
        system.hold(at, file);
        auto& made = programs[process.key];
        made = {.key = process.key,
                .kind = kind,
                .program = process.program,
                .command_line = process.program + " as it was typed",
                .user = process.user,
                .windows_session = process.windows_session};
        if (is_console(kind)) {
            made.console = {pid};
        }
        auto& details = system.details_of[made.key];
        details.is_console = is_console(kind);
        details.command_line = made.command_line;
        details.directory = "/home/" + std::to_string(pid);
        if (kind != Kind::host) {
            details.restart = engine::RestartRegistration{"/again", 0};
        }
        return made;
    }
    /// A service that holds kFile in a process of its own, or in that of another service.
    FakeService& run_service(const std::string& name, std::uint32_t pid,
                             std::vector<std::string> dependents = {},
                             const std::string& file = kFile) {
        if (!programs.contains({pid, kStartTime})) {
            run(Kind::host, pid, file);
        }
        auto& made = services[name];
        made.host = {pid, kStartTime};
        made.dependents = std::move(dependents);
        made.is_running = true;
        show_services();
        return made;
    }
    /// Puts the program into another Windows session, as another user.
    void move(FakeProgram& program, std::uint32_t windows_session, const std::string& user) {
        program.windows_session = windows_session;
        program.user = user;
        for (auto& process : system.snapshot.processes) {
            if (process.key == program.key) {
                process.windows_session = windows_session;
                process.user = user;
            }
        }
    }
    void attach_to_one_console(const std::vector<std::uint32_t>& pids) {
        for (const auto pid : pids) {
            program(pid).console = pids;
        }
    }
    [[nodiscard]] FakeProgram& program(std::uint32_t pid) {
        return programs.at({pid, kStartTime});
    }
    [[nodiscard]] engine::ProcessDetails& details(std::uint32_t pid) {
        return system.details_of[{pid, kStartTime}];
    }
    [[nodiscard]] bool runs(std::uint32_t pid) const {
        return is_alive({pid, kStartTime});
    }
    [[nodiscard]] bool service_runs(const std::string& name) const {
        const auto found = services.find(name);
        return found != services.end() && found->second.is_running;
    }

    /// The process is gone, and so are the services in it.
    void end(const core::ProcessKey& process) {
        const auto found = programs.find(process);
        if (found == programs.end() || found->second.has_ended) {
            return;
        }
        found->second.has_ended = true;
        system.end(process);
        for (auto& [name, service] : services) {
            service.is_running =
                service.is_running && (service.host != process || service.outlives_host);
        }
        show_services();
    }
    /// The service dies, and the helpers with it: what they had created and not let run ends,
    /// unless the next life of the service is there first.
    void service_dies(bool next_is_there_first) {
        if (!next_is_there_first) {
            helpers_are_gone();
        }
    }
    void helpers_are_gone() {
        for (auto& [key, one] : programs) {
            one.has_ended = one.has_ended || one.is_suspended;
        }
    }

    /// All that was done to programs and services, in order; without looking and waiting.
    [[nodiscard]] std::vector<std::string> acts() const {
        static const std::set<std::string, std::less<>> kLooks{
            "look", "wait", "dependents", "await", "limit", "acting", "starting"};
        std::vector<std::string> acts;
        for (const auto& call : calls) {
            if (!kLooks.contains(call.what.substr(0, call.what.find(' ')))) {
                acts.push_back(call.what);
            }
        }
        return acts;
    }
    [[nodiscard]] std::size_t count(std::string_view act) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            calls, [&](const Call& call) { return std::string_view{call.what}.starts_with(act); }));
    }

    static inline const std::string kFile = "/app/used";
    static inline const std::string kUser = "S-1-5-21-1-2-3-1001";
    static constexpr std::uint64_t kStartTime = 1'000;

    engine::Milliseconds hang_limit{engine::kApplicationLimit};
    std::shared_ptr<FakeRights> rights;
    FakeSystem system;
    std::map<core::ProcessKey, FakeProgram> programs;
    std::map<std::string, FakeService> services;
    /// Who is logged on where.
    std::map<std::uint32_t, std::string> logged_on{{1, kUser}, {2, kUser}};
    engine::Milliseconds now{0};

    std::vector<Call> calls;
    /// Runs within each call, after it was written down.
    std::function<void(const Call&)> on_call;
    /// Refusals, by the whole call or by its first word.
    std::map<std::string, core::Error> refused;
    /// How often each command line was let run.
    std::map<std::string, int> starts;

    // What the ports make of it.

    [[nodiscard]] static bool is_console(Kind kind) {
        return kind == Kind::console || kind == Kind::stubborn;
    }
    [[nodiscard]] static bool has_window(Kind kind) {
        return !is_console(kind) && kind != Kind::faceless && kind != Kind::host;
    }

    [[nodiscard]] bool is_alive(const core::ProcessKey& process) const {
        const auto found = programs.find(process);
        return found != programs.end() && !found->second.has_ended;
    }
    /// Null where it has ended.
    [[nodiscard]] FakeProgram* alive(const core::ProcessKey& process) {
        return is_alive(process) ? &programs.at(process) : nullptr;
    }
    void leave(FakeProgram& program) {
        if (!program.ends_at) {
            program.ends_at = now + program.leaves_after;
        }
        settle();
    }
    /// Time passes until `done` or for `limit`, from event to event.
    void pass(engine::Milliseconds limit, const std::stop_token& stop,
              const std::function<bool()>& done) {
        const auto deadline = now + limit;
        while (!done() && now < deadline && !stop.stop_requested()) {
            auto next = deadline;
            for (const auto& [key, program] : programs) {
                if (program.ends_at && *program.ends_at > now) {
                    next = std::min(next, *program.ends_at);
                }
            }
            for (const auto& [name, service] : services) {
                if (service.stops_at && *service.stops_at > now) {
                    next = std::min(next, *service.stops_at);
                }
            }
            now = next;
            settle();
        }
    }
    /// It behaves as the program of that path did.
    core::ProcessKey create(const engine::ProgramStart& start, std::uint32_t windows_session) {
        FakeProgram made;
        for (const auto& [key, one] : programs) {
            made.kind = one.program == start.program ? one.kind : made.kind;
        }
        made.key = {++last_pid_, kStartTime};
        made.program = start.program;
        made.command_line = start.command_line;
        made.user = logged_on.at(windows_session);
        made.windows_session = windows_session;
        made.is_suspended = true;
        programs[made.key] = made;
        return made.key;
    }
    void let_run(FakeProgram& program) {
        if (std::exchange(program.is_suspended, false)) {
            ++starts[program.command_line];
            system.snapshot.processes.push_back(
                {program.key, program.program, program.user, program.windows_session});
        }
    }
    /// A running service of that name; its host is made where it has none.
    void start(const std::string& name) {
        auto& service = services.at(name);
        if (service.is_running) {
            return;
        }
        ++starts[name];
        run(Kind::host, ++last_pid_, kElsewhere);
        service.host = {last_pid_, kStartTime};
        service.is_running = true;
        show_services();
    }
    void stop_service(const std::string& name) {
        auto& service = services.at(name);
        service.is_running = false;
        const auto lives_on = std::ranges::any_of(services, [&](const auto& other) {
            return other.second.is_running && other.second.host == service.host;
        });
        if (auto* host = alive(service.host); !lives_on && host != nullptr) {
            host->ends_at = now + service.host_stays;
            settle();
        }
        show_services();
    }
    /// Writes the call down; its refusal, if there is one.
    core::result<void> note(const std::string& act, const std::string& on = {}) {
        rights->note_act();
        calls.push_back({on.empty() ? act : act + ' ' + on, rights->is_assumed()});
        const auto call = calls.back();
        if (on_call) {
            on_call(call);
        }
        for (const auto& key : {call.what, act}) {
            if (const auto found = refused.find(key); found != refused.end()) {
                return found->second;
            }
        }
        return {};
    }
    [[nodiscard]] static std::string list(std::span<const core::ProcessKey> processes) {
        std::string text;
        for (const auto& process : processes) {
            text += (text.empty() ? "" : ",") + std::to_string(process.pid);
        }
        return text;
    }

private:
    void settle() {
        for (auto& [key, program] : programs) {
            if (program.ends_at && *program.ends_at <= now) {
                end(key);
            }
        }
        for (auto& [name, service] : services) {
            if (service.stops_at && *service.stops_at <= now) {
                service.stops_at.reset();
                stop_service(name);
            }
        }
    }
    void show_services() {
        system.all_services.clear();
        for (const auto& [name, service] : services) {
            system.service(name, service.is_running ? service.host.pid : 0, "The " + name);
        }
    }

    static inline const std::string kElsewhere = "/app/elsewhere";
    std::uint32_t last_pid_ = 5'000;
};

}  // namespace rmb::test
