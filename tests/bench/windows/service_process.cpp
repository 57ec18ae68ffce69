#include "windows/service_process.hpp"

#include "client/lib/local.hpp"
#include "client/lib/server_facts.hpp"
#include "client/lib/windows_handle.hpp"
#include "windows/failure.hpp"

#include <psapi.h>
#include <tlhelp32.h>

namespace rmb::bench {
namespace {

DWORD service_pid() {
    const auto facts = client::query_service();
    if (facts.pid == 0) {
        fail("the service does not run, query", facts.error);
    }
    return facts.pid;
}

double mebibytes(SIZE_T bytes) {
    return static_cast<double>(bytes) / (1'024.0 * 1'024.0);
}

void end_process(DWORD pid) {
    constexpr DWORD kPatience = 20'000;
    const client::UniqueHandle process{OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, pid)};
    if (!process || TerminateProcess(process.get(), 1) == FALSE ||
        WaitForSingleObject(process.get(), kPatience) != WAIT_OBJECT_0) {
        fail("ending helper " + std::to_string(pid));
    }
}

}  // namespace

ServiceMemory service_memory() {
    const client::UniqueHandle process{
        OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, service_pid())};
    PROCESS_MEMORY_COUNTERS counters{};
    if (!process || GetProcessMemoryInfo(process.get(), &counters, sizeof counters) == FALSE) {
        fail("reading the memory of the service");
    }
    return {mebibytes(counters.WorkingSetSize), mebibytes(counters.PeakWorkingSetSize)};
}

void end_helpers() {
    const auto service = service_pid();
    const client::UniqueHandle all{CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0)};
    PROCESSENTRY32W entry{};
    entry.dwSize = sizeof entry;
    bool found = false;
    for (auto more = Process32FirstW(all.get(), &entry); more != FALSE;
         more = Process32NextW(all.get(), &entry)) {
        if (entry.th32ParentProcessID == service) {
            end_process(entry.th32ProcessID);
            found = true;
        }
    }
    if (!found) {
        fail("no helper runs", ERROR_NOT_FOUND);
    }
}

}  // namespace rmb::bench
