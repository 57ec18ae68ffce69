#pragma once

#include "windows/system/io_watchdog.hpp"

#include <string>

namespace rmb::win {

/// The FileDescription of a program's version resource, in the first of its languages. `program` is
/// a full path; empty where there is no such text, where it cannot be read in time, and where the
/// program is on no local volume.
[[nodiscard]] std::string file_description(IoWatchdog& watchdog, const std::string& program);

}  // namespace rmb::win
