#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace rmb::proto {

/// What a call can answer other than success. Positive values are Win32 error codes and mean what
/// Restart Manager's documentation says of them; negative ones are JSON-RPC 2.0's reserved codes
/// and speak of malformed traffic only.
enum class Code : std::int32_t {
    ok = 0,
    file_not_found = 2,
    access_denied = 5,
    invalid_handle = 6,
    out_of_memory = 14,
    not_ready = 21,
    write_fault = 29,
    sem_timeout = 121,
    bad_arguments = 160,
    more_data = 234,
    fail_noaction_reboot = 350,
    fail_shutdown = 351,
    fail_restart = 352,
    max_sessions_reached = 353,
    request_out_of_sequence = 776,
    service_not_active = 1062,
    service_does_not_exist = 1060,
    session_credential_conflict = 1219,
    cancelled = 1223,
    no_such_logon_session = 1312,
    bad_impersonation_level = 1346,
    not_enough_quota = 1816,

    parse_error = -32700,
    invalid_request = -32600,
    method_not_found = -32601,
    invalid_params = -32602,
    internal_error = -32603,
};

/// The symbolic name of a code as the Windows headers (or JSON-RPC) spell it, "UNKNOWN" for a code
/// that is not in the table.
[[nodiscard]] std::string_view code_name(Code code);

/// A refused or failed call: what the peer is told, and all it is told.
struct Error {
    Code code = Code::internal_error;
    /// One sentence for people: what was expected, what came.
    std::string message;
    /// The JSON path of the offending parameter ("params.files[3]") or the name of the limit that
    /// was met ("sessionsPerUserSession"); empty where neither applies.
    std::string subject = {};

    bool operator==(const Error&) const = default;
};

template <class T>
using result = boost::system::result<T, Error>;

/// Makes result<T>::value() usable: throws std::runtime_error with the message. Production code
/// asks has_value() first; this is what a test sees when its assumption was wrong.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& at);

}  // namespace rmb::proto
