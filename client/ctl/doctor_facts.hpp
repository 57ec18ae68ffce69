#pragma once

#include "client/ctl/environment.hpp"
#include "client/lib/server_facts.hpp"
#include "proto/methods.hpp"
#include "proto/service_setup.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What `rmbctl doctor` found out, before anything is concluded from it.
namespace rmb::ctl {

/// What SCM says of the service beside client::ServiceFacts.
struct ServiceSetup {
    proto::ServiceSetupFacts facts;
    /// Win32 and service-specific code of the last stop, while the service is stopped.
    struct ExitCodes {
        std::uint32_t win32 = 0;
        std::uint32_t specific = 0;
    };
    std::optional<ExitCodes> last_exit;
};

/// Nothing is known on a platform without SCM, and where SCM does not answer.
[[nodiscard]] ServiceSetup query_service_setup();

struct OrphanedSession {
    std::string hash;
    std::uint32_t pid = 0;
};

struct DoctorFacts {
    bool has_scm = false;  // Windows; the rest of what is said of SCM is of no meaning elsewhere
    std::string broker_program;
    std::string client_version;
    std::uint32_t client_protocol = 0;

    std::string pipe_name;  // as policy has it
    client::Trust trust = client::Trust::service_only;
    std::vector<proto::Problem> policy_problems;

    client::ServerReport server;
    ServiceSetup setup;
    std::optional<std::string> owner_account;  // name of server.facts.owner_sid

    // nullopt where the pipe was not open, or its server not the broker: nothing was asked.
    std::optional<call_result<proto::StatusResult>> status;
    std::optional<call_result<proto::SessionsResult>> sessions;
    /// Those of `sessions` whose primary is gone, although the service had time to notice.
    std::vector<OrphanedSession> orphans;
};

}  // namespace rmb::ctl
