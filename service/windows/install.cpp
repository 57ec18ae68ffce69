#include "windows/install.hpp"

#include "proto/service_setup.hpp"
#include "windows/api.hpp"
#include "windows/log.hpp"
#include "windows/security_descriptor.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace rmb::win {
namespace {

using Steps = std::vector<SetupStepResult>;

constexpr DWORD kStopTimeoutMs = 30'000;
constexpr DWORD kPollMs = 100;

std::wstring service_name() {
    return wide(proto::kServiceName);
}

result<void> done_if(BOOL done, std::string_view what) {
    if (done == FALSE) {
        return last_error(what);
    }
    return {};
}

/// In quotes: an unquoted path with a space makes SCM try "C:\Program.exe" first.
result<std::wstring> quoted_own_path() {
    std::wstring path(32'768, L'\0');
    const DWORD units = GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
    if (units == 0 || units == path.size()) {
        return last_error("finding the own program");
    }
    path.resize(units);
    return L'"' + path + L'"';
}

result<UniqueScHandle> create_or_open(SC_HANDLE manager, const std::wstring& program) {
    constexpr DWORD kAccess =
        SERVICE_QUERY_STATUS | SERVICE_CHANGE_CONFIG | SERVICE_START | READ_CONTROL | WRITE_DAC;
    UniqueScHandle service{CreateServiceW(
        manager, service_name().c_str(), wide(proto::kServiceDisplayName).c_str(), kAccess,
        SERVICE_WIN32_OWN_PROCESS, proto::kServiceStartType, SERVICE_ERROR_NORMAL, program.c_str(),
        nullptr, nullptr, nullptr, nullptr, nullptr)};
    if (service) {
        return service;
    }
    if (GetLastError() != ERROR_SERVICE_EXISTS) {
        return last_error("CreateService");
    }
    service.reset(OpenServiceW(manager, service_name().c_str(), kAccess));
    if (!service) {
        return last_error("OpenService");
    }
    if (ChangeServiceConfigW(service.get(), SERVICE_WIN32_OWN_PROCESS, proto::kServiceStartType,
                             SERVICE_ERROR_NORMAL, program.c_str(), nullptr, nullptr, nullptr,
                             L"LocalSystem", nullptr,
                             wide(proto::kServiceDisplayName).c_str()) == FALSE) {
        return last_error("ChangeServiceConfig");
    }
    return service;
}

result<void> change(SC_HANDLE service, DWORD level, void* information) {
    return done_if(ChangeServiceConfig2W(service, level, information), "ChangeServiceConfig2");
}

result<void> set_recovery_actions(SC_HANDLE service) {
    std::array<SC_ACTION, proto::kRestartDelaysMs.size()> actions{};
    for (std::size_t i = 0; i < actions.size(); ++i) {
        actions[i] = {SC_ACTION_RESTART, proto::kRestartDelaysMs[i]};
    }
    SERVICE_FAILURE_ACTIONSW failure{};
    failure.dwResetPeriod = proto::kFailureCountResetSeconds;
    failure.cActions = static_cast<DWORD>(actions.size());
    failure.lpsaActions = actions.data();
    return change(service, SERVICE_CONFIG_FAILURE_ACTIONS, &failure);
}

/// A stop with an error code is a failure too, not only a crash.
result<void> set_recovery_on_error_exit(SC_HANDLE service) {
    SERVICE_FAILURE_ACTIONS_FLAG flag{TRUE};
    return change(service, SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &flag);
}

result<void> set_no_delay(SC_HANDLE service) {
    SERVICE_DELAYED_AUTO_START_INFO delayed{FALSE};
    return change(service, SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &delayed);
}

result<void> set_sid_type(SC_HANDLE service) {
    SERVICE_SID_INFO sid{proto::kServiceSidType};
    return change(service, SERVICE_CONFIG_SERVICE_SID_INFO, &sid);
}

result<void> set_description(SC_HANDLE service) {
    std::wstring text = wide(proto::kServiceDescription);
    SERVICE_DESCRIPTIONW description{text.data()};
    return change(service, SERVICE_CONFIG_DESCRIPTION, &description);
}

result<void> set_access(SC_HANDLE service) {
    const auto descriptor = SecurityDescriptor::from_sddl(proto::kServiceSddl);
    if (descriptor.has_error()) {
        return descriptor.error();
    }
    return done_if(SetServiceObjectSecurity(service, DACL_SECURITY_INFORMATION, descriptor->get()),
                   "SetServiceObjectSecurity");
}

result<void> set_log_folder(SC_HANDLE /*service*/) {
    const auto folder = make_log_folder();
    if (folder.has_error()) {
        return folder.error();
    }
    return {};
}

struct Step {
    std::string_view name;
    result<void> (*carry_out)(SC_HANDLE service);
};

constexpr std::array kSteps{
    Step{"start type: not delayed", set_no_delay},
    Step{"recovery actions", set_recovery_actions},
    Step{"recovery on error exit", set_recovery_on_error_exit},
    Step{"SID type", set_sid_type},
    Step{"access of users", set_access},
    Step{"description", set_description},
    Step{"log folder", set_log_folder},
};

result<void> stop_and_wait(SC_HANDLE service) {
    SERVICE_STATUS status{};
    if (ControlService(service, SERVICE_CONTROL_STOP, &status) == FALSE) {
        const DWORD code = GetLastError();
        if (code == ERROR_SERVICE_NOT_ACTIVE) {
            return {};
        }
        // One that is stopping is waited for.
        if (code != ERROR_SERVICE_CANNOT_ACCEPT_CTRL) {
            return win32_error("ControlService", code);
        }
    }
    for (DWORD waited = 0; waited < kStopTimeoutMs; waited += kPollMs) {
        if (QueryServiceStatus(service, &status) == FALSE) {
            return last_error("QueryServiceStatus");
        }
        if (status.dwCurrentState == SERVICE_STOPPED) {
            return {};
        }
        Sleep(kPollMs);
    }
    return win32_error("waiting for the service to stop", ERROR_SERVICE_REQUEST_TIMEOUT);
}

}  // namespace

std::vector<SetupStepResult> install_service() {
    constexpr std::string_view kFirst = "service";
    const auto program = quoted_own_path();
    if (program.has_error()) {
        return {{kFirst, program.error()}};
    }
    const UniqueScHandle manager{
        OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE)};
    if (!manager) {
        return {{kFirst, last_error("OpenSCManager")}};
    }
    const auto service = create_or_open(manager.get(), *program);
    if (service.has_error()) {
        return {{kFirst, service.error()}};
    }
    Steps steps{{kFirst, {}}};
    for (const auto& step : kSteps) {
        steps.push_back({step.name, step.carry_out(service->get())});
    }
    return steps;
}

std::vector<SetupStepResult> uninstall_service() {
    const UniqueScHandle manager{OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT)};
    if (!manager) {
        return {{"service", last_error("OpenSCManager")}};
    }
    const UniqueScHandle service{OpenServiceW(manager.get(), service_name().c_str(),
                                              SERVICE_STOP | SERVICE_QUERY_STATUS | DELETE)};
    if (!service) {
        if (GetLastError() == ERROR_SERVICE_DOES_NOT_EXIST) {
            return {{"not installed", {}}};
        }
        return {{"service", last_error("OpenService")}};
    }
    Steps steps;
    steps.push_back({"stop", stop_and_wait(service.get())});
    auto deleted = done_if(DeleteService(service.get()), "DeleteService");
    // Somebody did this before, and somebody holds it open: it goes with the last handle.
    if (deleted.has_error() &&
        deleted.error().code == static_cast<Code>(ERROR_SERVICE_MARKED_FOR_DELETE)) {
        deleted = {};
    }
    steps.push_back({"delete", std::move(deleted)});
    return steps;
}

int print_steps(const std::vector<SetupStepResult>& steps) {
    bool all = true;
    for (const auto& step : steps) {
        all = all && step.outcome.has_value();
        const std::string outcome =
            step.outcome.has_value() ? "done" : "FAILED: " + step.outcome.error().message;
        std::printf("%-26.*s %s\n", static_cast<int>(step.step.size()), step.step.data(),
                    outcome.c_str());
    }
    return all ? 0 : 1;
}

}  // namespace rmb::win
