#pragma once

#include "child/holdings.hpp"

#include <windows.h>

#include <string>

namespace rmb::e2e {

/// What the programs that are stopped and started again have in common:
///
///   PROGRAM MODE [OPTION VALUE]...
///
///   --name NAME       begins each line of the report; the mode if absent; of a service its name
///   --report FILE     one line for each thing that happens, several programs may share it
///   --ready EVENT     is set when the program is in its mode
///   --restart TEXT    RegisterApplicationRestart
///   --restart-late TEXT    the same, but not before WM_QUERYENDSESSION
///   --hold FILE, --map FILE, --load FILE, --enter FOLDER    (Holdings)
///
/// The first line is "NAME started VERSION PID FOLDER", the last "NAME ended"; a program that was
/// killed has no last one.
class TestProgram {
public:
    /// Takes the options and does what they say, but for the event. Ends the process with 2 where
    /// they are wrong, or the Win32 code that one of them failed with.
    TestProgram(int count, char** arguments, int version);
    TestProgram(const TestProgram&) = delete;
    TestProgram& operator=(const TestProgram&) = delete;
    ~TestProgram();

    [[nodiscard]] const std::string& mode() const {
        return mode_;
    }
    [[nodiscard]] const std::string& name() const {
        return name_;
    }
    /// Of the file, for a program that is to write to it too.
    [[nodiscard]] const std::string& report_file() const {
        return report_file_;
    }
    /// The last --hold; empty where there was none.
    [[nodiscard]] const std::string& held_file() const {
        return held_file_;
    }

    /// Any thread. It stands in the file when this returns.
    void report(const std::string& event) const;
    void ready() const;
    /// Does what --restart-late says, if it was given.
    void register_late() const;

private:
    void take(const std::string& option, const std::string& value);
    [[nodiscard]] DWORD carry_out(const std::string& option, const std::string& value);

    std::string mode_;
    std::string name_;
    std::string report_file_;
    std::string ready_event_;
    std::string held_file_;
    std::string late_restart_;
    Holdings holdings_;
};

}  // namespace rmb::e2e
