#include "windows/control/service_control.hpp"

#include "windows/system/service_list.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

namespace rmb::win {
namespace {

using engine::Milliseconds;

/// 0, which is no state, where it cannot be asked.
DWORD state_of(const UniqueScHandle& service) {
    SERVICE_STATUS_PROCESS status{};
    DWORD size = 0;
    return service && QueryServiceStatusEx(service.get(), SC_STATUS_PROCESS_INFO,
                                           static_cast<BYTE*>(static_cast<void*>(&status)),
                                           sizeof status, &size) != FALSE
               ? service_state(status)
               : 0;
}

}  // namespace

result<void> tell_service_to_stop(const std::string& name) {
    const auto service = open_service(name, SERVICE_STOP | SERVICE_QUERY_STATUS);
    if (service.has_error()) {
        return service.error();
    }
    SERVICE_STATUS status{};
    if (ControlService(service->get(), SERVICE_CONTROL_STOP, &status) != FALSE) {
        return {};
    }
    const DWORD code = GetLastError();
    const auto state = state_of(*service);
    if (state == SERVICE_STOPPED || state == SERVICE_STOP_PENDING) {
        return {};
    }
    return win32_error("stopping the service " + name, code);
}

result<void> tell_service_to_start(const std::string& name) {
    const auto service = open_service(name, SERVICE_START | SERVICE_QUERY_STATUS);
    if (service.has_error()) {
        return service.error();
    }
    if (StartServiceW(service->get(), 0, nullptr) != FALSE) {
        return {};
    }
    const DWORD code = GetLastError();
    const auto state = state_of(*service);
    if (state == SERVICE_RUNNING || state == SERVICE_START_PENDING) {
        return {};
    }
    return win32_error("starting the service " + name, code);
}

std::vector<bool> wait_for_service_states(std::span<const std::string> names, bool running,
                                          Milliseconds limit, const std::stop_token& stop) {
    constexpr DWORD kFirstPauseMs = 5;
    constexpr DWORD kLongestPauseMs = 100;
    const DWORD wanted = running ? SERVICE_RUNNING : SERVICE_STOPPED;
    std::vector<UniqueScHandle> services;
    for (const auto& name : names) {
        auto opened = open_service(name, SERVICE_QUERY_STATUS);
        services.push_back(opened.has_value() ? std::move(*opened) : UniqueScHandle{});
    }
    const auto deadline = std::chrono::steady_clock::now() + limit;
    std::vector<bool> reached(services.size());
    for (DWORD pause = kFirstPauseMs;; pause = std::min(pause * 2, kLongestPauseMs)) {
        bool waits = false;
        for (std::size_t i = 0; i < services.size(); ++i) {
            reached[i] = state_of(services[i]) == wanted;
            waits = waits || (services[i] && !reached[i]);
        }
        if (!waits || stop.stop_requested() || std::chrono::steady_clock::now() >= deadline) {
            return reached;
        }
        Sleep(pause);
    }
}

}  // namespace rmb::win
