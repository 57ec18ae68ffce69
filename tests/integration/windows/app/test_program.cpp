#include "app/test_program.hpp"

#include "child/text.hpp"

namespace rmb::e2e {
namespace {

std::string current_folder() {
    std::wstring folder(MAX_PATH, L'\0');
    folder.resize(GetCurrentDirectoryW(static_cast<DWORD>(folder.size()), folder.data()));
    return narrow(folder);
}

/// Appending is one act on Windows only: Wine asks for the end first, and writes there afterwards.
class ReportTurn {
public:
    ReportTurn() : mutex_(CreateMutexW(nullptr, FALSE, L"Global\\rmb-e2e-report")) {
        WaitForSingleObject(mutex_, INFINITE);
    }
    ReportTurn(const ReportTurn&) = delete;
    ReportTurn& operator=(const ReportTurn&) = delete;
    ~ReportTurn() {
        ReleaseMutex(mutex_);
        CloseHandle(mutex_);
    }

private:
    HANDLE mutex_;
};

}  // namespace

TestProgram::TestProgram(int count, char** arguments, int version) {
    if (count < 2 || count % 2 != 0) {
        ExitProcess(2);
    }
    mode_ = arguments[1];
    name_ = mode_;
    for (int i = 2; i < count; i += 2) {
        take(arguments[i], arguments[i + 1]);
    }
    report("started " + std::to_string(version) + " " + std::to_string(GetCurrentProcessId()) +
           " " + current_folder());
}

TestProgram::~TestProgram() {
    report("ended");
}

void TestProgram::take(const std::string& option, const std::string& value) {
    if (const auto code = carry_out(option, value); code != ERROR_SUCCESS) {
        report("failed " + option + " " + std::to_string(code));
        ExitProcess(code);
    }
}

DWORD TestProgram::carry_out(const std::string& option, const std::string& value) {
    if (option == "--name") {
        name_ = value;
    } else if (option == "--report") {
        report_file_ = value;
    } else if (option == "--ready") {
        ready_event_ = value;
    } else if (option == "--restart") {
        return RegisterApplicationRestart(wide(value).c_str(), 0) == S_OK ? 0 : ERROR_GEN_FAILURE;
    } else if (option == "--restart-late") {
        late_restart_ = value;
    } else if (option == "--hold") {
        held_file_ = value;
        return holdings_.open(wide(value));
    } else if (option == "--map") {
        return holdings_.map(wide(value));
    } else if (option == "--load") {
        return holdings_.load(wide(value));
    } else if (option == "--enter") {
        return SetCurrentDirectoryW(wide(value).c_str()) == FALSE ? GetLastError() : 0;
    } else {
        return 2;
    }
    return ERROR_SUCCESS;
}

void TestProgram::report(const std::string& event) const {
    if (report_file_.empty()) {
        return;
    }
    const ReportTurn turn;
    const HANDLE file = CreateFileW(wide(report_file_).c_str(), FILE_APPEND_DATA,
                                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                    OPEN_ALWAYS, 0, nullptr);
    if (file == INVALID_HANDLE_VALUE) {
        return;
    }
    const auto line = name_ + " " + event + "\r\n";
    DWORD written = 0;
    WriteFile(file, line.data(), static_cast<DWORD>(line.size()), &written, nullptr);
    CloseHandle(file);
}

void TestProgram::register_late() const {
    if (late_restart_.empty()) {
        return;
    }
    RegisterApplicationRestart(wide(late_restart_).c_str(), 0);
    // What stands in for it under Wine (harness/program.cpp).
    SetEnvironmentVariableW(L"RMB_TEST_RESTART", wide(late_restart_).c_str());
}

void TestProgram::ready() const {
    if (ready_event_.empty()) {
        return;
    }
    const HANDLE event = OpenEventW(EVENT_MODIFY_STATE, FALSE, wide(ready_event_).c_str());
    if (event != nullptr) {
        SetEvent(event);
        CloseHandle(event);
    }
}

}  // namespace rmb::e2e
