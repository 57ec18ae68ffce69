#pragma once

#include "bench.hpp"

namespace rmb::bench {

/// session.list of the test host, and the memory of a session of many files.
void measure_lists(const Options& options, Table& table);

}  // namespace rmb::bench
