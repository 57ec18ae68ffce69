#pragma once

#include <windows.h>

#include <vector>

namespace rmb::bench {

/// Puts all of these processes on the first CPU, or lets them run on every one again.
void pin(const std::vector<DWORD>& processes, bool to_one_cpu);

}  // namespace rmb::bench
