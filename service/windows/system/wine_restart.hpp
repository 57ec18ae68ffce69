#pragma once

#include "engine/system.hpp"
#include "windows/api.hpp"

#include <cstdint>
#include <optional>

namespace rmb::win {

/// What stands in for RegisterApplicationRestart in tests under Wine, whose own is forgotten at
/// once and whose GetApplicationRestartSettings answers E_NOTIMPL: the environment variable
/// RMB_TEST_RESTART of the process, which is the registered command line. Nothing on Windows, where
/// a variable that is inherited must not decide what is started.
///
/// `environment` is where the process's environment begins.
[[nodiscard]] std::optional<engine::RestartRegistration> wine_restart(HANDLE process,
                                                                      std::uintptr_t environment);

}  // namespace rmb::win
