#pragma once

#include "harness/broker_test.hpp"
#include "harness/installer.hpp"
#include "harness/program.hpp"

#include <deque>
#include <list>
#include <optional>
#include <string>
#include <vector>

namespace rmb::e2e {

/// Bits and values of the API, by the names of the reference.
inline constexpr DWORD kForce = 0x1;
inline constexpr DWORD kOnlyRegistered = 0x10;
inline constexpr DWORD kStatusRunning = 0x1;
inline constexpr DWORD kStatusStopped = 0x2;
inline constexpr DWORD kStatusRestarted = 0x8;
inline constexpr DWORD kStatusErrorOnStop = 0x10;
inline constexpr DWORD kStatusShutdownMasked = 0x40;
inline constexpr DWORD kStatusRestartMasked = 0x80;
inline constexpr DWORD kNoRestart = 1;
inline constexpr DWORD kNoShutdown = 2;

/// Programs that hold files, and an installer that wants these.
class Affecting : public BrokerWithFolder {
protected:
    void TearDown() override;

    /// Starts the program and waits until it is ready; it lives until the end of the test.
    Program& run(const std::string& mode, const ProgramOptions& options = {});
    /// Does not wait.
    Program& launch(const std::string& mode, const ProgramOptions& options = {});
    TestService& run_service(const std::string& name, const std::filesystem::path& hold = {},
                             const std::vector<std::string>& needs = {},
                             const std::string& mode = "service");

    /// An installer in a process of its own, with a session.
    Installer& install();
    /// Such a one whose session is about `file_`.
    Installer& install_file();

    /// How long a program may take that does not answer; what Windows' users set.
    static void set_hung_limit(Milliseconds limit);
    /// How long a service may take to stop; what administrators set.
    void set_service_limit(Milliseconds limit);
    /// Whether nobody holds it.
    [[nodiscard]] static bool is_free(const std::filesystem::path& file);
    [[nodiscard]] ProgramOptions holding(const std::string& name = {}) const {
        return {.name = name, .hold = file_};
    }
    [[nodiscard]] ProgramOptions registered(const std::string& name = {}) const {
        return {.name = name, .hold = file_, .is_registered = true};
    }

    void SetUp() override;

    std::filesystem::path file_;  // that the installer wants to replace
    Report report_{folder_ / L"report.txt"};

private:
    /// As it was before the test set another: none, or a text.
    std::optional<std::optional<std::wstring>> old_service_limit_;
    std::deque<Program> programs_;
    std::list<TestService> services_;  // each before those that it depends on
    std::list<Installer> installers_;
};

}  // namespace rmb::e2e
