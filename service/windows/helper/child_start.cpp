#include "windows/helper/child_start.hpp"

#include "windows/helper/start_attributes.hpp"

#include <memory>
#include <utility>

namespace rmb::win {
namespace {

constexpr DWORD kLongestPath = 32'768;
constexpr DWORD kEndMilliseconds = 2'000;

BOOL create(const ChildStart& start, STARTUPINFOEXW& startup, PROCESS_INFORMATION& made) {
    constexpr DWORD kFlags =
        DETACHED_PROCESS | CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT;
    auto command = L"\"" + start.program + L"\" " + start.arguments;
    const BOOL inherit = start.inherited != nullptr ? TRUE : FALSE;
    return start.token == nullptr
               ? CreateProcessW(start.program.c_str(), command.data(), nullptr, nullptr, inherit,
                                kFlags, start.environment, nullptr, &startup.StartupInfo, &made)
               : CreateProcessAsUserW(start.token, start.program.c_str(), command.data(), nullptr,
                                      nullptr, inherit, kFlags, start.environment, nullptr,
                                      &startup.StartupInfo, &made);
}

}  // namespace

DWORD set_job_limits(HANDLE job, DWORD limits) {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION information{};
    information.BasicLimitInformation.LimitFlags = limits;
    return SetInformationJobObject(job, JobObjectExtendedLimitInformation, &information,
                                   sizeof information) == FALSE
               ? GetLastError()
               : ERROR_SUCCESS;
}

result<UniqueHandle> make_job(DWORD limits) {
    UniqueHandle job{CreateJobObjectW(nullptr, nullptr)};
    if (!job) {
        return last_error("creating a job");
    }
    if (const DWORD code = set_job_limits(job.get(), limits); code != ERROR_SUCCESS) {
        return win32_error("limiting a job", code);
    }
    return job;
}

result<Child> start_child(const ChildStart& start) {
    auto made_job = make_job(start.job_limits);
    if (made_job.has_error()) {
        return made_job.error();
    }
    const auto job = std::make_shared<const UniqueHandle>(std::move(*made_job));
    if (start.known_to != nullptr) {
        start.known_to->add(job);
    }
    StartAttributes attributes;
    if (const DWORD code = attributes.set(job->get(), start.inherited); code != ERROR_SUCCESS) {
        return win32_error("naming its job and what it inherits", code);
    }
    auto desktop = start.desktop;
    STARTUPINFOEXW startup{};
    startup.StartupInfo.cb = sizeof startup;
    startup.StartupInfo.lpDesktop = desktop ? desktop->data() : nullptr;
    startup.lpAttributeList = attributes.get();
    if (start.output != nullptr) {
        startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
        startup.StartupInfo.hStdOutput = start.output;
    }
    PROCESS_INFORMATION made{};
    if (create(start, startup, made) == FALSE) {
        return last_error("creating the process");
    }
    const UniqueHandle thread{made.hThread};
    return Child{job, UniqueHandle{made.hProcess}, made.dwProcessId};
}

void end_child(const Child& child) {
    TerminateJobObject(child.job->get(), ERROR_PROCESS_ABORTED);
    WaitForSingleObject(child.process.get(), kEndMilliseconds);
}

std::wstring own_program() {
    std::wstring path(kLongestPath, L'\0');
    path.resize(GetModuleFileNameW(nullptr, path.data(), kLongestPath));
    return path;
}

}  // namespace rmb::win
