#include "windows/helper/held_programs.hpp"

#include "windows/helper/child_start.hpp"
#include "windows/helper/start_attributes.hpp"
#include "windows/system/process_handle.hpp"

#include <string>
#include <utility>

namespace rmb::win {
namespace {

bool is_folder(const std::wstring& path) {
    const DWORD attributes = GetFileAttributesW(path.c_str());
    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

/// The user's own folder; empty where the environment does not tell.
std::wstring profile() {
    std::wstring path(GetEnvironmentVariableW(L"USERPROFILE", nullptr, 0), L'\0');
    path.resize(
        GetEnvironmentVariableW(L"USERPROFILE", path.data(), static_cast<DWORD>(path.size())));
    return path;
}

/// Where the program ran, if that is there still.
std::wstring folder_for(const engine::ProgramStart& start) {
    auto folder = wide(start.directory);
    return !folder.empty() && is_folder(folder) ? folder : profile();
}

}  // namespace

result<core::ProcessKey> HeldPrograms::create(const engine::ProgramStart& start) {
    auto job = make_job(JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE);
    if (job.has_error()) {
        return job.error();
    }
    auto command = wide(start.command_line);
    const auto folder = folder_for(start);
    // Out of the helper's own job, which ends all that is in it; and nothing of this process's way
    // to deal with errors is left to the program.
    const DWORD flags = CREATE_SUSPENDED | CREATE_BREAKAWAY_FROM_JOB | CREATE_DEFAULT_ERROR_MODE |
                        EXTENDED_STARTUPINFO_PRESENT |
                        (start.new_console ? DWORD{CREATE_NEW_CONSOLE} : DWORD{0});
    StartAttributes attributes;
    if (const DWORD code = attributes.set(job->get()); code != ERROR_SUCCESS) {
        return win32_error("naming its job", code);
    }
    STARTUPINFOEXW startup{};
    startup.StartupInfo.cb = sizeof startup;
    startup.lpAttributeList = attributes.get();
    PROCESS_INFORMATION made{};
    if (CreateProcessW(wide(start.program).c_str(), command.data(), nullptr, nullptr, FALSE, flags,
                       nullptr, folder.empty() ? nullptr : folder.c_str(), &startup.StartupInfo,
                       &made) == FALSE) {
        return last_error("starting " + start.program);
    }
    Held held{std::move(*job), UniqueHandle{made.hProcess}, UniqueHandle{made.hThread}};
    const auto started = start_time(held.process.get());
    if (!started) {
        return last_error("reading the start time of " + start.program);
    }
    const core::ProcessKey key{made.dwProcessId, *started};
    held_.emplace(key, std::move(held));
    return key;
}

result<void> HeldPrograms::release(const core::ProcessKey& process) {
    const auto found = held_.find(process);
    if (found == held_.end()) {
        return Error{Code::file_not_found,
                     "process " + std::to_string(process.pid) + " does not wait to be released"};
    }
    // It stays in its job, in which it must be as free as in none: may leave it, and what it starts
    // (of Explorer, that is all the user does) is not in it.
    constexpr DWORD kFree = JOB_OBJECT_LIMIT_BREAKAWAY_OK | JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK;
    if (const DWORD code = set_job_limits(found->second.job.get(), kFree); code != ERROR_SUCCESS) {
        return win32_error("letting go of a program", code);
    }
    const auto held = held_.extract(found);
    if (ResumeThread(held.mapped().thread.get()) == static_cast<DWORD>(-1)) {
        return last_error("letting a program run");
    }
    return {};
}

}  // namespace rmb::win
