#pragma once

#include "engine/control.hpp"
#include "windows/api.hpp"

#include <string>

namespace rmb::win {

/// A time limit that Windows keeps in the registry as text, in milliseconds; `otherwise` where
/// there is none or it is no number. A user may have written anything there: 1 s to 5 min.
[[nodiscard]] engine::Milliseconds read_time_limit(HKEY root, const std::string& key,
                                                   const std::string& name,
                                                   engine::Milliseconds otherwise);

}  // namespace rmb::win
