#pragma once

#include "proto/identifiers.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What broker.* and the notifications carry.
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

}  // namespace rmb::proto
