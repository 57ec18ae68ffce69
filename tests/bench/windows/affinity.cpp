#include "windows/affinity.hpp"

#include "client/lib/windows_handle.hpp"
#include "windows/failure.hpp"

namespace rmb::bench {

void pin(const std::vector<DWORD>& processes, bool to_one_cpu) {
    DWORD_PTR own = 0;
    DWORD_PTR system = 0;
    if (GetProcessAffinityMask(GetCurrentProcess(), &own, &system) == FALSE) {
        fail("GetProcessAffinityMask");
    }
    for (const auto pid : processes) {
        const client::UniqueHandle process{
            OpenProcess(PROCESS_SET_INFORMATION | PROCESS_QUERY_INFORMATION, FALSE, pid)};
        if (!process ||
            SetProcessAffinityMask(process.get(), to_one_cpu ? DWORD_PTR{1} : system) == FALSE) {
            fail("pinning process " + std::to_string(pid));
        }
    }
}

}  // namespace rmb::bench
