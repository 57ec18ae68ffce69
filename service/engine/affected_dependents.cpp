#include "engine/affected_parts.hpp"
#include "engine/service_filters.hpp"

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
    Dependents(const Inquiry& inquiry, std::span<const ServiceFacts> services, AffectedList& list)
        : inquiry_(inquiry), system_(inquiry.machine.system), list_(list) {
        for (const auto& service : services) {
            if (service.is_running && service.pid == inquiry.request.primary.process.pid) {
                primary_.insert(key(service.name));
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
            if (has_filter(system_, inquiry_.request.contents, name,
                           core::FilterAction::no_shutdown)) {
                affected.kept = kept_by(name);
                continue;
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
    System& system_;
    AffectedList& list_;
    std::unordered_set<std::string> primary_;  // services in its process
    std::unordered_map<std::string, bool> may_stop_;
};

}  // namespace

result<void> add_dependents(const Inquiry& inquiry, std::span<const ServiceFacts> services,
                            AffectedList& list) {
    return Dependents{inquiry, services, list}.add();
}

}  // namespace rmb::engine
