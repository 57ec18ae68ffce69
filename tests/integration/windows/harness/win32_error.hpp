#pragma once

#include <windows.h>

#include <string>
#include <system_error>

namespace rmb::e2e {

/// What a test's own step failed with; GoogleTest shows it as the test's failure.
[[noreturn]] inline void fail_with(const std::string& what, DWORD code) {
    throw std::system_error{static_cast<int>(code), std::system_category(),
                            what + ": error " + std::to_string(code)};
}

[[noreturn]] inline void fail_with_last_error(const std::string& what) {
    fail_with(what, GetLastError());
}

}  // namespace rmb::e2e
