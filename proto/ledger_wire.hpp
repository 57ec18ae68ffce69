#pragma once

#include "proto/session_wire.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// What speaks of stopped programs carries.
namespace rmb::proto {

/// One program or service of a ledger.
struct LedgerEntryInfo {
    std::uint32_t pid = 0;
    std::string name;
    std::string service;
    std::string program;
    std::uint32_t type = 0;
    std::uint32_t status = 0;
    std::string stage;
    std::uint32_t started_pid = 0;
    std::string why;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("pid", self.pid, "process id when it was stopped");
        visit("name", self.name, "friendly name; of a service its display name");
        visit("service", self.service, "short name of a service, else empty");
        visit("program", self.program, "full path of the executable, or its name");
        visit("type", self.type, "RM_APP_TYPE");
        visit("status", self.status, "RM_APP_STATUS bits");
        visit("stage", self.stage, "stopping, stopped, created, restarted, left or failed");
        visit("startedPid", self.started_pid, "process id since it was started again, else 0");
        visit("why", self.why, "it was not stopped or not started");
    }
};

/// What one session stopped, and what became of it.
struct LedgerInfo {
    std::string hash;
    std::string user;
    std::uint32_t windows_session = 0;
    std::uint64_t begun = 0;
    bool orphan = false;
    std::uint32_t installer_pid = 0;
    std::string installer;
    std::vector<LedgerEntryInfo> entries;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("hash", self.hash, "of the session");
        visit("user", self.user, "SID of the user the session belongs to");
        visit("windowsSession", self.windows_session, "id of the Windows (terminal) session");
        visit("begun", self.begun, "milliseconds since 1970, UTC");
        visit("orphan", self.orphan,
              "its session ended, and not by the installer, before everything was started again");
        visit("installerPid", self.installer_pid, "process id of the installer");
        visit("installer", self.installer, "its program");
        visit("entries", self.entries, "in the order of stopping");
    }
};

struct LedgersResult {
    std::vector<LedgerInfo> ledgers;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("ledgers", self.ledgers, "those the caller may see, oldest first");
    }
};

struct RestartLedgerParams {
    std::string hash;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("hash", self.hash, "of a ledger as broker.ledgers shows it, or its first digits");
    }
};

/// Of broker.session.
struct SessionDetails {
    std::string hash;
    std::vector<std::string> files;
    std::uint32_t file_count = 0;
    std::vector<ProcessId> processes;
    std::vector<std::string> services;
    std::vector<FilterInfo> filters;
    std::vector<LedgerInfo> ledger;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("hash", self.hash, "stands for the key, which is not shown");
        visit("files", self.files, "registered; at most 1000 are told");
        visit("fileCount", self.file_count, "how many are registered");
        visit("processes", self.processes, "registered; at most 1000 are told");
        visit("services", self.services, "registered; at most 1000 are told");
        visit("filters", self.filters, "one a target");
        visit("ledger", self.ledger, "none before a shutdown, then one");
    }
};

}  // namespace rmb::proto
