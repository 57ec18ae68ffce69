#include "windows/system/service_list.hpp"

#include "windows/system/process_handle.hpp"
#include "windows/wine.hpp"

#include <cstddef>
#include <span>

namespace rmb::win {
namespace {

// Of one call; SCM copies all of it, filled or not.
constexpr std::size_t kBytes = 64 * 1024;

/// False too where it may not be opened.
bool is_known_to_have_ended(DWORD pid) {
    const UniqueHandle process{OpenProcess(SYNCHRONIZE, FALSE, pid)};
    return process ? has_ended(process.get()) : GetLastError() == ERROR_INVALID_PARAMETER;
}

void add(const ENUM_SERVICE_STATUS_PROCESSW& entry, std::vector<engine::ServiceFacts>& services) {
    const auto& status = entry.ServiceStatusProcess;
    // One that was created without a display name is displayed by its name; Wine leaves that out.
    const auto* displayed =
        entry.lpDisplayName == nullptr ? entry.lpServiceName : entry.lpDisplayName;
    services.push_back({narrow(entry.lpServiceName), narrow(displayed), status.dwProcessId,
                        service_state(status) != SERVICE_STOPPED});
}

}  // namespace

DWORD service_state(const SERVICE_STATUS_PROCESS& status) {
    return under_wine() && status.dwProcessId != 0 && is_known_to_have_ended(status.dwProcessId)
               ? SERVICE_STOPPED
               : status.dwCurrentState;
}

result<std::vector<engine::ServiceFacts>> list_services() {
    const UniqueScHandle manager{
        OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE)};
    if (!manager) {
        return last_error("OpenSCManager");
    }
    std::vector<ENUM_SERVICE_STATUS_PROCESSW> buffer(kBytes / sizeof(ENUM_SERVICE_STATUS_PROCESSW));
    const auto bytes = static_cast<DWORD>(buffer.size() * sizeof buffer[0]);
    std::vector<engine::ServiceFacts> services;
    DWORD resume = 0;
    for (bool more = true; more;) {
        DWORD needed = 0;
        DWORD count = 0;
        more = EnumServicesStatusExW(manager.get(), SC_ENUM_PROCESS_INFO, SERVICE_WIN32,
                                     SERVICE_STATE_ALL,
                                     static_cast<BYTE*>(static_cast<void*>(buffer.data())), bytes,
                                     &needed, &count, &resume, nullptr) == FALSE;
        if (more && GetLastError() != ERROR_MORE_DATA) {
            return last_error("EnumServicesStatusEx");
        }
        for (const auto& entry : std::span{buffer}.first(count)) {
            add(entry, services);
        }
        if (more && count == 0) {
            return Error{Code::not_enough_quota, "EnumServicesStatusEx: an entry is too large"};
        }
    }
    return services;
}

result<UniqueScHandle> open_service(const std::string& name, DWORD access) {
    const UniqueScHandle manager{OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT)};
    if (!manager) {
        return last_error("OpenSCManager");
    }
    UniqueScHandle service{OpenServiceW(manager.get(), wide(name).c_str(), access)};
    if (!service) {
        return last_error("opening the service " + name);
    }
    return service;
}

}  // namespace rmb::win
