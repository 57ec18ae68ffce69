#pragma once

#include <windows.h>

namespace rmb::bench {

/// Of the broker's service, mebibytes.
struct ServiceMemory {
    double resident = 0;
    double peak_resident = 0;
};
[[nodiscard]] ServiceMemory service_memory();

/// Ends the service's helpers; returns when they are gone. Fails where there is none.
void end_helpers();

}  // namespace rmb::bench
