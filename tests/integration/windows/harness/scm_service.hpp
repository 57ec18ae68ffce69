#pragma once

#include "client/lib/windows_handle.hpp"

#include <windows.h>

#include <string>

namespace rmb::e2e {

/// The service under test, by the Service Control Manager as an administrator would. Steps that
/// fail throw.
class ScmService {
public:
    ScmService();

    void install(const std::wstring& program);
    /// Stops and deletes it where it is installed, and waits until it is not any more.
    void remove();

    /// Starts it and waits until it runs.
    void start();
    /// Starts it and returns the exit code it stopped with.
    DWORD start_expecting_failure();
    /// Stops it and waits until its process is gone.
    void stop();
    /// Ends its process at once and waits until that is gone.
    void kill();
    DWORD control(DWORD code);

    [[nodiscard]] SERVICE_STATUS_PROCESS status() const;
    /// A handle of its process for waiting and ending.
    [[nodiscard]] client::UniqueHandle process() const;

private:
    void request_start();
    [[nodiscard]] bool is_served_by_live_process() const;

    client::UniqueService manager_;
    client::UniqueService service_;
};

}  // namespace rmb::e2e
