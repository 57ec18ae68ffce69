#include "harness/helper_processes.hpp"

#include "client/lib/windows_handle.hpp"
#include "harness/wait.hpp"
#include "harness/win32_error.hpp"

#include <tlhelp32.h>

#include <stdexcept>
#include <string_view>
#include <vector>

namespace rmb::e2e {
namespace {

using client::UniqueHandle;

/// Held open, so that their ids stay their own. Those that have ended meanwhile are left out.
std::vector<UniqueHandle> open_helpers(DWORD service) {
    const UniqueHandle snapshot{CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0)};
    if (!snapshot) {
        fail_with_last_error("listing processes");
    }
    std::vector<UniqueHandle> helpers;
    PROCESSENTRY32W entry{};
    entry.dwSize = sizeof entry;
    for (BOOL more = Process32FirstW(snapshot.get(), &entry); more != FALSE;
         more = Process32NextW(snapshot.get(), &entry)) {
        if (entry.th32ParentProcessID != service ||
            std::wstring_view{entry.szExeFile} != L"rmbroker.exe") {
            continue;
        }
        UniqueHandle process{OpenProcess(PROCESS_TERMINATE | PROCESS_SUSPEND_RESUME | SYNCHRONIZE,
                                         FALSE, entry.th32ProcessID)};
        if (process) {
            helpers.push_back(std::move(process));
        }
    }
    return helpers;
}

}  // namespace

std::size_t HelperProcesses::count() const {
    return open_helpers(service_).size();
}

std::size_t HelperProcesses::kill() const {
    const auto helpers = open_helpers(service_);
    for (const auto& helper : helpers) {
        TerminateProcess(helper.get(), 1);
        if (WaitForSingleObject(helper.get(), static_cast<DWORD>(kPatience.count())) !=
            WAIT_OBJECT_0) {
            throw std::runtime_error{"a killed helper does not end"};
        }
    }
    return helpers.size();
}

std::size_t HelperProcesses::hang() const {
    using Function = LONG(WINAPI*)(HANDLE);
    const auto suspend = reinterpret_cast<Function>(reinterpret_cast<void*>(
        GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtSuspendProcess")));
    const auto helpers = open_helpers(service_);
    for (const auto& helper : helpers) {
        if (suspend == nullptr || suspend(helper.get()) < 0) {
            throw std::runtime_error{"a helper cannot be suspended"};
        }
    }
    return helpers.size();
}

}  // namespace rmb::e2e
