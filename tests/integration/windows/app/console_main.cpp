#include "app/test_program.hpp"
#include "child/text.hpp"

#include <windows.h>

#include <string_view>

/// A program without windows, to be stopped and started again. Modes:
///
///   console                  ends at Ctrl-C
///   console-ignore           takes Ctrl-C for nothing
///   console-with-bystander   console; and starts a console-ignore of the name "bystander" on it
///   console-with-partner     console; and starts a console of the name "partner" on it, with
///                            the same files
///   console-with-both        both of these
///   idle                     does not look at a console at all
///   service                  run by SCM; ends when it is stopped
///   service-stays            says that it is about to stop, and does not
///   service-refuses          takes no stop
namespace rmb::e2e {
namespace {

/// What the system's callbacks work with; there is one program in a process.
const TestProgram* g_program = nullptr;
HANDLE g_end = nullptr;
SERVICE_STATUS_HANDLE g_status = nullptr;

BOOL WINAPI on_control(DWORD kind) {
    if (kind != CTRL_C_EVENT) {
        return FALSE;
    }
    g_program->report("ctrl-c");
    if (g_program->mode() != "console-ignore") {
        SetEvent(g_end);
    }
    return TRUE;
}

void listen_to_console() {
    // Who starts a program may have had Ctrl-C ignored for all it starts.
    SetConsoleCtrlHandler(nullptr, FALSE);
    SetConsoleCtrlHandler(on_control, TRUE);
}

/// Starts a program on the own console. Returns when that listens. 0 or a Win32 code.
DWORD start_beside(const std::wstring& mode, const std::wstring& name, const std::wstring& more) {
    const auto ready = L"Global\\rmb-e2e-" + name + L"-" + std::to_wstring(GetCurrentProcessId());
    const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, ready.c_str());
    std::wstring program(MAX_PATH, L'\0');
    program.resize(GetModuleFileNameW(nullptr, program.data(), static_cast<DWORD>(program.size())));
    auto command_line = L"\"" + program + L"\" " + mode + L" --name " + name + L" --ready \"" +
                        ready + L"\" --report \"" + wide(g_program->report_file()) + L"\"" + more;
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION made{};
    if (event == nullptr || CreateProcessW(nullptr, command_line.data(), nullptr, nullptr, FALSE, 0,
                                           nullptr, nullptr, &startup, &made) == FALSE) {
        return GetLastError();
    }
    const HANDLE either[] = {event, made.hProcess};
    const auto which = WaitForMultipleObjects(2, either, FALSE, INFINITE);
    CloseHandle(made.hThread);
    CloseHandle(made.hProcess);
    CloseHandle(event);
    return which == WAIT_OBJECT_0 ? DWORD{ERROR_SUCCESS} : DWORD{ERROR_GEN_FAILURE};
}

DWORD start_others(std::string_view mode) {
    if (mode == "console-with-partner" || mode == "console-with-both") {
        const auto hold = L" --hold \"" + wide(g_program->held_file()) + L"\"";
        if (const auto code = start_beside(L"console", L"partner", hold); code != ERROR_SUCCESS) {
            return code;
        }
    }
    return mode == "console-with-bystander" || mode == "console-with-both"
               ? start_beside(L"console-ignore", L"bystander", {})
               : DWORD{ERROR_SUCCESS};
}

void tell_scm(DWORD state) {
    SERVICE_STATUS status{};
    status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
    status.dwCurrentState = state;
    const bool takes_stop = state == SERVICE_RUNNING && g_program->mode() != "service-refuses";
    status.dwControlsAccepted = takes_stop ? SERVICE_ACCEPT_STOP : 0;
    SetServiceStatus(g_status, &status);
}

DWORD WINAPI on_service_control(DWORD control, DWORD /*type*/, void* /*data*/, void* /*self*/) {
    if (control == SERVICE_CONTROL_STOP) {
        g_program->report("stop");
        tell_scm(SERVICE_STOP_PENDING);
        if (g_program->mode() != "service-stays") {
            SetEvent(g_end);
        }
    }
    return NO_ERROR;
}

void WINAPI serve(DWORD /*count*/, LPWSTR* /*arguments*/) {
    g_status =
        RegisterServiceCtrlHandlerExW(wide(g_program->name()).c_str(), on_service_control, nullptr);
    tell_scm(SERVICE_RUNNING);
    g_program->ready();
    WaitForSingleObject(g_end, INFINITE);
    tell_scm(SERVICE_STOPPED);
}

int run_service() {
    auto name = wide(g_program->name());
    const SERVICE_TABLE_ENTRYW table[] = {{name.data(), serve}, {nullptr, nullptr}};
    return StartServiceCtrlDispatcherW(table) == FALSE ? 3 : 0;
}

int run() {
    const std::string_view mode = g_program->mode();
    if (mode.starts_with("service")) {
        return run_service();
    }
    if (mode.starts_with("console")) {
        listen_to_console();
    } else if (mode != "idle") {
        return 2;
    }
    if (start_others(mode) != ERROR_SUCCESS) {
        return 3;
    }
    g_program->ready();
    WaitForSingleObject(g_end, INFINITE);
    return 0;
}

}  // namespace
}  // namespace rmb::e2e

int main(int count, char** arguments) {
    const rmb::e2e::TestProgram program{count, arguments, RMB_TEST_PROGRAM_VERSION};
    rmb::e2e::g_program = &program;
    rmb::e2e::g_end = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    return rmb::e2e::run();
}
