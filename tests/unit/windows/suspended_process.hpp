#pragma once

#include "core/identity.hpp"
#include "windows/api.hpp"

#include <stdexcept>
#include <string>

namespace rmb::win {

/// A real process that does nothing: its only thread never runs. Ended at the latest with this.
class SuspendedProcess {
public:
    explicit SuspendedProcess(const std::wstring& program = system_program(L"cmd.exe")) {
        STARTUPINFOW startup{};
        startup.cb = sizeof startup;
        PROCESS_INFORMATION made{};
        if (CreateProcessW(program.c_str(), nullptr, nullptr, nullptr, FALSE,
                           CREATE_SUSPENDED | CREATE_NO_WINDOW, nullptr, nullptr, &startup,
                           &made) == FALSE) {
            throw std::runtime_error(last_error("CreateProcess").message);
        }
        process_.reset(made.hProcess);
        CloseHandle(made.hThread);
        FILETIME created{};
        FILETIME other{};
        GetProcessTimes(process_.get(), &created, &other, &other, &other);
        key_ = {made.dwProcessId, to_uint64(created)};
    }
    SuspendedProcess(SuspendedProcess&&) = default;
    SuspendedProcess& operator=(SuspendedProcess&&) = delete;
    ~SuspendedProcess() {
        if (process_) {
            end();
        }
    }

    static std::wstring system_program(const std::wstring& name) {
        wchar_t system[MAX_PATH] = {};
        GetSystemDirectoryW(system, MAX_PATH);
        return std::wstring{system} + L"\\" + name;
    }

    [[nodiscard]] HANDLE handle() const {
        return process_.get();
    }
    [[nodiscard]] core::ProcessKey key() const {
        return key_;
    }
    void end() const {
        TerminateProcess(process_.get(), 99);
        WaitForSingleObject(process_.get(), 5'000);
    }

private:
    UniqueHandle process_;
    core::ProcessKey key_;
};

}  // namespace rmb::win
