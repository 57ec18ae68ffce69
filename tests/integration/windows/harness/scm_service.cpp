#include "harness/scm_service.hpp"

#include "client/lib/windows_text.hpp"
#include "harness/wait.hpp"
#include "harness/win32_error.hpp"
#include "proto/service_setup.hpp"

#include <stdexcept>

namespace rmb::e2e {
namespace {

std::wstring service_name() {
    return client::to_wide(proto::kServiceName);
}

bool has_ended(HANDLE process) {
    return WaitForSingleObject(process, 0) == WAIT_OBJECT_0;
}

}  // namespace

ScmService::ScmService() : manager_{OpenSCManagerW(nullptr, nullptr, SC_MANAGER_ALL_ACCESS)} {
    if (!manager_) {
        fail_with_last_error("OpenSCManager");
    }
    service_.reset(OpenServiceW(manager_.get(), service_name().c_str(), SERVICE_ALL_ACCESS));
}

void ScmService::install(const std::wstring& program) {
    // What `sc create RmBroker binPath= ...` does.
    service_.reset(CreateServiceW(
        manager_.get(), service_name().c_str(), nullptr, SERVICE_ALL_ACCESS,
        SERVICE_WIN32_OWN_PROCESS, SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL,
        (L"\"" + program + L"\"").c_str(), nullptr, nullptr, nullptr, nullptr, nullptr));
    if (!service_) {
        fail_with_last_error("CreateService");
    }
}

void ScmService::remove() {
    if (!service_) {
        return;
    }
    // SCM may still speak of a process that was killed; one that ran and stopped it lets go of.
    if (status().dwCurrentState != SERVICE_STOPPED) {
        if (!is_served_by_live_process()) {
            start();
        }
        stop();
    }
    if (DeleteService(service_.get()) == FALSE &&
        GetLastError() != ERROR_SERVICE_MARKED_FOR_DELETE) {
        fail_with_last_error("DeleteService");
    }
    service_.reset();
    const auto is_gone = [this] {
        const client::UniqueService found{
            OpenServiceW(manager_.get(), service_name().c_str(), SERVICE_QUERY_STATUS)};
        return !found && GetLastError() == ERROR_SERVICE_DOES_NOT_EXIST;
    };
    if (!eventually(is_gone)) {
        throw std::runtime_error{"the service is still installed"};
    }
}

void ScmService::request_start() {
    if (StartServiceW(service_.get(), 0, nullptr) == FALSE) {
        fail_with_last_error("StartService");
    }
}

void ScmService::start() {
    request_start();
    const auto runs_or_stopped = [this] {
        const auto state = status().dwCurrentState;
        return state == SERVICE_STOPPED ||
               (state == SERVICE_RUNNING && is_served_by_live_process());
    };
    if (!eventually(runs_or_stopped)) {
        throw std::runtime_error{"the service does not come to run"};
    }
    if (const auto now = status(); now.dwCurrentState == SERVICE_STOPPED) {
        fail_with("the service stopped again", now.dwWin32ExitCode);
    }
}

DWORD ScmService::start_expecting_failure() {
    // SCM reports the failure of a start either way.
    if (StartServiceW(service_.get(), 0, nullptr) == FALSE) {
        return GetLastError();
    }
    if (!eventually([this] { return status().dwCurrentState == SERVICE_STOPPED; })) {
        throw std::runtime_error{"the service started all the same"};
    }
    return status().dwWin32ExitCode;
}

void ScmService::stop() {
    const auto running = process();
    SERVICE_STATUS unused{};
    if (ControlService(service_.get(), SERVICE_CONTROL_STOP, &unused) == FALSE) {
        fail_with_last_error("stopping the service");
    }
    if (!eventually([this] { return status().dwCurrentState == SERVICE_STOPPED; }) ||
        WaitForSingleObject(running.get(), static_cast<DWORD>(kPatience.count())) !=
            WAIT_OBJECT_0) {
        throw std::runtime_error{"the service does not stop"};
    }
}

void ScmService::kill() {
    const auto running = process();
    if (TerminateProcess(running.get(), 99) == FALSE) {
        fail_with_last_error("TerminateProcess of the service");
    }
    if (WaitForSingleObject(running.get(), static_cast<DWORD>(kPatience.count())) !=
        WAIT_OBJECT_0) {
        throw std::runtime_error{"the killed service is still there"};
    }
}

DWORD ScmService::control(DWORD code) {
    SERVICE_STATUS unused{};
    return ControlService(service_.get(), code, &unused) != FALSE ? ERROR_SUCCESS : GetLastError();
}

SERVICE_STATUS_PROCESS ScmService::status() const {
    SERVICE_STATUS_PROCESS found{};
    DWORD needed = 0;
    if (QueryServiceStatusEx(service_.get(), SC_STATUS_PROCESS_INFO,
                             reinterpret_cast<BYTE*>(&found), sizeof found, &needed) == FALSE) {
        fail_with_last_error("QueryServiceStatusEx");
    }
    return found;
}

client::UniqueHandle ScmService::process() const {
    client::UniqueHandle found{
        OpenProcess(PROCESS_TERMINATE | PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE,
                    status().dwProcessId)};
    if (!found) {
        fail_with_last_error("opening the service's process");
    }
    return found;
}

bool ScmService::is_served_by_live_process() const {
    const auto pid = status().dwProcessId;
    const client::UniqueHandle found{pid == 0 ? nullptr : OpenProcess(SYNCHRONIZE, FALSE, pid)};
    return found && !has_ended(found.get());
}

}  // namespace rmb::e2e
