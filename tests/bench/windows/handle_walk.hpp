#pragma once

#include <cstddef>

namespace rmb::bench {

/// The floor of a list: the handle table of the system, and one duplicate of each handle that
/// another process has to a file. How many there were.
std::size_t walk_handles();

/// What the handle table does not tell: each region of the memory of each process, and the name of
/// each file that is mapped there. How many views of files there were.
std::size_t walk_mappings();

}  // namespace rmb::bench
