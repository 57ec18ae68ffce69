#include "proto/error.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace rmb::proto {
namespace {

constexpr std::array kNames{
    std::pair{Code::ok, std::string_view{"ERROR_SUCCESS"}},
    std::pair{Code::file_not_found, std::string_view{"ERROR_FILE_NOT_FOUND"}},
    std::pair{Code::access_denied, std::string_view{"ERROR_ACCESS_DENIED"}},
    std::pair{Code::invalid_handle, std::string_view{"ERROR_INVALID_HANDLE"}},
    std::pair{Code::out_of_memory, std::string_view{"ERROR_OUTOFMEMORY"}},
    std::pair{Code::not_ready, std::string_view{"ERROR_NOT_READY"}},
    std::pair{Code::write_fault, std::string_view{"ERROR_WRITE_FAULT"}},
    std::pair{Code::sem_timeout, std::string_view{"ERROR_SEM_TIMEOUT"}},
    std::pair{Code::bad_arguments, std::string_view{"ERROR_BAD_ARGUMENTS"}},
    std::pair{Code::more_data, std::string_view{"ERROR_MORE_DATA"}},
    std::pair{Code::fail_noaction_reboot, std::string_view{"ERROR_FAIL_NOACTION_REBOOT"}},
    std::pair{Code::fail_shutdown, std::string_view{"ERROR_FAIL_SHUTDOWN"}},
    std::pair{Code::fail_restart, std::string_view{"ERROR_FAIL_RESTART"}},
    std::pair{Code::max_sessions_reached, std::string_view{"ERROR_MAX_SESSIONS_REACHED"}},
    std::pair{Code::request_out_of_sequence, std::string_view{"ERROR_REQUEST_OUT_OF_SEQUENCE"}},
    std::pair{Code::service_does_not_exist, std::string_view{"ERROR_SERVICE_DOES_NOT_EXIST"}},
    std::pair{Code::service_not_active, std::string_view{"ERROR_SERVICE_NOT_ACTIVE"}},
    std::pair{Code::session_credential_conflict,
              std::string_view{"ERROR_SESSION_CREDENTIAL_CONFLICT"}},
    std::pair{Code::cancelled, std::string_view{"ERROR_CANCELLED"}},
    std::pair{Code::no_such_logon_session, std::string_view{"ERROR_NO_SUCH_LOGON_SESSION"}},
    std::pair{Code::bad_impersonation_level, std::string_view{"ERROR_BAD_IMPERSONATION_LEVEL"}},
    std::pair{Code::not_enough_quota, std::string_view{"ERROR_NOT_ENOUGH_QUOTA"}},
    std::pair{Code::parse_error, std::string_view{"PARSE_ERROR"}},
    std::pair{Code::invalid_request, std::string_view{"INVALID_REQUEST"}},
    std::pair{Code::method_not_found, std::string_view{"METHOD_NOT_FOUND"}},
    std::pair{Code::invalid_params, std::string_view{"INVALID_PARAMS"}},
    std::pair{Code::internal_error, std::string_view{"INTERNAL_ERROR"}},
};

}  // namespace

std::string_view code_name(Code code) {
    for (const auto& [known, name] : kNames) {
        if (known == code) {
            return name;
        }
    }
    return "UNKNOWN";
}

void throw_exception_from_error(const Error& error, const boost::source_location& /*at*/) {
    throw std::runtime_error(error.message);
}

}  // namespace rmb::proto
