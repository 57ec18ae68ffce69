#pragma once

#include "engine/affected.hpp"
#include "engine/as_caller.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The steps of find_affected(), in their order, and what they share with the tasks.
namespace rmb::engine {

/// What each step is given. The primary's rights are not null where anything is registered.
struct Inquiry {
    const Machine& machine;
    const TaskRequest& request;
    const std::stop_token& stop;

    /// As engine::as_caller() with the primary's rights.
    template <class Act>
    [[nodiscard]] result<void> as_primary(Act&& act) const {
        return as_caller(*request.primary.rights, stop, std::forward<Act>(act));
    }
};

/// A process that the session affects, with the service's own knowledge of it.
struct Member {
    Process process;
    ProcessDetails details;
    std::string unread;         // why there are no details, else empty
    bool is_disclosed = false;  // the primary may query it
    std::vector<HeldFile> files;
    std::vector<ServiceFacts> services;  // as which it is affected; none: as a program
    bool hosts_critical_service = false;
};

struct Members {
    std::vector<Member> members;
    std::vector<Process> hosts;  // of all services that run
    std::size_t hidden = 0;
    std::vector<Unseen> unseen;
};

/// Who holds what is registered, or is registered, and runs. Looks at the system where anything can
/// come of it. `services` are all there are.
[[nodiscard]] result<Members> find_members(const Inquiry& inquiry,
                                           std::span<const ServiceFacts> services);

/// Adds what a member is to the caller: names, reasons, whether it can be started again. Of its
/// type only service and critical.
[[nodiscard]] result<void> add_applications(const Inquiry& inquiry, const Member& member,
                                            std::vector<Affected>& applications);

/// Adds the ledger's history to what runs, and what was stopped.
[[nodiscard]] result<void> add_history(const Inquiry& inquiry,
                                       std::span<const ServiceFacts> services,
                                       std::vector<Affected>& applications);

class Filters;

/// Sets kShutdownMasked and kRestartMasked.
[[nodiscard]] result<void> apply_filters(Filters& filters, std::vector<Affected>& applications);

/// The running dependents of each service that is to be stopped, and what they add to its reasons:
/// they are stopped before it. `hosts` are the processes of all services. Comes after
/// apply_filters().
[[nodiscard]] result<void> add_dependents(const Inquiry& inquiry, Filters& filters,
                                          std::span<const ServiceFacts> services,
                                          std::span<const Process> hosts, AffectedList& list);

/// Asks the helpers what kind of program each is that may be stopped. Comes after apply_filters():
/// what is not to be stopped must not get another's Ctrl-C.
[[nodiscard]] result<void> add_types(const Inquiry& inquiry, AffectedList& list);

/// A dependent as filters take it.
[[nodiscard]] inline core::Application as_application(const core::Dependent& dependent) {
    core::Application app;
    app.process = dependent.process;
    app.program = dependent.program;
    app.service = dependent.service;
    return app;
}

/// For people: why a service is kept.
[[nodiscard]] inline std::string kept_by(const std::string& dependent) {
    return "service " + dependent + ", which depends on it, is not to be stopped";
}

/// By which a service is told from another, whatever the case of its name.
[[nodiscard]] inline std::string service_key(const System& system, const std::string& name) {
    auto key = system.name_key(name);
    return key.empty() ? name : key;
}

/// One more sentence of Affected::why.
inline void add_why(std::string& why, std::string_view sentence) {
    why.append(why.empty() ? "" : "; ").append(sentence);
}

}  // namespace rmb::engine
