#include "engine/affected_parts.hpp"
#include "engine/filters.hpp"

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace rmb::engine {
namespace {

namespace reason = core::reboot_reason;
namespace status = core::app_status;

/// A service that a shutdown would stop: those that depend on it before it.
bool is_to_stop(const Affected& affected) {
    return !affected.app.service.empty() && affected.reasons == 0 &&
           (affected.app.status & status::kRunning) != 0 &&
           (affected.app.status & status::kShutdownMasked) == 0;
}

class Dependents {
public:
    Dependents(const Inquiry& inquiry, Filters& filters, std::span<const ServiceFacts> services,
               std::span<const Process> hosts, AffectedList& list)
        : inquiry_(inquiry), filters_(filters), system_(inquiry.machine.system), list_(list) {
        std::unordered_map<std::uint32_t, const Process*> by_pid;
        for (const auto& host : hosts) {
            by_pid[host.key.pid] = &host;
        }
        for (const auto& service : services) {
            if (service.is_running && service.pid == inquiry.request.primary.process.pid) {
                primary_.insert(key(service.name));
            }
            if (const auto host = by_pid.find(service.pid); host != by_pid.end()) {
                hosts_[key(service.name)] = host->second;
            }
        }
        for (const auto& affected : list.applications) {
            note(affected);
        }
    }

    result<void> add() {
        for (auto& affected : list_.applications) {
            if (is_to_stop(affected)) {
                if (auto judged = judge(affected); !judged) {
                    return judged;
                }
            }
        }
        return {};
    }

private:
    [[nodiscard]] std::string key(const std::string& service) const {
        return service_key(system_, service);
    }

    /// What was asked of it when it was added.
    void note(const Affected& affected) {
        const auto& app = affected.app;
        if (app.service.empty() || (app.status & status::kRunning) == 0) {
            return;
        }
        if (affected.reasons == 0 || affected.reasons == reason::kPermissionDenied) {
            may_stop_[key(app.service)] = affected.reasons == 0;
        }
    }

    result<void> judge(Affected& affected) {
        const auto& service = affected.app.service;
        const auto dependents = inquiry_.machine.control.dependents(service);
        if (inquiry_.stop.stop_requested()) {
            return cancelled();
        }
        if (!dependents) {
            const auto& why = dependents.error().message;
            list_.unseen.push_back({"service " + service + ": which ones depend on it", why});
            affected.kept = "which services depend on it is not known: " + why;
            return {};
        }
        for (const auto& name : *dependents) {
            auto added = add_dependent(affected, name);
            if (!added) {
                return added;
            }
            if (!affected.kept.empty()) {
                return {};
            }
            if (primary_.contains(key(name))) {
                add_reason(affected, reason::kDetectedSelf, name, "it is the installer itself");
                continue;
            }
            const auto may = may_stop(name);
            if (!may) {
                return may.error();
            }
            if (!*may) {
                add_reason(affected, reason::kPermissionDenied, name,
                           "the installer's user may not stop that");
            }
        }
        return {};
    }

    result<void> add_dependent(Affected& affected, const std::string& name) {
        core::Dependent dependent{name, {}, {}, false};
        if (const auto host = hosts_.find(key(name)); host != hosts_.end()) {
            dependent.process = host->second->key;
            dependent.program = host->second->program;
        }
        const auto mask = filters_.mask_of(as_application(dependent));
        if (!mask) {
            return mask.error();
        }
        if ((*mask & status::kShutdownMasked) != 0) {
            affected.kept = kept_by(name);
        }
        dependent.is_filtered = (*mask & status::kRestartMasked) != 0;
        affected.dependents.push_back(std::move(dependent));
        return {};
    }

    /// Asked once of each.
    result<bool> may_stop(const std::string& service) {
        const auto [found, is_new] = may_stop_.try_emplace(key(service), false);
        if (is_new) {
            const auto ask = [&] { found->second = system_.may_stop_service(service); };
            if (auto asked = inquiry_.as_primary(ask); !asked) {
                return asked.error();
            }
        }
        return found->second;
    }

    static void add_reason(Affected& affected, std::uint32_t bit, const std::string& dependent,
                           std::string_view why) {
        affected.reasons |= bit;
        affected.app.type = core::AppType::critical;
        affected.app.is_restartable = false;
        add_why(affected.why, "service " + dependent + " depends on it, and " + std::string{why});
    }

    const Inquiry& inquiry_;
    Filters& filters_;
    System& system_;
    AffectedList& list_;
    std::unordered_map<std::string, const Process*> hosts_;  // by service
    std::unordered_set<std::string> primary_;                // services in its process
    std::unordered_map<std::string, bool> may_stop_;
};

}  // namespace

result<void> add_dependents(const Inquiry& inquiry, Filters& filters,
                            std::span<const ServiceFacts> services, std::span<const Process> hosts,
                            AffectedList& list) {
    return Dependents{inquiry, filters, services, hosts, list}.add();
}

}  // namespace rmb::engine
