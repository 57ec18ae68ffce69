#pragma once

#include <cstddef>

namespace rmb::bench {

/// The floor of a list: the handle table of the system, and one duplicate of each handle that
/// another process has to a file. How many there were.
std::size_t walk_handles();

}  // namespace rmb::bench
