#pragma once

#include "windows/helper/child_start.hpp"
#include "windows/helper/helper_link.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace rmb::win {

struct HelperOptions {
    std::wstring program = own_program();
    std::chrono::milliseconds idle{60'000};     // it ends when it was asked nothing for so long
    std::chrono::milliseconds connect{10'000};  // and so long it may take to open its pipe
};

/// Where it works, as CreateProcessAsUserW takes it. A user's programs in session 0 (started over
/// SSH) are not on winsta0, where he may not go, but on a window station of their logon, which an
/// empty name stands for.
[[nodiscard]] std::wstring desktop_for(const core::TokenFacts& token);

/// Starts this program as a helper with the token's rights, its user's environment, on the desktop
/// of the token's Windows session; in a job that ends with the link, with nothing inherited. Waits
/// until it has opened its pipe. not_ready where it does not, or the system refuses.
/// `helpers` knows it as long as it lives.
[[nodiscard]] result<std::unique_ptr<HelperLink>> start_helper(HANDLE token, OwnHelpers& helpers,
                                                               const HelperOptions& options = {});

}  // namespace rmb::win
