#pragma once

#include "engine/system.hpp"
#include "windows/api.hpp"

#include <string>
#include <vector>

/// SCM's services, as whoever the thread acts as.
namespace rmb::win {

/// What the service does: as SCM says. Wine's does not learn that a service's process has ended
/// before somebody starts the service: there that is SERVICE_STOPPED, whatever it says.
[[nodiscard]] DWORD service_state(const SERVICE_STATUS_PROCESS& status);

/// All services that are programs, not drivers, whatever their state.
[[nodiscard]] result<std::vector<engine::ServiceFacts>> list_services();

/// By short name. service_does_not_exist; access_denied where SCM refuses one of the rights.
[[nodiscard]] result<UniqueScHandle> open_service(const std::string& name, DWORD access);

}  // namespace rmb::win
