#pragma once

#include "client/lib/windows_handle.hpp"
#include "harness/report.hpp"

#include <windows.h>

#include <filesystem>
#include <string>
#include <vector>

namespace rmb::e2e {

/// How a program of the tests is started (app/test_program.hpp).
struct ProgramOptions {
    std::string name = {};                  // in the report; the mode where empty
    std::filesystem::path hold = {};        // a file
    std::string how = "--hold";             // or --map, --load, --enter
    std::filesystem::path directory = {};   // to start in; the test's own where empty
    std::filesystem::path executable = {};  // instead of the one that has the mode
    bool is_registered = false;             // for restart, with the same options
    bool registers_late = false;            // the same, when it is asked whether it may end
};

/// A program to be stopped and started again, of one of the modes in app/app_main.cpp and
/// app/console_main.cpp. It is killed when this object goes, or this process does; what the broker
/// started in its place is not.
class Program {
public:
    Program(const std::string& mode, const ProgramOptions& options, const Report& report);

    /// Throws when it is not in time.
    void wait_until_ready() const;
    [[nodiscard]] DWORD pid() const {
        return pid_;
    }
    [[nodiscard]] bool is_alive() const;
    /// False when it is still there after `patience`.
    [[nodiscard]] bool has_ended(Milliseconds patience = kPatience) const;
    void kill() const;

private:
    client::UniqueHandle ready_;
    client::UniqueHandle job_{nullptr};
    client::UniqueHandle process_{nullptr};
    DWORD pid_ = 0;
};

/// Such a program as a service, of that name; stopped, or killed where it takes no stop, and
/// deleted when this object goes. Steps that fail throw.
class TestService {
public:
    /// Started, and ready. `needs` are services it depends on; `mode` one of a service.
    TestService(const std::string& name, const ProgramOptions& options, const Report& report,
                const std::vector<std::string>& needs = {}, const std::string& mode = "service");
    TestService(const TestService&) = delete;
    TestService& operator=(const TestService&) = delete;
    ~TestService();

    [[nodiscard]] SERVICE_STATUS_PROCESS status() const;
    [[nodiscard]] bool is_running() const {
        return status().dwCurrentState == SERVICE_RUNNING;
    }
    /// Returns when it has stopped.
    void stop() const;

private:
    void kill() const;

    bool is_stubborn_;
    client::UniqueHandle ready_;
    client::UniqueService manager_;
    client::UniqueService service_;
};

/// Whether the process, which a program's report names, runs.
[[nodiscard]] bool is_running(DWORD pid);

/// Ends what was started in a program's or service's place and still runs, by the report.
void kill_all_of(const Report& report);

}  // namespace rmb::e2e
