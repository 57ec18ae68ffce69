#include "harness/program.hpp"

#include "child/text.hpp"
#include "harness/child_process.hpp"
#include "harness/create_process.hpp"
#include "harness/win32_error.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace rmb::e2e {
namespace {

using client::UniqueHandle;

/// An event for one program; the name is nobody else's.
std::wstring ready_name() {
    static std::atomic<int> count{0};
    return L"Global\\rmb-e2e-ready-" + std::to_wstring(GetCurrentProcessId()) + L"-" +
           std::to_wstring(++count);
}

UniqueHandle make_event(const std::wstring& name) {
    UniqueHandle event{CreateEventW(nullptr, FALSE, FALSE, name.c_str())};
    if (!event) {
        fail_with_last_error("CreateEvent");
    }
    return event;
}

std::filesystem::path executable_of(const std::string& mode) {
    const auto folder = programs().child.parent_path();
    const bool is_console =
        mode.starts_with("console") || mode == "idle" || mode.starts_with("service");
    return folder / (is_console ? L"rmb-e2e-console.exe" : L"rmb-e2e-app.exe");
}

std::wstring quoted(const std::wstring& text) {
    return L"\"" + text + L"\"";
}

/// What stands behind the program's name.
std::wstring arguments_of(const std::string& mode, const ProgramOptions& options,
                          const Report& report, const std::wstring& ready) {
    auto text = wide(mode) + L" --name " + wide(options.name.empty() ? mode : options.name) +
                L" --report " + quoted(report.file().wstring()) + L" --ready " + ready;
    if (!options.hold.empty()) {
        text += L" " + wide(options.how) + L" " + quoted(options.hold.wstring());
    }
    return text;
}

/// For a program inside quotes on a command line.
std::wstring escaped(const std::wstring& text) {
    std::wstring result;
    for (const wchar_t unit : text) {
        result += unit == L'"' ? std::wstring{L"\\\""} : std::wstring{unit};
    }
    return result;
}

/// Wine keeps no registration that another process could read; there the service reads this
/// variable of the program instead.
class RegistrationVariable {
public:
    explicit RegistrationVariable(const std::wstring& value) {
        SetEnvironmentVariableW(kName, value.empty() ? nullptr : value.c_str());
    }
    RegistrationVariable(const RegistrationVariable&) = delete;
    RegistrationVariable& operator=(const RegistrationVariable&) = delete;
    ~RegistrationVariable() {
        SetEnvironmentVariableW(kName, nullptr);
    }

private:
    static constexpr const wchar_t* kName = L"RMB_TEST_RESTART";
};

void wait_for_event(const UniqueHandle& event, const std::string& what) {
    if (WaitForSingleObject(event.get(), static_cast<DWORD>(kPatience.count())) != WAIT_OBJECT_0) {
        throw std::runtime_error{what + " does not get ready"};
    }
}

/// Whether it is one of ours: the id of one that has ended may be somebody else's by now.
bool is_test_program(HANDLE process) {
    std::wstring path(MAX_PATH, L'\0');
    auto size = static_cast<DWORD>(path.size());
    if (QueryFullProcessImageNameW(process, 0, path.data(), &size) == FALSE) {
        return false;
    }
    path.resize(size);
    return std::filesystem::path{path}.filename().wstring().starts_with(L"rmb-e2e-");
}

}  // namespace

Program::Program(const std::string& mode, const ProgramOptions& options, const Report& report)
    : ready_{nullptr} {
    const auto name = ready_name();
    ready_ = make_event(name);
    job_ = make_job();
    const auto program = options.executable.empty() ? executable_of(mode) : options.executable;
    const auto arguments = arguments_of(mode, options, report, name);
    auto command_line = quoted(program.wstring()) + L" " + arguments;
    if (options.is_registered) {
        command_line += L" --restart " + quoted(escaped(arguments));
    }
    if (options.registers_late) {
        command_line += L" --restart-late " + quoted(escaped(arguments));
    }
    // Only those that look at their console get one: it is a process of its own.
    const auto flags =
        CREATE_SUSPENDED | static_cast<DWORD>(mode == "idle" ? DETACHED_PROCESS : CREATE_NO_WINDOW);
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION made{};
    {
        const RegistrationVariable variable{options.is_registered ? arguments : std::wstring{}};
        const auto* const directory =
            options.directory.empty() ? nullptr : options.directory.c_str();
        if (!create_process({command_line, flags, false, directory}, startup, made)) {
            fail_with_last_error("starting " + program.string());
        }
    }
    process_ = UniqueHandle{made.hProcess};
    const UniqueHandle thread{made.hThread};
    pid_ = made.dwProcessId;
    if (AssignProcessToJobObject(job_.get(), process_.get()) == FALSE) {
        const auto code = GetLastError();
        TerminateProcess(process_.get(), 1);
        fail_with("AssignProcessToJobObject", code);
    }
    ResumeThread(thread.get());
}

void Program::wait_until_ready() const {
    wait_for_event(ready_, "process " + std::to_string(pid_));
}

bool Program::is_alive() const {
    return !has_ended(Milliseconds{0});
}

bool Program::has_ended(Milliseconds patience) const {
    return WaitForSingleObject(process_.get(), static_cast<DWORD>(patience.count())) ==
           WAIT_OBJECT_0;
}

void Program::kill() const {
    TerminateProcess(process_.get(), 1);
    if (!has_ended()) {
        throw std::runtime_error{"a killed program does not end"};
    }
}

TestService::TestService(const std::string& name, const ProgramOptions& options,
                         const Report& report, const std::vector<std::string>& needs,
                         const std::string& mode)
    : is_stubborn_{mode != "service"},
      ready_{nullptr},
      manager_{OpenSCManagerW(nullptr, nullptr, SC_MANAGER_ALL_ACCESS)} {
    const auto event = ready_name();
    ready_ = make_event(event);
    auto named = options;
    named.name = name;
    const auto command_line =
        quoted(executable_of(mode).wstring()) + L" " + arguments_of(mode, named, report, event);
    std::wstring dependencies;
    for (const auto& need : needs) {
        dependencies += wide(need) + L'\0';
    }
    dependencies += L'\0';
    service_.reset(CreateServiceW(
        manager_.get(), wide(name).c_str(), wide(name + " of the tests").c_str(),
        SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS, SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL,
        command_line.c_str(), nullptr, nullptr, dependencies.c_str(), nullptr, nullptr));
    if (!service_ || StartServiceW(service_.get(), 0, nullptr) == FALSE) {
        fail_with_last_error("making the service " + name);
    }
    wait_for_event(ready_, "service " + name);
}

TestService::~TestService() {
    is_stubborn_ ? kill() : stop();
    DeleteService(service_.get());
}

void TestService::stop() const {
    // It takes no control before it runs.
    EXPECT_TRUE(eventually([this] {
        SERVICE_STATUS unused{};
        ControlService(service_.get(), SERVICE_CONTROL_STOP, &unused);
        return status().dwCurrentState == SERVICE_STOPPED;
    }));
}

void TestService::kill() const {
    const UniqueHandle process{
        OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, status().dwProcessId)};
    if (process) {
        TerminateProcess(process.get(), 1);
        WaitForSingleObject(process.get(), static_cast<DWORD>(kPatience.count()));
    }
}

SERVICE_STATUS_PROCESS TestService::status() const {
    SERVICE_STATUS_PROCESS found{};
    DWORD needed = 0;
    QueryServiceStatusEx(service_.get(), SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&found),
                         sizeof found, &needed);
    return found;
}

bool is_running(DWORD pid) {
    const UniqueHandle process{
        OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, pid)};
    return process && is_test_program(process.get()) &&
           WaitForSingleObject(process.get(), 0) == WAIT_TIMEOUT;
}

void kill_all_of(const Report& report) {
    for (const auto& start : report.all_starts()) {
        const UniqueHandle process{OpenProcess(
            PROCESS_TERMINATE | PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, start.pid)};
        if (process && is_test_program(process.get())) {
            TerminateProcess(process.get(), 1);
            WaitForSingleObject(process.get(), static_cast<DWORD>(kPatience.count()));
        }
    }
}

}  // namespace rmb::e2e
