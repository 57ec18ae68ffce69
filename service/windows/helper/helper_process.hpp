#pragma once

#include "windows/helper/helper_link.hpp"

#include <memory>

namespace rmb::win {

/// Starts this program as a helper with the token's rights, its user's environment, on the desktop
/// of the token's Windows session; in a job that ends with the link, with one end of a pipe and
/// nothing else inherited. not_ready where the system refuses.
[[nodiscard]] result<std::unique_ptr<HelperLink>> start_helper(HANDLE token);

}  // namespace rmb::win
