#pragma once

#include "proto/broker_wire.hpp"
#include "proto/error.hpp"
#include "proto/ledger_wire.hpp"
#include "proto/locks_wire.hpp"
#include "proto/session_wire.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <string_view>
#include <tuple>

/// The method table: every method of the wire, once. The dispatcher, the client library,
/// rpc.discover, docs/protocol.md's table and the fuzzers' dictionary are made from it.
namespace rmb::proto {

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

struct SessionRegister {
    using Params = RegisterParams;
    using Result = Empty;
    static constexpr std::string_view kName = "session.register";
    static constexpr std::string_view kSummary =
        "Adds files, processes and services to what the session is about.";
    static constexpr Access kAccess = Access::own;
    static constexpr std::array kErrors{Code::invalid_handle, Code::sem_timeout,
                                        Code::out_of_memory, Code::write_fault};
};

struct SessionList {
    using Params = ListParams;
    using Result = ListResult;
    static constexpr std::string_view kName = "session.list";
    static constexpr std::string_view kSummary =
        "Which programs and services hold what is registered, and whether stopping them would do.";
    static constexpr Access kAccess = Access::own;
    static constexpr std::array kErrors{Code::invalid_handle, Code::sem_timeout,
                                        Code::access_denied,  Code::session_credential_conflict,
                                        Code::cancelled,      Code::not_enough_quota,
                                        Code::out_of_memory};
};

struct SessionShutdown {
    using Params = TaskParams;
    using Result = Empty;
    static constexpr std::string_view kName = "session.shutdown";
    static constexpr std::string_view kSummary =
        "Stops what session.list shows. Runs as long as it takes; tells its progress.";
    static constexpr Access kAccess = Access::own;
    static constexpr std::array kErrors{Code::invalid_handle,
                                        Code::sem_timeout,
                                        Code::bad_arguments,
                                        Code::access_denied,
                                        Code::session_credential_conflict,
                                        Code::cancelled,
                                        Code::fail_noaction_reboot,
                                        Code::fail_shutdown,
                                        Code::out_of_memory,
                                        Code::write_fault,
                                        Code::not_enough_quota};
};

struct SessionRestart {
    using Params = TaskParams;
    using Result = Empty;
    static constexpr std::string_view kName = "session.restart";
    static constexpr std::string_view kSummary = "Starts again what session.shutdown stopped.";
    static constexpr Access kAccess = Access::own;
    static constexpr std::array kErrors{Code::invalid_handle, Code::sem_timeout,
                                        Code::bad_arguments,  Code::session_credential_conflict,
                                        Code::cancelled,      Code::request_out_of_sequence,
                                        Code::fail_restart,   Code::out_of_memory,
                                        Code::write_fault,    Code::not_enough_quota};
};

struct SessionCancel {
    using Params = SessionParams;
    using Result = Empty;
    static constexpr std::string_view kName = "session.cancel";
    static constexpr std::string_view kSummary =
        "Asks the running list, shutdown or restart of the session to stop.";
    static constexpr Access kAccess = Access::own;
    static constexpr std::array kErrors{Code::invalid_handle, Code::session_credential_conflict};
};

struct FilterAdd {
    using Params = AddFilterParams;
    using Result = Empty;
    static constexpr std::string_view kName = "filter.add";
    static constexpr std::string_view kSummary =
        "Keeps a program or service from being stopped or started again.";
    static constexpr Access kAccess = Access::own;
    static constexpr std::array kErrors{Code::invalid_handle, Code::sem_timeout,
                                        Code::bad_arguments,  Code::session_credential_conflict,
                                        Code::out_of_memory,  Code::write_fault};
};

struct FilterRemove {
    using Params = RemoveFilterParams;
    using Result = Empty;
    static constexpr std::string_view kName = "filter.remove";
    static constexpr std::string_view kSummary = "Takes a filter back.";
    static constexpr Access kAccess = Access::own;
    static constexpr std::array kErrors{Code::invalid_handle,
                                        Code::sem_timeout,
                                        Code::bad_arguments,
                                        Code::file_not_found,
                                        Code::session_credential_conflict,
                                        Code::out_of_memory,
                                        Code::write_fault};
};

struct FilterList {
    using Params = SessionParams;
    using Result = FiltersResult;
    static constexpr std::string_view kName = "filter.list";
    static constexpr std::string_view kSummary = "The filters of the session.";
    static constexpr Access kAccess = Access::own;
    static constexpr std::array kErrors{Code::invalid_handle, Code::sem_timeout,
                                        Code::session_credential_conflict};
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

struct SessionShow {
    using Params = EndSessionParams;
    using Result = SessionDetails;
    static constexpr std::string_view kName = "broker.session";
    static constexpr std::string_view kSummary =
        "What is registered in a session, and what it stopped.";
    static constexpr Access kAccess = Access::own_or_admin;
    static constexpr std::array kErrors{Code::file_not_found, Code::bad_arguments};
};

struct LedgerList {
    using Params = Empty;
    using Result = LedgersResult;
    static constexpr std::string_view kName = "broker.ledgers";
    static constexpr std::string_view kSummary =
        "What sessions stopped and have not started again.";
    static constexpr Access kAccess = Access::own_or_admin;
    static constexpr std::array kErrors{Code::not_enough_quota};
};

struct LedgerRestart {
    using Params = RestartLedgerParams;
    using Result = LedgerInfo;
    static constexpr std::string_view kName = "broker.restartLedger";
    static constexpr std::string_view kSummary =
        "Starts again what a session stopped that ended before it did so itself.";
    static constexpr Access kAccess = Access::own_or_admin;
    static constexpr std::array kErrors{
        Code::file_not_found, Code::bad_arguments, Code::sem_timeout, Code::cancelled,
        Code::fail_restart,   Code::out_of_memory, Code::write_fault, Code::not_enough_quota};
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

using MethodTable =
    std::tuple<method::Hello, method::SessionStart, method::SessionJoin, method::SessionEnd,
               method::SessionRegister, method::SessionList, method::SessionShutdown,
               method::SessionRestart, method::SessionCancel, method::FilterAdd,
               method::FilterRemove, method::FilterList, method::Ping, method::Status,
               method::Sessions, method::Watch, method::EndSession, method::SessionShow,
               method::LedgerList, method::LedgerRestart, method::Locks, method::Discover>;

/// Calls `visit.template operator()<M>()` for every method, in the table's order.
template <class Visit>
void for_each_method(Visit&& visit) {
    []<class... M>(std::tuple<M...>*, Visit& v) { (v.template operator()<M>(), ...); }(
        static_cast<MethodTable*>(nullptr), visit);
}

}  // namespace rmb::proto
