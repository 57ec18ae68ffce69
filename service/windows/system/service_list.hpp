#pragma once

#include "engine/system.hpp"
#include "windows/api.hpp"

#include <string>
#include <vector>

/// SCM's services, as whoever the thread acts as.
namespace rmb::win {

/// All services that are programs, not drivers, whatever their state.
[[nodiscard]] result<std::vector<engine::ServiceFacts>> list_services();

/// By short name. service_does_not_exist; access_denied where SCM refuses one of the rights.
[[nodiscard]] result<UniqueScHandle> open_service(const std::string& name, DWORD access);

}  // namespace rmb::win
