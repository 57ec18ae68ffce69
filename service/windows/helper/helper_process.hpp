#pragma once

#include "windows/helper/helper_link.hpp"
#include "windows/own_helpers.hpp"

#include <memory>

namespace rmb::win {

/// Starts this program as a helper with the token's rights, its user's environment, on the desktop
/// of the token's Windows session; in a job that ends with the link, with nothing inherited. Waits
/// until it has opened its pipe. not_ready where it does not, or the system refuses.
/// `helpers` knows it as long as it lives.
[[nodiscard]] result<std::unique_ptr<HelperLink>> start_helper(HANDLE token, OwnHelpers& helpers);

}  // namespace rmb::win
