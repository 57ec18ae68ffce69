#pragma once

#include <windows.h>

#include <filesystem>
#include <string>

namespace rmb::e2e {

/// What a program said.
struct Said {
    DWORD code = 0;    // its exit code
    std::string text;  // stdout and stderr
};

/// Runs a program until it ends. Steps that fail throw.
[[nodiscard]] Said run_program(const std::filesystem::path& program, const std::string& arguments);
[[nodiscard]] Said run_rmbctl(const std::string& arguments);

}  // namespace rmb::e2e
