#include "engine/affected_parts.hpp"

#include <map>
#include <unordered_set>

namespace rmb::engine {
namespace {

using core::AppType;

/// A program which the primary may act on.
bool is_open(const Affected& affected) {
    return (affected.app.status & core::app_status::kRunning) != 0 &&
           affected.app.type == AppType::unknown &&
           (affected.reasons & core::reboot_reason::kSessionMismatch) == 0;
}

class Types {
public:
    Types(const Inquiry& inquiry, AffectedList& list) : inquiry_(inquiry), list_(list) {}

    result<void> add() {
        std::map<std::uint32_t, std::vector<Affected*>> by_session;
        for (auto& affected : list_.applications) {
            if (!is_open(affected)) {
                continue;
            }
            by_session[affected.app.windows_session].push_back(&affected);
            if ((affected.app.status & core::app_status::kShutdownMasked) == 0) {
                to_stop_.insert(affected.app.process.pid);
            }
        }
        for (const auto& [windows_session, programs] : by_session) {
            if (auto seen = look(windows_session, programs); !seen) {
                return seen;
            }
        }
        return {};
    }

private:
    result<void> look(std::uint32_t windows_session, const std::vector<Affected*>& programs) {
        const auto all = presences(windows_session, programs);
        if (inquiry_.stop.stop_requested()) {
            return cancelled();
        }
        for (std::size_t i = 0; i < programs.size(); ++i) {
            if (all) {
                set_type(*programs[i], (*all)[i]);
            } else {
                add_why(programs[i]->why, "what it is cannot be told: " + all.error().message);
            }
        }
        if (!all) {
            list_.unseen.push_back(
                {"Windows session " + std::to_string(windows_session) + ": windows and consoles",
                 all.error().message});
        }
        return {};
    }

    result<std::vector<Presence>> presences(std::uint32_t windows_session,
                                            const std::vector<Affected*>& programs) {
        const auto agent =
            inquiry_.machine.agents.acting(windows_session, inquiry_.request.primary.rights);
        if (!agent) {
            return agent.error();
        }
        std::vector<core::ProcessKey> processes;
        for (const auto* program : programs) {
            processes.push_back(program->app.process);
        }
        auto all = (*agent)->look(processes, inquiry_.stop);
        if (all && all->size() != programs.size()) {
            return Error{Code::not_ready, "the helper answers for other programs"};
        }
        return all;
    }

    void set_type(Affected& affected, const Presence& presence) const {
        auto& type = affected.app.type;
        if (presence.is_shell) {
            type = AppType::explorer;
        } else if (presence.has_main_window) {
            type = AppType::main_window;
        } else if (affected.details.is_console && !presence.console.empty()) {
            set_console(affected, presence.console);
        } else if (presence.has_other_window) {
            type = AppType::other_window;
        } else {
            add_why(affected.why, "it has neither window nor console: only force stops it");
        }
    }

    /// Ctrl-C goes to all that are attached.
    void set_console(Affected& affected, const std::vector<std::uint32_t>& attached) const {
        for (const auto pid : attached) {
            if (pid != affected.app.process.pid && !to_stop_.contains(pid)) {
                const bool is_primary = pid == inquiry_.request.primary.process.pid;
                add_why(
                    affected.why,
                    (is_primary ? "the installer itself (process " : "another program (process ") +
                        std::to_string(pid) + ") uses its console: only force stops it");
                return;
            }
        }
        affected.app.type = AppType::console;
        affected.console = attached;
    }

    const Inquiry& inquiry_;
    AffectedList& list_;
    std::unordered_set<std::uint32_t> to_stop_;
};

}  // namespace

result<void> add_types(const Inquiry& inquiry, AffectedList& list) {
    return Types{inquiry, list}.add();
}

}  // namespace rmb::engine
