#include "windows/helper/child_start.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace rmb::win {
namespace {

constexpr DWORD kLongestPath = 32'768;
constexpr DWORD kEndMilliseconds = 2'000;

/// The list of what a child inherits.
class InheritedHandle {
public:
    InheritedHandle() = default;
    InheritedHandle(const InheritedHandle&) = delete;
    InheritedHandle& operator=(const InheritedHandle&) = delete;
    ~InheritedHandle() {
        if (list_ != nullptr) {
            DeleteProcThreadAttributeList(list_);
        }
    }

    DWORD set(HANDLE handle) {
        SIZE_T size = 0;
        InitializeProcThreadAttributeList(nullptr, 1, 0, &size);
        memory_.resize(size);
        auto* list = static_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(static_cast<void*>(memory_.data()));
        if (InitializeProcThreadAttributeList(list, 1, 0, &size) == FALSE) {
            return GetLastError();
        }
        list_ = list;
        handle_ = handle;
        return UpdateProcThreadAttribute(list_, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, &handle_,
                                         sizeof handle_, nullptr, nullptr) == FALSE
                   ? GetLastError()
                   : ERROR_SUCCESS;
    }
    [[nodiscard]] LPPROC_THREAD_ATTRIBUTE_LIST get() const {
        return list_;
    }

private:
    std::vector<std::byte> memory_;
    LPPROC_THREAD_ATTRIBUTE_LIST list_ = nullptr;
    HANDLE handle_ = nullptr;
};

BOOL create(const ChildStart& start, STARTUPINFOEXW& startup, PROCESS_INFORMATION& made) {
    constexpr DWORD kFlags = CREATE_SUSPENDED | DETACHED_PROCESS | CREATE_UNICODE_ENVIRONMENT |
                             EXTENDED_STARTUPINFO_PRESENT;
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
    auto job = make_job(start.job_limits);
    if (job.has_error()) {
        return job.error();
    }
    std::wstring desktop = LR"(winsta0\default)";
    STARTUPINFOEXW startup{};
    startup.StartupInfo.cb = sizeof startup;
    startup.StartupInfo.lpDesktop = desktop.data();
    InheritedHandle inherited;
    if (start.inherited != nullptr) {
        if (const DWORD code = inherited.set(start.inherited); code != ERROR_SUCCESS) {
            return win32_error("naming what it inherits", code);
        }
    }
    startup.lpAttributeList = inherited.get();
    if (start.output != nullptr) {
        startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
        startup.StartupInfo.hStdOutput = start.output;
    }
    PROCESS_INFORMATION made{};
    if (create(start, startup, made) == FALSE) {
        return last_error("creating the process");
    }
    Child child{std::move(*job), UniqueHandle{made.hProcess}, made.dwProcessId};
    const UniqueHandle thread{made.hThread};
    if (AssignProcessToJobObject(child.job.get(), child.process.get()) == FALSE) {
        const DWORD code = GetLastError();
        TerminateProcess(child.process.get(), ERROR_PROCESS_ABORTED);
        return win32_error("putting the process into a job", code);
    }
    ResumeThread(thread.get());
    return child;
}

void end_child(const Child& child) {
    TerminateJobObject(child.job.get(), ERROR_PROCESS_ABORTED);
    WaitForSingleObject(child.process.get(), kEndMilliseconds);
}

std::wstring own_program() {
    std::wstring path(kLongestPath, L'\0');
    path.resize(GetModuleFileNameW(nullptr, path.data(), kLongestPath));
    return path;
}

}  // namespace rmb::win
