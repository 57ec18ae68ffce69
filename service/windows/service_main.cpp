#include "windows/service_main.hpp"

#include "windows/api.hpp"

#include <atomic>
#include <utility>

namespace rmb::win {
namespace {

class ScmSink final : public StatusSink {
public:
    void attach(SERVICE_STATUS_HANDLE handle) {
        handle_ = handle;
    }

    void report(const ServiceStatus& status) override {
        SERVICE_STATUS native{};
        native.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
        native.dwCurrentState = static_cast<DWORD>(status.state);
        // No PRESHUTDOWN: it would let installers that run during a shutdown wait for us.
        native.dwControlsAccepted =
            status.accepts_controls ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN |
                                          SERVICE_ACCEPT_PARAMCHANGE | SERVICE_ACCEPT_SESSIONCHANGE
                                    : 0UL;
        native.dwWin32ExitCode = status.exit_code;
        native.dwServiceSpecificExitCode = status.service_exit_code;
        native.dwCheckPoint = status.checkpoint;
        native.dwWaitHint = static_cast<DWORD>(status.wait_hint.count());
        SetServiceStatus(handle_, &native);
    }

private:
    SERVICE_STATUS_HANDLE handle_ = nullptr;
};

class NoSink final : public StatusSink {
public:
    void report(const ServiceStatus& /*status*/) override {}
};

static_assert(static_cast<DWORD>(ServiceState::stopped) == SERVICE_STOPPED);
static_assert(static_cast<DWORD>(ServiceState::start_pending) == SERVICE_START_PENDING);
static_assert(static_cast<DWORD>(ServiceState::stop_pending) == SERVICE_STOP_PENDING);
static_assert(static_cast<DWORD>(ServiceState::running) == SERVICE_RUNNING);
static_assert(static_cast<DWORD>(Control::stop) == SERVICE_CONTROL_STOP);
static_assert(static_cast<DWORD>(Control::interrogate) == SERVICE_CONTROL_INTERROGATE);
static_assert(static_cast<DWORD>(Control::shutdown) == SERVICE_CONTROL_SHUTDOWN);
static_assert(static_cast<DWORD>(Control::param_change) == SERVICE_CONTROL_PARAMCHANGE);
static_assert(static_cast<DWORD>(Control::session_change) == SERVICE_CONTROL_SESSIONCHANGE);

/// The dispatcher's entry points are given no context, so there is one of these a process.
struct ScmRun {
    std::wstring name;
    RunnerFactory make;
    ScmSink sink;
    std::unique_ptr<ProgramRunner> runner;
    std::atomic<ProgramRunner*> controlled{nullptr};  // for SCM's thread
    std::int32_t exit_code = 0;
};

ScmRun* g_scm_run = nullptr;

DWORD WINAPI on_control(DWORD control, DWORD event, void* data, void* context) {
    ProgramRunner* runner = static_cast<ScmRun*>(context)->controlled.load();
    if (runner != nullptr && control == SERVICE_CONTROL_SESSIONCHANGE &&
        event == WTS_SESSION_LOGOFF) {
        runner->logged_off(static_cast<const WTSSESSION_NOTIFICATION*>(data)->dwSessionId);
    }
    const bool known = runner == nullptr || runner->control(control);
    return known ? NO_ERROR : ERROR_CALL_NOT_IMPLEMENTED;
}

void WINAPI service_main(DWORD /*count*/, wchar_t** /*arguments*/) {
    ScmRun& run = *g_scm_run;
    const SERVICE_STATUS_HANDLE handle =
        RegisterServiceCtrlHandlerExW(run.name.c_str(), on_control, &run);
    if (handle == nullptr) {
        run.exit_code = static_cast<std::int32_t>(GetLastError());
        return;
    }
    run.sink.attach(handle);
    run.runner = run.make(run.sink);
    run.controlled = run.runner.get();
    run.exit_code = run.runner->run();
}

std::atomic<ProgramRunner*> g_console_runner{nullptr};

BOOL WINAPI on_console_event(DWORD event) {
    ProgramRunner* runner = g_console_runner.load();
    if (runner == nullptr) {
        return FALSE;
    }
    const bool hurry =
        event == CTRL_CLOSE_EVENT || event == CTRL_LOGOFF_EVENT || event == CTRL_SHUTDOWN_EVENT;
    runner->control(hurry ? SERVICE_CONTROL_SHUTDOWN : SERVICE_CONTROL_STOP);
    if (hurry) {
        // The process is ended as soon as this returns.
        Sleep(static_cast<DWORD>(kShutdownLimit.count()));
    }
    return TRUE;
}

}  // namespace

void end_process_now(std::int32_t code) {
    TerminateProcess(GetCurrentProcess(), static_cast<UINT>(code));
    for (;;) {
        Sleep(INFINITE);
    }
}

std::int32_t run_under_scm(std::string_view service, RunnerFactory make) {
    ScmRun run{wide(service), std::move(make), {}, nullptr, nullptr, 0};
    g_scm_run = &run;
    const SERVICE_TABLE_ENTRYW table[] = {{run.name.data(), service_main}, {nullptr, nullptr}};
    if (StartServiceCtrlDispatcherW(table) == FALSE) {
        return static_cast<std::int32_t>(GetLastError());
    }
    return run.exit_code;
}

std::int32_t run_in_console(const RunnerFactory& make) {
    NoSink sink;
    const auto runner = make(sink);
    g_console_runner = runner.get();
    SetConsoleCtrlHandler(on_console_event, TRUE);
    const std::int32_t code = runner->run();
    SetConsoleCtrlHandler(on_console_event, FALSE);
    g_console_runner = nullptr;
    return code;
}

}  // namespace rmb::win
