#pragma once

#include "client/lib/windows_handle.hpp"

#include <windows.h>

#include <filesystem>
#include <string>
#include <vector>

namespace rmb::bench {

/// A program of the end-to-end tests, until this object is destroyed.
class RunningProgram {
public:
    enum class Kind {
        window,  // rmb-e2e-app: ends when it is asked to
        idle     // rmb-e2e-console: has neither windows nor a console
    };

    /// It opens these files once it runs.
    explicit RunningProgram(Kind kind, const std::vector<std::filesystem::path>& holds = {});
    RunningProgram(RunningProgram&&) noexcept = default;
    RunningProgram& operator=(RunningProgram&&) = delete;
    ~RunningProgram();

    void wait_until_ready() const;
    void wait_until_ended() const;

private:
    client::UniqueHandle ready_;
    client::UniqueHandle process_{nullptr};
};

/// So many side by side, ready.
[[nodiscard]] std::vector<RunningProgram> run_programs(
    std::size_t count, RunningProgram::Kind kind,
    const std::vector<std::filesystem::path>& holds = {});

}  // namespace rmb::bench
