#include "harness/child_process.hpp"

#include "client/lib/windows_text.hpp"
#include "harness/create_process.hpp"
#include "harness/win32_error.hpp"

#include <array>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace rmb::e2e {
namespace {

std::filesystem::path own_folder() {
    std::wstring path(32'768, L'\0');
    path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
    return std::filesystem::path{path}.parent_path();
}

Programs programs_in(const std::filesystem::path& folder) {
    return {folder / L"rmbroker.exe", folder / L"rmb-e2e-child.exe", folder / L"rmbclient.dll",
            folder / L"rmbctl.exe"};
}

struct Pipe {
    client::UniqueHandle read{nullptr};
    client::UniqueHandle write{nullptr};
};

/// `inherited` is the end for the child.
Pipe make_pipe(client::UniqueHandle Pipe::*inherited) {
    HANDLE read = nullptr;
    HANDLE write = nullptr;
    if (CreatePipe(&read, &write, nullptr, 0) == FALSE) {
        fail_with_last_error("CreatePipe");
    }
    Pipe pipe{client::UniqueHandle{read}, client::UniqueHandle{write}};
    if (SetHandleInformation((pipe.*inherited).get(), HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT) ==
        FALSE) {
        fail_with_last_error("SetHandleInformation");
    }
    return pipe;
}

}  // namespace

client::UniqueHandle make_job() {
    client::UniqueHandle job{CreateJobObjectW(nullptr, nullptr)};
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    if (!job || SetInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &limits,
                                        sizeof limits) == FALSE) {
        fail_with_last_error("making a job");
    }
    return job;
}

const Programs& programs() {
    static const Programs kPrograms = programs_in(own_folder());
    return kPrograms;
}

Programs x86_programs() {
    if (const auto* named = _wgetenv(L"RMB_E2E_X86_BIN"); named != nullptr) {
        return programs_in(named);
    }
    const auto build = own_folder().parent_path().parent_path();
    return programs_in(build / L"mingw-x86" / L"bin");
}

ChildProcess::ChildProcess(const Programs& from, HANDLE token) : job_{make_job()} {
    auto to_child = make_pipe(&Pipe::read);
    auto from_child = make_pipe(&Pipe::write);
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdInput = to_child.read.get();
    startup.hStdOutput = from_child.write.get();
    startup.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    PROCESS_INFORMATION made{};
    auto command_line = L"\"" + from.child.wstring() + L"\"";
    constexpr DWORD kFlags = CREATE_SUSPENDED | CREATE_NO_WINDOW;
    const auto done =
        token == nullptr
            ? create_process({command_line, kFlags, true}, startup, made)
            : CreateProcessAsUserW(token, nullptr, command_line.data(), nullptr, nullptr, TRUE,
                                   kFlags, nullptr, nullptr, &startup, &made) != FALSE;
    if (!done) {
        fail_with_last_error("starting " + from.child.string());
    }
    process_ = client::UniqueHandle{made.hProcess};
    const client::UniqueHandle thread{made.hThread};
    pid_ = made.dwProcessId;
    if (AssignProcessToJobObject(job_.get(), process_.get()) == FALSE) {
        const auto code = GetLastError();
        TerminateProcess(process_.get(), 1);
        fail_with("AssignProcessToJobObject", code);
    }
    ResumeThread(thread.get());
    to_child_ = std::move(to_child.write);
    from_child_ = std::move(from_child.read);
    reader_ = std::thread{[this] { read_lines(); }};
    const auto dll = client::to_utf8(from.dll.wstring()).value();
    if (const auto loaded = ask("load " + dll); loaded != "0") {
        throw std::runtime_error{"loading " + dll + ": error " + loaded};
    }
}

ChildProcess::~ChildProcess() {
    // A debugger that was started for it holds its end of the pipe too.
    TerminateJobObject(job_.get(), 1);
    if (reader_.joinable()) {
        reader_.join();
    }
}

void ChildProcess::read_lines() {
    std::string line;
    std::array<char, 4096> buffer{};
    DWORD got = 0;
    while (ReadFile(from_child_.get(), buffer.data(), static_cast<DWORD>(buffer.size()), &got,
                    nullptr) != FALSE) {
        for (DWORD i = 0; i < got; ++i) {
            const char c = buffer[i];
            if (c == '\n') {
                const std::lock_guard lock{mutex_};
                lines_.push_back(std::exchange(line, {}));
                changed_.notify_all();
            } else if (c != '\r') {
                line.push_back(c);
            }
        }
    }
    const std::lock_guard lock{mutex_};
    ended_ = true;
    changed_.notify_all();
}

void ChildProcess::tell(const std::string& command) {
    const auto line = command + "\n";
    DWORD written = 0;
    if (WriteFile(to_child_.get(), line.data(), static_cast<DWORD>(line.size()), &written,
                  nullptr) == FALSE) {
        fail_with_last_error("telling a child: " + command);
    }
}

std::string ChildProcess::answer(Milliseconds patience) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, patience, [this] { return !lines_.empty() || ended_; });
    if (lines_.empty()) {
        throw std::runtime_error{ended_ ? "the child ended without an answer"
                                        : "no answer from the child"};
    }
    auto line = std::move(lines_.front());
    lines_.pop_front();
    return line;
}

std::string ChildProcess::ask(const std::string& command, Milliseconds patience) {
    tell(command);
    return answer(patience);
}

ChildProcess::Started ChildProcess::parse_started(const std::string& line) {
    std::istringstream words{line};
    Started started;
    if (!(words >> started.code >> started.handle >> started.key >> started.written)) {
        throw std::runtime_error{"unexpected answer: " + line};
    }
    return started;
}

ChildProcess::Started ChildProcess::start(const std::string& command) {
    return parse_started(ask(command));
}

ChildProcess::Joined ChildProcess::join(const std::string& key) {
    const auto line = ask("join " + key);
    std::istringstream words{line};
    Joined joined;
    if (!(words >> joined.code >> joined.handle >> joined.written)) {
        throw std::runtime_error{"unexpected answer: " + line};
    }
    return joined;
}

DWORD ChildProcess::end(DWORD handle) {
    return static_cast<DWORD>(std::stoul(ask("end " + std::to_string(handle))));
}

void ChildProcess::kill() {
    TerminateProcess(process_.get(), 1);
    wait_for_exit();
}

DWORD ChildProcess::wait_for_exit() {
    if (WaitForSingleObject(process_.get(), static_cast<DWORD>(kPatience.count())) !=
        WAIT_OBJECT_0) {
        throw std::runtime_error{"the child does not end"};
    }
    DWORD code = 0;
    GetExitCodeProcess(process_.get(), &code);
    return code;
}

}  // namespace rmb::e2e
