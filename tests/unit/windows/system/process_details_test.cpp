#include "windows/system/windows_system.hpp"

#include "../suspended_process.hpp"
#include "windows/system/process_handle.hpp"
#include "windows/wine.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>

namespace rmb::win {
namespace {

core::ProcessKey own_key() {
    return {GetCurrentProcessId(), start_time(GetCurrentProcess()).value()};
}

/// Of this process and all that it starts meanwhile.
class EnvironmentVariable {
public:
    EnvironmentVariable(const wchar_t* name, const wchar_t* value) : name_{name} {
        SetEnvironmentVariableW(name, value);
    }
    EnvironmentVariable(const EnvironmentVariable&) = delete;
    EnvironmentVariable& operator=(const EnvironmentVariable&) = delete;
    ~EnvironmentVariable() {
        SetEnvironmentVariableW(name_, nullptr);
    }

private:
    const wchar_t* name_;
};

/// A console program that runs until this ends, and has begun to.
class RunningConsole {
public:
    explicit RunningConsole(DWORD flags) {
        SECURITY_ATTRIBUTES inherited{sizeof inherited, nullptr, TRUE};
        UniqueHandle input;
        UniqueHandle output;
        CreatePipe(input.out(), input_.out(), &inherited, 0);
        CreatePipe(output_.out(), output.out(), &inherited, 0);
        STARTUPINFOW startup{};
        startup.cb = sizeof startup;
        startup.dwFlags = STARTF_USESTDHANDLES;
        startup.hStdInput = input.get();
        startup.hStdOutput = output.get();
        startup.hStdError = output.get();
        std::wstring command = L"cmd.exe /c echo begun& pause";
        PROCESS_INFORMATION made{};
        if (CreateProcessW(nullptr, command.data(), nullptr, nullptr, TRUE, flags, nullptr, nullptr,
                           &startup, &made) == FALSE) {
            throw std::runtime_error(last_error("CreateProcess").message);
        }
        process_.reset(made.hProcess);
        CloseHandle(made.hThread);
        key_ = {made.dwProcessId, start_time(made.hProcess).value()};
        char begun = 0;
        DWORD got = 0;
        ReadFile(output_.get(), &begun, 1, &got, nullptr);
    }
    RunningConsole(const RunningConsole&) = delete;
    RunningConsole& operator=(const RunningConsole&) = delete;
    ~RunningConsole() {
        TerminateProcess(process_.get(), 99);
        WaitForSingleObject(process_.get(), 5'000);
    }

    [[nodiscard]] core::ProcessKey key() const {
        return key_;
    }

private:
    UniqueHandle input_;
    UniqueHandle output_;
    UniqueHandle process_;
    core::ProcessKey key_;
};

struct ProcessDetailsTest : testing::Test {
    OwnHelpers helpers;
    WindowsSystem system{helpers};

    engine::ProcessDetails details(const core::ProcessKey& process) {
        const auto read = system.details_of(process);
        EXPECT_TRUE(read.has_value()) << read.error().message;
        return read.has_value() ? *read : engine::ProcessDetails{};
    }
};

TEST_F(ProcessDetailsTest, Itself_ItsDescriptionCommandLineAndFolder) {
    const auto own = details(own_key());
    EXPECT_EQ(own.command_line, narrow(GetCommandLineW()));
    std::wstring folder(MAX_PATH, L'\0');
    folder.resize(GetCurrentDirectoryW(MAX_PATH, folder.data()));
    EXPECT_EQ(own.directory, narrow(folder) + "\\");
    EXPECT_EQ(own.friendly_name, "rmb-unit");
    EXPECT_FALSE(own.is_critical);
    EXPECT_EQ(own.restart, std::nullopt);
}

TEST_F(ProcessDetailsTest, ProcessThatNeverRan_HasNoConsole) {
    const SuspendedProcess child;
    EXPECT_FALSE(details(child.key()).is_console);
}

TEST_F(ProcessDetailsTest, ConsoleProgram_IsAConsoleUnlessDetached) {
    const RunningConsole attached{CREATE_NO_WINDOW};
    const RunningConsole detached{DETACHED_PROCESS};
    EXPECT_TRUE(details(attached.key()).is_console);
    EXPECT_FALSE(details(detached.key()).is_console);
    EXPECT_EQ(details(attached.key()).command_line, "cmd.exe /c echo begun& pause");
}

TEST_F(ProcessDetailsTest, ProgramOfTheSystem_IsCritical) {
    const auto snapshot = system.look({});
    ASSERT_TRUE(snapshot.has_value());
    const auto is_scm = [](const engine::Process& process) {
        return process.program.ends_with("\\services.exe");
    };
    const auto scm = std::ranges::find_if(snapshot->processes, is_scm);
    ASSERT_NE(scm, snapshot->processes.end());
    EXPECT_TRUE(details(scm->key).is_critical);
}

TEST_F(ProcessDetailsTest, EveryTokenAFullOneAndUacOff_IsNotElevated) {
    if (!under_wine()) {
        GTEST_SKIP() << "depends on who runs the test";
    }
    EXPECT_FALSE(details(own_key()).is_elevated);
}

TEST_F(ProcessDetailsTest, StandInForARegistration_OnlyUnderWine) {
    const EnvironmentVariable set{L"RMB_TEST_RESTART", L"--again \"a b\""};
    const SuspendedProcess child;
    const auto restart = details(child.key()).restart;
    if (under_wine()) {
        EXPECT_EQ(restart, (engine::RestartRegistration{"--again \"a b\"", 0}));
    } else {
        EXPECT_EQ(restart, std::nullopt);
    }
}

TEST_F(ProcessDetailsTest, EndedOrAnotherOfTheSameId_FileNotFound) {
    const SuspendedProcess child;
    auto other = child.key();
    ++other.start_time;
    EXPECT_EQ(system.details_of(other).error().code, Code::file_not_found);
    child.end();
    EXPECT_EQ(system.details_of(child.key()).error().code, Code::file_not_found);
}

TEST_F(ProcessDetailsTest, MayStop_OnlyTheProcessWithThatStartTimeWhileItRuns) {
    const SuspendedProcess child;
    EXPECT_TRUE(system.may_stop(child.key()));
    auto other = child.key();
    ++other.start_time;
    EXPECT_FALSE(system.may_stop(other));
    child.end();
    EXPECT_FALSE(system.may_stop(child.key()));
}

TEST_F(ProcessDetailsTest, MayStopService_OneThatIsThere) {
    EXPECT_TRUE(system.may_stop_service("PlugPlay"));
    EXPECT_FALSE(system.may_stop_service("no such service"));
}

}  // namespace
}  // namespace rmb::win
