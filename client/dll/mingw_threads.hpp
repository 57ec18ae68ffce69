#pragma once

namespace rmb::client {

/// Gives back what GCC's runtime holds for threads that have thrown; see mingw_threads.cpp.
void release_runtime_threads();

}  // namespace rmb::client
