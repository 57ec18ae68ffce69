#pragma once

#include "windows/api.hpp"

#include <stdexcept>
#include <string>

namespace rmb::win {

/// A service of this test process, gone afterwards.
class MadeService {
public:
    /// `needs`: one service that it depends on, or nothing.
    explicit MadeService(const std::wstring& program = L"C:\\nothing.exe",
                         const std::wstring& needs = {})
        : name_{"rmb-unit-" + std::to_string(GetCurrentProcessId())} {
        // A list, ended by an empty name.
        const auto list = needs + std::wstring(2, L'\0');
        const UniqueScHandle manager{
            OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE)};
        service_.reset(CreateServiceW(manager.get(), wide(name_).c_str(), nullptr,
                                      DELETE | SERVICE_STOP, SERVICE_WIN32_OWN_PROCESS,
                                      SERVICE_DEMAND_START, SERVICE_ERROR_IGNORE, program.c_str(),
                                      nullptr, nullptr, list.c_str(), nullptr, nullptr));
        if (!service_) {
            throw std::runtime_error(last_error("CreateService").message);
        }
    }
    MadeService(const MadeService&) = delete;
    MadeService& operator=(const MadeService&) = delete;
    ~MadeService() {
        SERVICE_STATUS status{};
        ControlService(service_.get(), SERVICE_CONTROL_STOP, &status);
        DeleteService(service_.get());
    }

    [[nodiscard]] const std::string& name() const {
        return name_;
    }

private:
    std::string name_;
    UniqueScHandle service_;
};

}  // namespace rmb::win
