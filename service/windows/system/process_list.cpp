#include "windows/system/process_list.hpp"

#include "core/application.hpp"
#include "windows/system/process_handle.hpp"

#include <sddl.h>
#include <tlhelp32.h>

#include <array>
#include <cstddef>
#include <utility>

namespace rmb::win {
namespace {

constexpr DWORD kOutside = PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE;
constexpr DWORD kInside =
    kOutside | PROCESS_QUERY_INFORMATION | PROCESS_VM_READ | PROCESS_DUP_HANDLE;

std::shared_ptr<const UniqueHandle> open(DWORD access, DWORD pid) {
    UniqueHandle process{OpenProcess(access, FALSE, pid)};
    return process ? std::make_shared<const UniqueHandle>(std::move(process)) : nullptr;
}

/// A program of ours that somebody else started is a process like any other.
bool is_own(const SeenProcess& process, const std::string& own_image, const OwnHelpers& helpers) {
    return process.facts.program == own_image && helpers.include(process.outside->get());
}

void add(const PROCESSENTRY32W& entry, ProcessList& list) {
    const auto pid = static_cast<std::uint32_t>(entry.th32ProcessID);
    const auto name = narrow(entry.szExeFile);
    SeenProcess process;
    process.inside = open(kInside, pid);
    if (process.inside) {
        process.outside = process.inside;
    } else {
        process.refused = last_error("opening it").message;
        process.outside = open(kOutside, pid);
    }
    if (!process.outside) {
        const DWORD code = GetLastError();
        // It has ended since the list was made.
        if (code != ERROR_INVALID_PARAMETER) {
            list.unseen.push_back({describe(pid, name), win32_error("opening it", code).message});
        }
        return;
    }
    const HANDLE handle = process.outside->get();
    const auto started = start_time(handle);
    if (!started) {
        return;
    }
    process.facts.key = {pid, *started};
    process.facts.program = image_path(handle);
    if (process.facts.program.empty()) {
        process.facts.program = name;
    }
    process.facts.user = user_of(handle);
    DWORD session = 0;
    process.facts.windows_session =
        ProcessIdToSessionId(pid, &session) != FALSE ? session : core::kNoWindowsSession;
    list.processes.push_back(std::move(process));
}

}  // namespace

result<ProcessList> open_processes(const OwnHelpers& helpers) {
    const UniqueFile snapshot{CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0)};
    if (!snapshot) {
        return last_error("listing the processes");
    }
    const auto own_image = image_path(GetCurrentProcess());
    ProcessList list;
    PROCESSENTRY32W entry{};
    entry.dwSize = sizeof entry;
    for (BOOL more = Process32FirstW(snapshot.get(), &entry); more != FALSE;
         more = Process32NextW(snapshot.get(), &entry)) {
        // 0 is what the processors do when they do nothing.
        if (entry.th32ProcessID != 0 && entry.th32ProcessID != GetCurrentProcessId()) {
            add(entry, list);
        }
    }
    std::erase_if(list.processes,
                  [&](const SeenProcess& process) { return is_own(process, own_image, helpers); });
    return list;
}

std::string describe(std::uint32_t pid, std::string_view program) {
    const auto name = program.substr(program.find_last_of('\\') + 1);
    return "process " + std::to_string(pid) + " (" + std::string{name} + ")";
}

std::string user_of(HANDLE process) {
    UniqueHandle token;
    if (OpenProcessToken(process, TOKEN_QUERY, token.out()) == FALSE) {
        return {};
    }
    alignas(TOKEN_USER) std::array<std::byte, sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE> buffer{};
    DWORD size = 0;
    if (GetTokenInformation(token.get(), TokenUser, buffer.data(),
                            static_cast<DWORD>(buffer.size()), &size) == FALSE) {
        return {};
    }
    wchar_t* text = nullptr;
    const auto& user = *static_cast<const TOKEN_USER*>(static_cast<const void*>(buffer.data()));
    if (ConvertSidToStringSidW(user.User.Sid, &text) == FALSE) {
        return {};
    }
    const UniqueLocal owner{text};
    return narrow(text);
}

bool can_query(const core::ProcessKey& process) {
    // Not SYNCHRONIZE too, which is another right: the exit code has to do.
    const UniqueHandle handle{OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process.pid)};
    DWORD exit_code = 0;
    return handle && start_time(handle.get()) == process.start_time &&
           GetExitCodeProcess(handle.get(), &exit_code) != FALSE && exit_code == STILL_ACTIVE;
}

}  // namespace rmb::win
