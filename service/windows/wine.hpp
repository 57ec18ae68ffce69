#pragma once

namespace rmb::win {

/// Whether the system is Wine, where the tests run. Only for the few things that Wine does not
/// have and that could not be tested without: each place says which. Never true on Windows.
[[nodiscard]] bool under_wine();

}  // namespace rmb::win
