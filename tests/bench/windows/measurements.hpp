#pragma once

#include "bench.hpp"

/// What is measured through the DLL, the service and its helper; each needs the service to run.
namespace rmb::bench {

/// RmGetList against the bare walk of all handles, and the service's memory for many files.
void measure_lists(const Options& options, Table& table);

/// RmShutdown of many programs with windows against that of one.
void measure_stop(const Options& options, Table& table);

/// What asking the helper adds to a list, and what starting it does.
void measure_helper(const Options& options, Table& table);

}  // namespace rmb::bench
