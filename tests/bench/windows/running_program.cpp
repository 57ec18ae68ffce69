#include "windows/running_program.hpp"

#include "windows/failure.hpp"
#include "windows/own_folder.hpp"

#include <array>
#include <atomic>

namespace rmb::bench {
namespace {

constexpr DWORD kPatience = 120'000;

std::wstring new_event_name() {
    static std::atomic<int> count{0};
    return L"Global\\rmb-bench-ready-" + std::to_wstring(GetCurrentProcessId()) + L"-" +
           std::to_wstring(++count);
}

/// Whatever becomes of this process, what it started ends with it.
HANDLE own_job() {
    static const client::UniqueHandle job = [] {
        client::UniqueHandle made{CreateJobObjectW(nullptr, nullptr)};
        JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
        limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
        if (!made || SetInformationJobObject(made.get(), JobObjectExtendedLimitInformation, &limits,
                                             sizeof limits) == FALSE) {
            fail("making a job");
        }
        return made;
    }();
    return job.get();
}

std::wstring quoted(const std::wstring& text) {
    return L"\"" + text + L"\"";
}

}  // namespace

RunningProgram::RunningProgram(Kind kind, const std::vector<std::filesystem::path>& holds)
    : ready_{nullptr} {
    const bool has_window = kind == Kind::window;
    const auto event = new_event_name();
    ready_ = client::UniqueHandle{CreateEventW(nullptr, TRUE, FALSE, event.c_str())};
    const auto program = own_folder() / (has_window ? L"rmb-e2e-app.exe" : L"rmb-e2e-console.exe");
    auto command_line =
        quoted(program.wstring()) + (has_window ? L" window" : L" idle") + L" --ready " + event;
    for (const auto& file : holds) {
        command_line += L" --hold " + quoted(file.wstring());
    }
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION made{};
    // A console would be a process of its own.
    if (CreateProcessW(nullptr, command_line.data(), nullptr, nullptr, FALSE,
                       CREATE_SUSPENDED | DETACHED_PROCESS, nullptr, nullptr, &startup,
                       &made) == FALSE) {
        fail("starting " + program.string());
    }
    process_ = client::UniqueHandle{made.hProcess};
    const client::UniqueHandle thread{made.hThread};
    if (AssignProcessToJobObject(own_job(), process_.get()) == FALSE) {
        const auto code = GetLastError();
        TerminateProcess(process_.get(), 1);
        fail("AssignProcessToJobObject", code);
    }
    ResumeThread(thread.get());
}

RunningProgram::~RunningProgram() {
    if (process_) {
        TerminateProcess(process_.get(), 1);
        WaitForSingleObject(process_.get(), kPatience);
    }
}

void RunningProgram::wait_until_ready() const {
    const std::array<HANDLE, 2> either{ready_.get(), process_.get()};
    const auto which =
        WaitForMultipleObjects(static_cast<DWORD>(either.size()), either.data(), FALSE, kPatience);
    if (which != WAIT_OBJECT_0) {
        fail("a program did not get ready, wait", which);
    }
}

void RunningProgram::wait_until_ended() const {
    if (const auto waited = WaitForSingleObject(process_.get(), kPatience);
        waited != WAIT_OBJECT_0) {
        fail("a program did not end, wait", waited);
    }
}

std::vector<RunningProgram> run_programs(std::size_t count, RunningProgram::Kind kind,
                                         const std::vector<std::filesystem::path>& holds) {
    std::vector<RunningProgram> programs;
    programs.reserve(count);
    for (std::size_t n = 0; n < count; ++n) {
        programs.emplace_back(kind, holds);
    }
    for (const auto& program : programs) {
        program.wait_until_ready();
    }
    return programs;
}

}  // namespace rmb::bench
