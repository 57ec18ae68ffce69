#pragma once

#include "proto/broker_wire.hpp"
#include "proto/session_wire.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

/// What the service and its helper say to each other, by the same framing and envelopes as on the
/// public pipe. Both are one program of one version: nothing here need stay as it is.
namespace rmb::proto::helper {

struct ProcessesParams {
    std::vector<ProcessId> processes;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("processes", self.processes, "those that it is about");
    }
};

struct PresenceInfo {
    bool main_window = false;
    bool other_window = false;
    bool shell = false;
    std::vector<std::uint32_t> console;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("mainWindow", self.main_window, "has a visible top-level window without owner");
        visit("otherWindow", self.other_window, "has any other top-level window");
        visit("shell", self.shell, "the desktop and the task bar are its own");
        visit("console", self.console, "ids of the processes on its console, itself included");
    }
};

struct LookResult {
    std::vector<PresenceInfo> presences;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("presences", self.presences, "one a process, in the order asked");
    }
};

struct AskParams {
    std::vector<ProcessId> processes;
    bool until_refusal = false;
    std::uint32_t limit = 0;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("processes", self.processes, "those that are asked");
        visit("untilRefusal", self.until_refusal, "answer as soon as one says no");
        visit("limit", self.limit, "milliseconds");
    }
};

struct AskResult {
    std::vector<std::uint32_t> votes;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("votes", self.votes,
              "one a process, in the order asked: 0 agreed, 1 refused, 2 silent, 3 no window");
    }
};

struct TellParams {
    std::vector<ProcessId> processes;
    bool ending = false;
    std::uint32_t limit = 0;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("processes", self.processes, "those that are told");
        visit("ending", self.ending, "they are to end; else they are not, after all");
        visit("limit", self.limit, "milliseconds");
    }
};

struct InterruptParams {
    ProcessId process;
    std::vector<std::uint32_t> attached;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("process", self.process, "on whose console");
        visit("attached", self.attached, "ids of the processes that must be all there are on it");
    }
};

struct CreateParams {
    std::string program;
    std::string command_line;
    std::string directory;
    bool new_console = false;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("program", self.program, "full path");
        visit("commandLine", self.command_line, "whole, the program's name included");
        visit("directory", self.directory, "to run in; empty: the user's own");
        visit("newConsole", self.new_console, "with a console of its own");
    }
};

struct ReleaseParams {
    ProcessId process;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("process", self.process, "created, to run from now on");
    }
};

/// As the functions of engine::SessionAgent.
namespace method {

struct Look {
    using Params = ProcessesParams;
    using Result = LookResult;
    static constexpr std::string_view kName = "helper.look";
};
struct AskToEnd {
    using Params = AskParams;
    using Result = AskResult;
    static constexpr std::string_view kName = "helper.askToEnd";
};
struct TellEnd {
    using Params = TellParams;
    using Result = Empty;
    static constexpr std::string_view kName = "helper.tellEnd";
};
struct Close {
    using Params = ProcessesParams;
    using Result = Empty;
    static constexpr std::string_view kName = "helper.close";
};
struct Interrupt {
    using Params = InterruptParams;
    using Result = Empty;
    static constexpr std::string_view kName = "helper.interrupt";
};
struct Create {
    using Params = CreateParams;
    using Result = ProcessId;
    static constexpr std::string_view kName = "helper.create";
};
struct Release {
    using Params = ReleaseParams;
    using Result = Empty;
    static constexpr std::string_view kName = "helper.release";
};

}  // namespace method

using MethodTable = std::tuple<method::Look, method::AskToEnd, method::TellEnd, method::Close,
                               method::Interrupt, method::Create, method::Release>;

}  // namespace rmb::proto::helper
