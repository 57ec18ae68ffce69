#pragma once

#include <windows.h>

#include <stdexcept>
#include <string>

namespace rmb::bench {

[[noreturn]] inline void fail(const std::string& what, DWORD code = GetLastError()) {
    throw std::runtime_error{what + ": error " + std::to_string(code)};
}

}  // namespace rmb::bench
