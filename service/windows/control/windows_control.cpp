#include "windows/control/windows_control.hpp"

#include "windows/control/dependents.hpp"
#include "windows/control/service_control.hpp"
#include "windows/control/time_limits.hpp"
#include "windows/system/process_handle.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

namespace rmb::win {
namespace {

using engine::Milliseconds;
using Clock = std::chrono::steady_clock;

// As long as a request to stop may go unnoticed.
constexpr Milliseconds kSlice{100};

/// Until the process has ended, or until it is no use to wait on: false.
bool wait_for_one(HANDLE process, Clock::time_point deadline, const std::stop_token& stop) {
    for (;;) {
        const auto left = std::chrono::ceil<Milliseconds>(deadline - Clock::now());
        const auto slice = std::clamp(left, Milliseconds{0}, kSlice);
        if (WaitForSingleObject(process, static_cast<DWORD>(slice.count())) == WAIT_OBJECT_0) {
            return true;
        }
        if (stop.stop_requested() || left <= Milliseconds{0}) {
            return false;
        }
    }
}

}  // namespace

result<void> WindowsControl::terminate(const core::ProcessKey& process) {
    // Winlogon starts a shell again at once that ended with any other.
    constexpr UINT kExitCode = 1;
    const auto opened = open_running(process, PROCESS_TERMINATE);
    if (opened.has_error()) {
        return opened.error();
    }
    if (TerminateProcess(opened->get(), kExitCode) == FALSE) {
        const DWORD code = GetLastError();
        // One that has ended meanwhile is refused as one that may not be ended.
        return has_ended(opened->get())
                   ? error_as(Code::file_not_found, "ending a process", code)
                   : win32_error("ending process " + std::to_string(process.pid), code);
    }
    return {};
}

std::vector<bool> WindowsControl::wait_for_end(std::span<const core::ProcessKey> processes,
                                               Milliseconds limit, std::stop_token stop) {
    const auto deadline = Clock::now() + limit;
    std::vector<UniqueHandle> handles;
    std::vector<bool> ended;
    for (const auto& process : processes) {
        auto opened = open_running(process, 0);
        ended.push_back(opened.has_error() && opened.error().code == Code::file_not_found);
        handles.push_back(opened.has_value() ? std::move(*opened) : UniqueHandle{});
    }
    // One after the other: it is over when the last one has ended.
    for (const auto& handle : handles) {
        if (handle && !wait_for_one(handle.get(), deadline, stop)) {
            break;
        }
    }
    for (std::size_t i = 0; i < handles.size(); ++i) {
        ended[i] = ended[i] || (handles[i] && has_ended(handles[i].get()));
    }
    return ended;
}

result<std::vector<std::string>> WindowsControl::dependents(const std::string& service) {
    return running_dependents(service);
}

result<void> WindowsControl::stop_service(const std::string& name) {
    return tell_service_to_stop(name);
}

result<void> WindowsControl::start_service(const std::string& name) {
    return tell_service_to_start(name);
}

std::vector<bool> WindowsControl::wait_for_services(std::span<const std::string> names,
                                                    bool running, Milliseconds limit,
                                                    std::stop_token stop) {
    return wait_for_service_states(names, running, limit, stop);
}

Milliseconds WindowsControl::application_limit(const std::string& user) {
    return read_time_limit(HKEY_USERS, user + "\\Control Panel\\Desktop", "HungAppTimeout",
                           engine::kApplicationLimit);
}

Milliseconds WindowsControl::service_limit() {
    return read_time_limit(HKEY_LOCAL_MACHINE, "SYSTEM\\CurrentControlSet\\Control",
                           "WaitToKillServiceTimeout", engine::kServiceLimit);
}

}  // namespace rmb::win
