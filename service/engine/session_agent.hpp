#pragma once

#include "core/rights.hpp"
#include "engine/control.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace rmb::engine {

/// What a process has on the desktop of its Windows session.
struct Presence {
    bool has_main_window = false;   // visible, top-level, without owner
    bool has_other_window = false;  // any other top-level window
    bool is_shell = false;          // the desktop and the task bar are its own
    /// Processes attached to its console, itself included; empty where it has none or where they
    /// cannot be told.
    std::vector<std::uint32_t> console;

    bool operator==(const Presence&) const = default;
};

/// What a process said to WM_QUERYENDSESSION.
enum class Vote {
    agreed,
    refused,   // one of its windows said no
    silent,    // no answer within the limit
    no_window  // nobody to ask
};

/// A program to be started in the agent's Windows session, as it ran before.
struct ProgramStart {
    std::string program;       // full path
    std::string command_line;  // whole: the program's name and what follows
    std::string directory;     // empty: the user's own
    bool new_console = false;
};

/// One Windows session's desktop, seen and acted on by a process that runs there with somebody's
/// token (DESIGN 8). Every method blocks, keeps to its limit, and is called by one thread at a
/// time. Errors of all: not_ready with a clear text where the helper died, does not answer or
/// answers nonsense (it is replaced at the next use of the directory); cancelled.
class SessionAgent {
public:
    SessionAgent() = default;
    SessionAgent(const SessionAgent&) = delete;
    SessionAgent& operator=(const SessionAgent&) = delete;
    virtual ~SessionAgent() = default;

    /// In the order of `processes`; of one that has ended or belongs elsewhere all is empty.
    virtual result<std::vector<Presence>> look(std::span<const core::ProcessKey> processes,
                                               std::stop_token stop) = 0;

    /// WM_QUERYENDSESSION with ENDSESSION_CLOSEAPP to every top-level window of the processes, to
    /// all of them side by side. One vote a process. Returns as soon as one refuses and
    /// `until_refusal` is set; the others are then `silent`, unless they had answered.
    virtual result<std::vector<Vote>> ask_to_end(std::span<const core::ProcessKey> processes,
                                                 bool until_refusal, Milliseconds limit,
                                                 std::stop_token stop) = 0;

    /// WM_ENDSESSION with ENDSESSION_CLOSEAPP, wParam `ending`, to every top-level window; returns
    /// when all have taken it, at the limit, or when stop is requested.
    virtual result<void> tell_end(std::span<const core::ProcessKey> processes, bool ending,
                                  Milliseconds limit, std::stop_token stop) = 0;

    /// Posts WM_CLOSE to every top-level window and returns.
    virtual result<void> close(std::span<const core::ProcessKey> processes,
                               std::stop_token stop) = 0;

    /// Ctrl-C to the console of `process`, if no others than the processes in `attached` are
    /// attached to it; access_denied with the reason where there are.
    virtual result<void> interrupt(const core::ProcessKey& process,
                                   std::span<const std::uint32_t> attached,
                                   std::stop_token stop) = 0;

    /// Creates the program, which does not run before release(); it ends with the agent until then.
    virtual result<core::ProcessKey> create(const ProgramStart& program) = 0;
    virtual result<void> release(const core::ProcessKey& process) = 0;
};

/// Agents on demand. Thread-safe.
class AgentDirectory {
public:
    AgentDirectory() = default;
    AgentDirectory(const AgentDirectory&) = delete;
    AgentDirectory& operator=(const AgentDirectory&) = delete;
    virtual ~AgentDirectory() = default;

    /// An agent with the token of `rights` (the caller's) in a Windows session: for looking and
    /// stopping. access_denied where nobody may act there so; not_ready where no helper starts.
    virtual result<std::shared_ptr<SessionAgent>> acting(
        std::uint32_t windows_session, const std::shared_ptr<const core::Rights>& rights) = 0;

    /// An agent with the token of the user who is logged on to a Windows session: for starting.
    /// file_not_found where nobody is; access_denied where it is not `user` (SID).
    virtual result<std::shared_ptr<SessionAgent>> starting(std::uint32_t windows_session,
                                                           const std::string& user) = 0;

    /// Lets a program run that an earlier life of the service had created and not released, or
    /// says that it runs already; false where it has ended.
    virtual bool resume(const core::ProcessKey& process) = 0;
};

}  // namespace rmb::engine
