#pragma once

#include "proto/error.hpp"
#include "proto/identifiers.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

/// The method table: every method of the wire, once. The dispatcher, the client library,
/// rpc.discover, docs/protocol.md's table and the fuzzers' dictionary are made from it.
namespace rmb::proto {

struct Empty {
    template <class Self, class Visit>
    static void fields(Self& /*self*/, Visit&& /*visit*/) {}
};

struct Limit {
    std::string name;
    std::uint64_t value = 0;
    std::optional<std::uint64_t> refused = std::nullopt;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("name", self.name, "what is limited");
        visit("value", self.value, "how many, or how many bytes");
        visit("refused", self.refused,
              "of a limit that is counted: how often it was met since the service started");
    }
};

struct HelloParams {
    std::optional<std::uint32_t> protocol;
    std::optional<std::string> client;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("protocol", self.protocol, "highest protocol the client speaks; 1 if absent");
        visit("client", self.client, "name and version of the client, for diagnostics");
    }
};

struct HelloResult {
    std::uint32_t protocol = 0;
    std::string server;
    std::vector<Limit> limits;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("protocol", self.protocol, "the protocol spoken from here on");
        visit("server", self.server, "name and version of the service");
        visit("limits", self.limits, "the limits in force for this caller");
    }
};

struct StartParams {
    std::uint32_t flags = 0;
    Token token{};

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("flags", self.flags, "reserved, must be 0");
        visit("token", self.token, "made by the client for this call; a repeat carries the same");
    }
};

struct StartResult {
    std::uint32_t session = 0;
    std::string key;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("session", self.session, "handle, valid in the calling process only");
        visit("key", self.key, "32 hex digits; whoever of the same user has it can join");
    }
};

struct JoinParams {
    std::string key;
    Token token{};

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("key", self.key, "the key that session.start returned");
        visit("token", self.token, "made by the client for this call; a repeat carries the same");
    }
};

struct JoinResult {
    std::uint32_t session = 0;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("session", self.session, "handle, valid in the calling process only");
    }
};

struct EndParams {
    std::optional<std::uint32_t> session;
    std::optional<Token> start_token;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("session", self.session, "the handle to end");
        visit("startToken", self.start_token,
              "instead of session: the token of a session.start whose answer never came");
    }
};

struct PingParams {
    std::optional<std::string> payload;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("payload", self.payload, "any text");
    }
};

struct PingResult {
    std::optional<std::string> payload;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("payload", self.payload, "the payload of the call");
    }
};

struct Problem {
    std::string where;
    std::string what;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("where", self.where, "setting or stored record concerned");
        visit("what", self.what, "what is wrong and what is done instead");
    }
};

struct StatusResult {
    std::string version;
    std::uint32_t protocol = 0;
    std::uint32_t pid = 0;
    std::uint64_t uptime_seconds = 0;
    std::uint32_t sessions = 0;
    std::uint32_t own_sessions = 0;
    std::uint32_t processes = 0;
    std::uint32_t connections = 0;
    std::vector<Limit> limits;
    std::vector<Problem> problems;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("version", self.version, "version of the service");
        visit("protocol", self.protocol, "highest protocol the service speaks");
        visit("pid", self.pid, "process id of the service");
        visit("uptimeSeconds", self.uptime_seconds, "since the service's process began to serve");
        visit("sessions", self.sessions, "open sessions of all users");
        visit("ownSessions", self.own_sessions, "open sessions of the caller's user session");
        visit("processes", self.processes, "processes that take part in a session");
        visit("connections", self.connections, "open connections of all users");
        visit("limits", self.limits, "the limits in force");
        visit("problems", self.problems,
              "configuration values that were ignored, stored records that cannot be read");
    }
};

struct ParticipantInfo {
    std::uint32_t pid = 0;
    std::uint64_t start_time = 0;
    std::string program;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("pid", self.pid, "process id");
        visit("startTime", self.start_time, "creation time as FILETIME (100 ns since 1601, UTC)");
        visit("program", self.program, "full path of the executable, empty if not readable");
    }
};

struct SessionInfo {
    std::string hash;
    std::string user;
    std::uint32_t windows_session = 0;
    std::uint64_t started = 0;
    ParticipantInfo primary;
    std::vector<ParticipantInfo> secondaries;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("hash", self.hash, "stands for the key, which is not shown");
        visit("user", self.user, "SID of the user the session belongs to");
        visit("windowsSession", self.windows_session, "id of the Windows (terminal) session");
        visit("started", self.started, "milliseconds since 1970, UTC");
        visit("primary", self.primary, "the process that started the session");
        visit("secondaries", self.secondaries, "the handles of processes that joined it");
    }
};

struct SessionsResult {
    std::vector<SessionInfo> sessions;
    std::uint32_t hidden = 0;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("sessions", self.sessions, "those the caller may see, oldest first");
        visit("hidden", self.hidden, "how many more there are, of other users");
    }
};

struct EndSessionParams {
    std::string hash;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("hash", self.hash, "of a session as broker.sessions shows it, or its first digits");
    }
};

struct LocksParams {
    std::vector<std::string> paths;
    std::optional<bool> recursive;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("paths", self.paths, "full paths of files and folders, 1 to 1000");
        visit("recursive", self.recursive, "what is below a folder counts too; false if absent");
    }
};

/// One way in which one process holds one file.
struct HolderInfo {
    std::uint32_t pid = 0;
    std::uint64_t start_time = 0;
    std::string program;
    std::string user;
    std::uint32_t windows_session = 0;
    std::string file;
    std::string how;
    std::uint32_t access = 0;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("pid", self.pid, "process id");
        visit("startTime", self.start_time, "creation time as FILETIME (100 ns since 1601, UTC)");
        visit("program", self.program, "full path of the executable, or its name");
        visit("user", self.user, "SID of the user it runs as, empty if not readable");
        visit("windowsSession", self.windows_session, "id of its Windows (terminal) session");
        visit("file", self.file, "what it holds: the path asked for, or something below it");
        visit("how", self.how, "handle, image, mapping or workingDirectory");
        visit("access", self.access, "access mask of a handle, else 0");
    }
};

/// A refusal that concerns one of several things asked for.
struct PartError {
    std::uint32_t code = 0;
    std::string message;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("code", self.code, "Win32 error code");
        visit("message", self.message, "what was expected, what came");
    }
};

struct PathLocksInfo {
    std::string path;
    std::optional<PartError> error;
    std::vector<HolderInfo> holders;
    std::uint32_t hidden = 0;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("path", self.path, "as it was asked for");
        visit("error", self.error, "why it could not be looked up; no holders are given then");
        visit("holders", self.holders, "by process, then file, then kind");
        visit("hidden", self.hidden, "more processes that hold it and that the caller may not see");
    }
};

struct UnseenInfo {
    std::string what;
    std::string why;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("what", self.what, "what could not be looked at");
        visit("why", self.why, "the system's reason");
    }
};

struct LocksResult {
    std::vector<PathLocksInfo> paths;
    std::vector<UnseenInfo> unseen;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("paths", self.paths, "one row a path, in the order asked for");
        visit("unseen", self.unseen,
              "folders that the caller could not list; processes that could not be looked into, "
              "for administrators only");
    }
};

/// Reserved notification members, as in LSP.
struct CancelParams {
    nlohmann::json id;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("id", self.id, "the id of the request to cancel");
    }
};

struct WatchParams {
    nlohmann::json progress_token;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("progressToken", self.progress_token,
              "number or string; the $/progress notifications of this call carry it");
    }
};

/// The value of a $/progress notification of broker.watch.
struct WatchEvent {
    std::string event;
    std::string hash;
    std::string user;
    std::uint32_t pid = 0;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("event", self.event, "started, joined, left or ended");
        visit("hash", self.hash, "the session");
        visit("user", self.user, "SID of the user the session belongs to");
        visit("pid", self.pid, "the process whose call or end it was");
    }
};

inline constexpr std::string_view kCancelNotification = "$/cancelRequest";
inline constexpr std::string_view kProgressNotification = "$/progress";
inline constexpr std::string_view kAliveNotification = "$/alive";

/// Who may call a method. Which objects he may then see or change is decided by core.
enum class Access {
    anyone,       // that the pipe lets in
    own,          // acts on the caller's own sessions
    own_or_admin  // on the caller's own; on everybody's for an administrator
};

[[nodiscard]] std::string_view to_string(Access access);

namespace method {

struct Hello {
    using Params = HelloParams;
    using Result = HelloResult;
    static constexpr std::string_view kName = "broker.hello";
    static constexpr std::string_view kSummary =
        "Agrees on the protocol and tells the limits. Optional; may be pipelined with the next.";
    static constexpr Access kAccess = Access::anyone;
    static constexpr std::array<Code, 0> kErrors{};
};

struct SessionStart {
    using Params = StartParams;
    using Result = StartResult;
    static constexpr std::string_view kName = "session.start";
    static constexpr std::string_view kSummary =
        "Starts a session; the calling process is its primary and the session ends with it.";
    static constexpr Access kAccess = Access::own;
    static constexpr std::array kErrors{Code::bad_arguments, Code::max_sessions_reached,
                                        Code::out_of_memory, Code::write_fault, Code::cancelled};
};

struct SessionJoin {
    using Params = JoinParams;
    using Result = JoinResult;
    static constexpr std::string_view kName = "session.join";
    static constexpr std::string_view kSummary =
        "Joins a session of the same user in the same Windows session, as a secondary.";
    static constexpr Access kAccess = Access::own;
    static constexpr std::array kErrors{
        Code::bad_arguments,        Code::session_credential_conflict,
        Code::max_sessions_reached, Code::out_of_memory,
        Code::write_fault,          Code::sem_timeout};
};

struct SessionEnd {
    using Params = EndParams;
    using Result = Empty;
    static constexpr std::string_view kName = "session.end";
    static constexpr std::string_view kSummary =
        "Ends the session if the caller is its primary, leaves it otherwise.";
    static constexpr Access kAccess = Access::own;
    static constexpr std::array kErrors{Code::invalid_handle, Code::write_fault, Code::sem_timeout};
};

struct Ping {
    using Params = PingParams;
    using Result = PingResult;
    static constexpr std::string_view kName = "broker.ping";
    static constexpr std::string_view kSummary = "Answers at once with the same payload.";
    static constexpr Access kAccess = Access::anyone;
    static constexpr std::array<Code, 0> kErrors{};
};

struct Status {
    using Params = Empty;
    using Result = StatusResult;
    static constexpr std::string_view kName = "broker.status";
    static constexpr std::string_view kSummary = "What the service is, counts, and is limited to.";
    static constexpr Access kAccess = Access::anyone;
    static constexpr std::array<Code, 0> kErrors{};
};

struct Sessions {
    using Params = Empty;
    using Result = SessionsResult;
    static constexpr std::string_view kName = "broker.sessions";
    static constexpr std::string_view kSummary =
        "The open sessions: the caller's own, or all for an administrator.";
    static constexpr Access kAccess = Access::own_or_admin;
    static constexpr std::array<Code, 0> kErrors{};
};

struct Watch {
    using Params = WatchParams;
    using Result = Empty;
    static constexpr std::string_view kName = "broker.watch";
    static constexpr std::string_view kSummary =
        "Runs until it is cancelled and tells by $/progress what becomes of the sessions that "
        "broker.sessions would show.";
    static constexpr Access kAccess = Access::own_or_admin;
    static constexpr std::array kErrors{Code::cancelled};
};

struct EndSession {
    using Params = EndSessionParams;
    using Result = Empty;
    static constexpr std::string_view kName = "broker.endSession";
    static constexpr std::string_view kSummary =
        "Ends a session without its primary's help: for people who clean up.";
    static constexpr Access kAccess = Access::own_or_admin;
    static constexpr std::array kErrors{Code::file_not_found, Code::bad_arguments,
                                        Code::write_fault, Code::sem_timeout};
};

struct Locks {
    using Params = LocksParams;
    using Result = LocksResult;
    static constexpr std::string_view kName = "locks.query";
    static constexpr std::string_view kSummary =
        "Which processes hold files and folders, and how. Paths are opened with the caller's "
        "rights; a holder that the caller may not query is only counted.";
    static constexpr Access kAccess = Access::anyone;
    static constexpr std::array kErrors{Code::access_denied, Code::out_of_memory, Code::sem_timeout,
                                        Code::cancelled, Code::not_enough_quota};
};

struct Discover {
    using Params = Empty;
    using Result = nlohmann::json;
    static constexpr std::string_view kName = "rpc.discover";
    static constexpr std::string_view kSummary = "This table as an OpenRPC 1.2.6 document.";
    static constexpr Access kAccess = Access::anyone;
    static constexpr std::array<Code, 0> kErrors{};
};

}  // namespace method

using MethodTable = std::tuple<method::Hello, method::SessionStart, method::SessionJoin,
                               method::SessionEnd, method::Ping, method::Status, method::Sessions,
                               method::Watch, method::EndSession, method::Locks, method::Discover>;

/// Calls `visit.template operator()<M>()` for every method, in the table's order.
template <class Visit>
void for_each_method(Visit&& visit) {
    []<class... M>(std::tuple<M...>*, Visit& v) { (v.template operator()<M>(), ...); }(
        static_cast<MethodTable*>(nullptr), visit);
}

}  // namespace rmb::proto
