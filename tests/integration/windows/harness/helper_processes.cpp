#include "harness/helper_processes.hpp"

#include "client/lib/windows_handle.hpp"
#include "harness/wait.hpp"
#include "harness/win32_error.hpp"

#include <tlhelp32.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rmb::e2e {
namespace {

using client::UniqueHandle;

constexpr DWORD kAccess = PROCESS_TERMINATE | PROCESS_SUSPEND_RESUME | SYNCHRONIZE |
                          PROCESS_CREATE_THREAD | PROCESS_QUERY_INFORMATION | PROCESS_VM_OPERATION |
                          PROCESS_VM_READ | PROCESS_VM_WRITE;

void load_into(HANDLE process, const std::wstring& library) {
    const auto size = (library.size() + 1) * sizeof(wchar_t);
    void* const there = VirtualAllocEx(process, nullptr, size, MEM_COMMIT, PAGE_READWRITE);
    if (there == nullptr ||
        WriteProcessMemory(process, there, library.c_str(), size, nullptr) == FALSE) {
        fail_with_last_error("writing into a helper");
    }
    // It lies at the same address in every process.
    const auto load = reinterpret_cast<LPTHREAD_START_ROUTINE>(
        reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "LoadLibraryW")));
    const UniqueHandle thread{CreateRemoteThread(process, nullptr, 0, load, there, 0, nullptr)};
    if (!thread) {
        fail_with_last_error("starting a thread in a helper");
    }
    DWORD loaded = 0;
    if (WaitForSingleObject(thread.get(), static_cast<DWORD>(kPatience.count())) != WAIT_OBJECT_0 ||
        GetExitCodeThread(thread.get(), &loaded) == FALSE || loaded == 0) {
        throw std::runtime_error{"a helper does not load the library"};
    }
}

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
        UniqueHandle process{OpenProcess(kAccess, FALSE, entry.th32ProcessID)};
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

std::vector<UniqueHandle> HelperProcesses::open() const {
    return open_helpers(service_);
}

std::size_t HelperProcesses::load(const std::filesystem::path& library) const {
    const auto helpers = open_helpers(service_);
    for (const auto& helper : helpers) {
        load_into(helper.get(), library.wstring());
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
