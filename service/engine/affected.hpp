#pragma once

#include "core/application.hpp"
#include "core/identity.hpp"
#include "core/ledger.hpp"
#include "core/live_session.hpp"
#include "engine/control.hpp"
#include "engine/session_agent.hpp"
#include "engine/system.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace rmb::engine {

/// The ports of a task. All must outlive it.
struct Machine {
    System& system;
    Control& control;
    AgentDirectory& agents;
};

/// One registered file and how an application holds it.
struct HeldFile {
    std::string file;  // as registered
    HoldKind how = HoldKind::handle;

    bool operator==(const HeldFile&) const = default;
};

/// Told of one application: 500 programs may each hold 50 000 files.
inline constexpr std::size_t kMaxHeldFiles = 100;
/// And so many bytes of names, apart from the first: one path may have 98 301.
inline constexpr std::size_t kMaxHeldFileBytes = 65'536;

/// An application that a session affects, with what the engine knows of it.
struct Affected {
    core::Application app;
    std::uint32_t reasons = 0;  // core::reboot_reason bits that it adds
    std::string why;            // of the reasons, or why it counts as it does; for people
    std::string kept;           // why nothing stops it, for people
    std::vector<core::Dependent> dependents;  // of a service that is to be stopped: those that run
    std::vector<HeldFile> files;         // the first kMaxHeldFiles; none if it was registered only
    ProcessDetails details;              // empty of one that is not disclosed
    std::vector<std::uint32_t> console;  // those attached to its console, where Ctrl-C may be sent
};

struct AffectedList {
    std::vector<Affected> applications;  // by process id, then service name
    std::uint32_t reasons = 0;           // of all together, of those not disclosed too
    std::size_t hidden = 0;  // holders that the primary may not query: counted, not named
    std::vector<Unseen> unseen;
};

/// What a task is about, and for whom.
struct TaskRequest {
    core::SessionContents contents;
    core::Caller primary;                // its rights stop and start
    std::optional<core::Ledger> ledger;  // of earlier tasks of the session
};

/// RmGetList (reference, section 5), in one look at the system:
///  - names registered files with each registrant's rights (RegisteredFiles), one folder once;
///  - applications: processes that hold one of them, registered processes that run (pid and start
///    time) and registered services that run; a service process as each of its services;
///  - types by the helper of each Windows session concerned, by SCM and by `details`; a program
///    with a console to which others are attached that are not to be stopped, or the primary
///    itself, is `unknown`, and `why` says so; what may not be stopped is `critical`;
///  - reasons: kPermissionDenied for what the primary may not stop, kSessionMismatch for a program
///    of another Windows session (administrators may), kCriticalProcess, kCriticalService,
///    kDetectedSelf for the primary's own process; the first and the last also for a service whose
///    running dependents, which are stopped before it, are such;
///  - filters: kShutdownMasked and kRestartMasked in the status, and what they keep of a service's
///    running dependents keeps the service too;
///  - status from the ledger: what was stopped stays in the list, with its history and without
///    kRunning: nothing is to be done to it. What ended by itself has kStoppedOther.
///
/// A process that the primary may not query, or its registrant where it was registered, is hidden
/// and gives kPermissionDenied. A registered service is listed all the same, without what only its
/// process would tell: every user may list services.
///
/// A helper that fails makes the types of its session's programs `unknown` (`unseen` says why), not
/// an error. Errors: access_denied (a registered file is a folder, or no rights), cancelled,
/// those of System::look() and System::services().
[[nodiscard]] result<AffectedList> find_affected(const Machine& machine, const TaskRequest& request,
                                                 const std::stop_token& stop);

}  // namespace rmb::engine
