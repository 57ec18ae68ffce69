#include "engine/affected_parts.hpp"
#include "engine/as_caller.hpp"
#include "engine/filters.hpp"
#include "engine/stop_group.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rmb::engine {
namespace {

/// A service and those that depend on it: each is told when the one before it has stopped.
struct Chain {
    Affected* affected = nullptr;
    std::vector<std::string> names;  // the service itself is the last
    std::size_t next = 0;
    bool is_told = false;  // one of them
    std::string problem = {};

    [[nodiscard]] bool is_done() const {
        return next == names.size();
    }
    [[nodiscard]] bool goes_on() const {
        return !is_done() && problem.empty();
    }
};

/// Services, their chains side by side. One may be in several chains: told again, it is just about
/// to stop already.
class ServiceStep {
public:
    ServiceStep(const StopTask& task, const std::vector<Affected*>& services)
        : task_(task), control_(task.machine.control), limit_(control_.service_limit()) {
        for (auto* service : services) {
            chains_.push_back({.affected = service, .names = {service->app.service}});
        }
    }

    result<void> run() {
        if (auto found = find_dependents(); !found) {
            return found;
        }
        if (auto entered = enter(); !entered) {
            return entered;
        }
        while (may_go_on() &&
               std::ranges::any_of(chains_, [](const Chain& chain) { return chain.goes_on(); })) {
            stop_next();
        }
        wait_for_hosts();
        return conclude();
    }

private:
    /// Without force nobody is stopped in vain.
    [[nodiscard]] bool may_go_on() const {
        return !task_.stop.stop_requested() &&
               (task_.flags.force || std::ranges::all_of(chains_, [](const Chain& chain) {
                    return chain.problem.empty();
                }));
    }

    /// Once more: some may have been started since the list, of which not even the process is
    /// known.
    result<void> find_dependents() {
        const Inquiry inquiry{task_.machine, task_.request, task_.stop};
        Filters filters{inquiry};
        for (auto& chain : chains_) {
            const auto found = control_.dependents(chain.names.back());
            if (!found) {
                chain.problem = found.error().message;
                continue;
            }
            for (const auto& name : *found) {
                auto& known = chain.affected->dependents;
                if (std::ranges::count(known, name, &core::Dependent::service) != 0) {
                    continue;
                }
                core::Dependent late{name, {}, {}, false};
                const auto mask = filters.mask_of(as_application(late));
                if (!mask) {
                    return mask.error();
                }
                if ((*mask & core::app_status::kShutdownMasked) != 0) {
                    chain.problem = kept_by(name);
                }
                late.is_filtered = (*mask & core::app_status::kRestartMasked) != 0;
                known.push_back(std::move(late));
            }
            chain.names.insert(chain.names.begin(), found->begin(), found->end());
        }
        // One that depends on another has fewer dependents, and so is entered before it.
        std::ranges::stable_sort(chains_, {},
                                 [](const Chain& chain) { return chain.names.size(); });
        return {};
    }

    result<void> enter() {
        for (const auto& chain : chains_) {
            auto& entry = task_.ledger.enter(*chain.affected);
            if (!chain.problem.empty()) {
                continue;  // none of them is told
            }
            // An earlier task may have stopped some of them. Those that came since depend on them,
            // if at all.
            std::vector<core::Dependent> dependents;
            for (std::size_t i = 0; i + 1 < chain.names.size(); ++i) {
                const auto& name = chain.names[i];
                if (std::ranges::count(entry.dependents, name, &core::Dependent::service) == 0) {
                    dependents.push_back(*std::ranges::find(chain.affected->dependents, name,
                                                            &core::Dependent::service));
                }
            }
            entry.dependents.insert(entry.dependents.begin(), dependents.begin(), dependents.end());
        }
        return task_.ledger.store();
    }

    /// One more service of each chain.
    void stop_next() {
        std::vector<Chain*> told;
        std::vector<std::string> names;
        for (auto& chain : chains_) {
            if (!chain.goes_on()) {
                continue;
            }
            const auto& name = chain.names[chain.next];
            const auto done = act_as(task_.request.primary.rights, task_.stop,
                                     [&] { return control_.stop_service(name); });
            if (done) {
                chain.is_told = true;
                told.push_back(&chain);
                names.push_back(name);
            } else if (done.error().code == Code::cancelled) {
                return;
            } else {
                fail(chain, done.error().message);
            }
        }
        if (names.empty()) {
            return;
        }
        const auto stopped = control_.wait_for_services(names, false, limit_, task_.stop);
        for (std::size_t i = 0; i < told.size() && !task_.stop.stop_requested(); ++i) {
            if (stopped[i]) {
                ++told[i]->next;
            } else {
                fail(*told[i], "service " + names[i] + " did not stop in " + describe(limit_));
            }
        }
    }

    /// With force that is not the end of it.
    void fail(Chain& chain, std::string why) {
        chain.problem = std::move(why);
        if (!task_.flags.force) {
            return;
        }
        if (const auto ended = end_host(chain); ended) {
            chain.is_told = true;
            chain.problem.clear();
            ++chain.next;
        } else {
            chain.problem += "; " + ended.error().message;
        }
    }

    /// Ends the process of the service that is next, if nothing runs in it that is to live.
    result<void> end_host(Chain& chain) {
        const auto& name = chain.names[chain.next];
        // Looked at first: an id that is used anew meanwhile cannot be taken for the service's.
        const auto snapshot = task_.machine.system.look(task_.stop);
        if (!snapshot) {
            return snapshot.error();
        }
        const auto services = task_.machine.system.services();
        if (!services) {
            return services.error();
        }
        const auto facts = std::ranges::find(*services, name, &ServiceFacts::name);
        if (facts == services->end() || !facts->is_running) {
            return {};
        }
        for (const auto& other : *services) {
            if (other.is_running && other.pid == facts->pid && !is_to_stop(other.name, chain)) {
                return Error{Code::fail_shutdown, "its process is that of " + other.name + " too"};
            }
        }
        const auto host = std::ranges::find_if(snapshot->processes, [&](const Process& process) {
            return process.key.pid == facts->pid;
        });
        if (host == snapshot->processes.end()) {
            return Error{Code::fail_shutdown, "its process is not known"};
        }
        // A dependent is not in the list: nobody has looked at its process yet.
        const auto details = task_.machine.system.details_of(host->key);
        if (!details && details.error().code != Code::file_not_found) {
            return Error{Code::fail_shutdown,
                         "whether Windows can do without its process is not known: " +
                             details.error().message};
        }
        if (details && details->is_critical) {
            return Error{Code::fail_shutdown, "Windows cannot do without its process"};
        }
        auto done = act_as(task_.request.primary.rights, task_.stop,
                           [&] { return control_.terminate(host->key); });
        if (!done && done.error().code != Code::file_not_found) {
            return done;
        }
        // Whatever SCM makes of it, all that ran in it are owed a start from now on.
        for (auto& each : chains_) {
            each.is_told = each.is_told || std::ranges::any_of(*services, [&](const auto& other) {
                               return other.is_running && other.pid == facts->pid &&
                                      std::ranges::count(each.names, other.name) != 0;
                           });
        }
        if (!control_.wait_for_services({&name, 1}, false, kLeaveLimit, task_.stop).front()) {
            return Error{Code::fail_shutdown, "it is there still though its process was ended"};
        }
        return {};
    }

    /// SCM says stopped before the process has ended, which holds its files until then.
    void wait_for_hosts() {
        const auto services = task_.machine.system.services();
        if (!services) {
            return;
        }
        std::vector<core::ProcessKey> leaving;
        for (const auto& chain : chains_) {
            const auto& host = chain.affected->app.process;
            if (std::ranges::none_of(*services, [&](const ServiceFacts& other) {
                    return other.is_running && other.pid == host.pid;
                })) {
                leaving.push_back(host);
            }
        }
        if (!leaving.empty()) {
            (void)control_.wait_for_end(leaving, kLeaveLimit, task_.stop);
        }
    }

    /// By the chain in hand or by another that goes on.
    [[nodiscard]] bool is_to_stop(const std::string& name, const Chain& in_hand) const {
        return std::ranges::any_of(chains_, [&](const Chain& chain) {
            return (&chain == &in_hand || chain.problem.empty()) &&
                   std::ranges::count(chain.names, name) != 0;
        });
    }

    result<void> conclude() {
        std::vector<std::string> names;
        for (const auto& chain : chains_) {
            names.push_back(chain.names.back());
        }
        const auto stopped =
            control_.wait_for_services(names, false, Milliseconds{0}, std::stop_token{});
        std::optional<Error> failure;
        for (std::size_t i = 0; i < chains_.size(); ++i) {
            auto& entry = task_.ledger.at(chains_[i].affected->app);
            if (stopped[i]) {
                chains_[i].is_told ? mark_stopped(entry) : mark_ended_itself(entry);
                continue;
            }
            conclude_running(chains_[i], entry);
            if (!failure || (entry.app.status & core::app_status::kErrorOnStop) != 0) {
                failure = fail_shutdown(entry.app, entry.why);
            }
        }
        if (auto stored = task_.ledger.store(); !stored) {
            return stored;
        }
        if (failure) {
            return task_.stop.stop_requested() ? cancelled() : *failure;
        }
        return {};
    }

    /// One that was told may stop yet, and its dependents may have: they are owed a start, which
    /// does nothing to a service that runs.
    void conclude_running(const Chain& chain, core::LedgerEntry& entry) const {
        if (task_.stop.stop_requested() && chain.problem.empty()) {
            mark_untouched(entry, "the shutdown was cancelled");
        } else if (chain.problem.empty()) {
            mark_untouched(entry, "it was not stopped, since another one stays");
        } else {
            mark_left(entry, chain.problem);
        }
        if (chain.is_told || !entry.dependents.empty()) {
            entry.stage = core::Stage::stopping;
        }
    }

    const StopTask& task_;
    Control& control_;
    Milliseconds limit_;
    std::vector<Chain> chains_;
};

}  // namespace

result<void> stop_services(const StopTask& task, const std::vector<Affected*>& services) {
    return ServiceStep{task, services}.run();
}

}  // namespace rmb::engine
