#pragma once

#include "proto/identifiers.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What session.* and filter.* carry.
namespace rmb::proto {

struct StartParams {
    std::uint32_t flags = 0;
    Token token{};

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("flags", self.flags, "reserved, must be 0");
        visit("token", self.token, "made by the client for this call; a repeat carries the same");
    }
};

struct StartResult {
    std::uint32_t session = 0;
    std::string key;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("session", self.session, "handle, valid in the calling process only");
        visit("key", self.key, "32 hex digits; whoever of the same user has it can join");
    }
};

struct JoinParams {
    std::string key;
    Token token{};

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("key", self.key, "the key that session.start returned");
        visit("token", self.token, "made by the client for this call; a repeat carries the same");
    }
};

struct JoinResult {
    std::uint32_t session = 0;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("session", self.session, "handle, valid in the calling process only");
    }
};

struct EndParams {
    std::optional<std::uint32_t> session;
    std::optional<Token> start_token;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("session", self.session, "the handle to end");
        visit("startToken", self.start_token,
              "instead of session: the token of a session.start whose answer never came");
    }
};

struct SessionParams {
    std::uint32_t session = 0;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("session", self.session, "handle");
    }
};

struct ProcessId {
    std::uint32_t pid = 0;
    std::uint64_t start_time = 0;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("pid", self.pid, "process id");
        visit("startTime", self.start_time, "creation time as FILETIME (100 ns since 1601, UTC)");
    }
};

struct RegisterParams {
    std::uint32_t session = 0;
    std::optional<std::vector<std::string>> files;
    std::optional<std::vector<ProcessId>> processes;
    std::optional<std::vector<std::string>> services;
    Token token{};

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("session", self.session, "handle");
        visit("files", self.files, "full paths; what does not exist matches nothing");
        visit("processes", self.processes, "to be stopped whatever they hold");
        visit("services", self.services, "short names; to be stopped whatever they hold");
        visit("token", self.token, "made by the client for this call; a repeat carries the same");
    }
};

/// One target of a filter: exactly one member.
struct FilterTargetInfo {
    std::optional<std::string> file;
    std::optional<ProcessId> process;
    std::optional<std::string> service;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("file", self.file, "full path of a program");
        visit("process", self.process, "a process");
        visit("service", self.service, "short name of a service");
    }
};

struct FilterInfo {
    FilterTargetInfo target;
    std::uint32_t action = 0;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("target", self.target, "exactly one of file, process and service");
        visit("action", self.action, "1: not started again; 2: neither stopped nor started");
    }
};

struct AddFilterParams {
    std::uint32_t session = 0;
    FilterTargetInfo target;
    std::uint32_t action = 0;
    Token token{};

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("session", self.session, "handle");
        visit("target", self.target, "exactly one of file, process and service");
        visit("action", self.action, "1: not started again; 2: neither stopped nor started");
        visit("token", self.token, "made by the client for this call; a repeat carries the same");
    }
};

struct RemoveFilterParams {
    std::uint32_t session = 0;
    FilterTargetInfo target;
    Token token{};

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("session", self.session, "handle");
        visit("target", self.target, "exactly one of file, process and service");
        visit("token", self.token, "made by the client for this call; a repeat carries the same");
    }
};

struct FiltersResult {
    std::vector<FilterInfo> filters;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("filters", self.filters, "one a target, in the order in which the targets came");
    }
};

struct HeldFileInfo {
    std::string file;
    std::string how;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("file", self.file, "as it was registered");
        visit("how", self.how, "handle, image, mapping or workingDirectory");
    }
};

/// A program or service that a session affects (RM_PROCESS_INFO, and why).
struct ApplicationInfo {
    std::uint32_t pid = 0;
    std::uint64_t start_time = 0;
    std::string name;
    std::string service;
    std::uint32_t type = 0;
    std::uint32_t status = 0;
    std::uint32_t windows_session = 0;
    bool restartable = false;
    std::uint32_t reasons = 0;
    std::string why;
    std::string program;
    std::vector<HeldFileInfo> files;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("pid", self.pid, "process id");
        visit("startTime", self.start_time, "creation time as FILETIME (100 ns since 1601, UTC)");
        visit("name", self.name, "friendly name; of a service its display name");
        visit("service", self.service, "short name of a service, else empty");
        visit("type", self.type, "RM_APP_TYPE");
        visit("status", self.status, "RM_APP_STATUS bits");
        visit("windowsSession", self.windows_session, "id, or 4294967295");
        visit("restartable", self.restartable, "registered for restart, or a service");
        visit("reasons", self.reasons, "RM_REBOOT_REASON bits that it adds");
        visit("why", self.why, "of its type, reasons or last failure, for people");
        visit("program", self.program, "full path of the executable, or its name");
        visit("files", self.files, "registered files that it holds; at most 100 are told");
    }
};

struct ListParams {
    std::uint32_t session = 0;
    std::optional<bool> files;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("session", self.session, "handle");
        visit("files", self.files, "tell program and files of each too; false if absent");
    }
};

struct ListResult {
    std::vector<ApplicationInfo> processes;
    std::uint32_t reboot_reasons = 0;
    std::uint32_t hidden = 0;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("processes", self.processes, "by process id, then service");
        visit("rebootReasons", self.reboot_reasons, "RM_REBOOT_REASON bits of all together");
        visit("hidden", self.hidden, "more holders, which the caller may not query");
    }
};

/// Of session.shutdown and session.restart.
struct TaskParams {
    std::uint32_t session = 0;
    std::uint32_t flags = 0;
    Token token{};
    std::optional<nlohmann::json> progress_token;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("session", self.session, "handle");
        visit("flags", self.flags,
              "of a shutdown: 1 force, 16 only if all are registered; of a restart: 0");
        visit("token", self.token, "made by the client for this call; a repeat carries the same");
        visit("progressToken", self.progress_token,
              "number or string; $/progress with {percent} carries it");
    }
};

/// The value of a $/progress notification of a task.
struct TaskProgress {
    std::uint32_t percent = 0;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("percent", self.percent, "0 to 100, each higher than the one before");
    }
};

}  // namespace rmb::proto
