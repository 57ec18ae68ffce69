#include "client/ctl/ledger_view.hpp"

#include "client/ctl/text.hpp"

#include <array>
#include <span>
#include <string_view>
#include <utility>

namespace rmb::ctl {
namespace {

using Align = Table::Align;

constexpr std::size_t kIndent = 2;

struct Bit {
    std::uint32_t bit;
    std::string_view name;
};
constexpr std::array<Bit, 8> kStatus{{{0x1, "running"},
                                      {0x2, "stopped"},
                                      {0x4, "stopped by somebody else"},
                                      {0x8, "restarted"},
                                      {0x10, "could not be stopped"},
                                      {0x20, "could not be restarted"},
                                      {0x40, "not to be stopped"},
                                      {0x80, "not to be restarted"}}};
constexpr std::array<Bit, 5> kReasons{{{0x1, "permission denied"},
                                       {0x2, "another Windows session"},
                                       {0x4, "critical process"},
                                       {0x8, "critical service"},
                                       {0x10, "the installer itself"}}};

std::string names_of(std::uint32_t bits, std::span<const Bit> known) {
    std::string text;
    for (const auto& [bit, name] : known) {
        if ((bits & bit) != 0) {
            text += (text.empty() ? "" : ", ") + std::string{name};
        }
    }
    return text;
}

/// A pid of 0 is no process.
std::string pid_text(std::uint32_t pid) {
    return pid == 0 ? std::string{} : std::to_string(pid);
}

std::string entries_text(const std::vector<proto::LedgerEntryInfo>& entries) {
    Table table{{{"PID", Align::right},
                 {"NAME"},
                 {"SERVICE"},
                 {"TYPE"},
                 {"STAGE"},
                 {"STATUS"},
                 {"NOW", Align::right},
                 {"WHY"}}};
    for (const auto& entry : entries) {
        table.row({pid_text(entry.pid), entry.name, entry.service, type_text(entry.type),
                   entry.stage, status_text(entry.status), pid_text(entry.started_pid), entry.why});
    }
    return entries.empty() ? std::string{} : table.text(kIndent);
}

std::string target_text(const proto::FilterTargetInfo& target) {
    if (target.file) {
        return "program " + *target.file;
    }
    if (target.service) {
        return "service " + *target.service;
    }
    return target.process ? "process " + std::to_string(target.process->pid) : std::string{};
}

std::string filter_text(const proto::FilterInfo& filter) {
    constexpr std::uint32_t kNoRestart = 1;
    return target_text(filter.target) +
           (filter.action == kNoRestart ? ": not started again" : ": left alone");
}

std::string lines_of(std::string_view title, const std::vector<std::string>& lines,
                     std::size_t all) {
    if (all == 0) {
        return {};
    }
    auto text = std::string{title} + " (" + std::to_string(all) + ")\n";
    for (const auto& line : lines) {
        text += std::string(kIndent, ' ') + printable(line) + "\n";
    }
    if (lines.size() < all) {
        text += std::string(kIndent, ' ') + "and " + std::to_string(all - lines.size()) + " more\n";
    }
    return text;
}

std::string remarks_of(const proto::ApplicationInfo& application) {
    auto text = reasons_text(application.reasons);
    if (!application.why.empty()) {
        text += (text.empty() ? "" : ": ") + application.why;
    }
    return text;
}

}  // namespace

std::string type_text(std::uint32_t type) {
    constexpr std::array<std::string_view, 6> kTypes{"unknown", "window",   "hidden window",
                                                     "service", "Explorer", "console"};
    constexpr std::uint32_t kCritical = 1'000;
    return std::string{type < kTypes.size() ? kTypes.at(type)
                       : type == kCritical  ? "critical"
                                            : "unknown"};
}

std::string status_text(std::uint32_t status) {
    const auto text = names_of(status, kStatus);
    return text.empty() ? "unknown" : text;
}

std::string reasons_text(std::uint32_t reasons) {
    return names_of(reasons, kReasons);
}

std::string ledger_text(const proto::LedgerInfo& ledger) {
    return printable(ledger.hash) + " of " + printable(ledger.installer) + ", process " +
           std::to_string(ledger.installer_pid) +
           (ledger.orphan ? ", whose session has ended\n" : "\n") + entries_text(ledger.entries);
}

std::string ledgers_text(const proto::LedgersResult& result, std::chrono::milliseconds now) {
    if (result.ledgers.empty()) {
        return "Nothing is stopped.\n";
    }
    std::string text;
    for (const auto& ledger : result.ledgers) {
        const auto age = now.count() - static_cast<std::int64_t>(ledger.begun);
        text += (text.empty() ? "" : "\n") + ledger_text(ledger) + std::string(kIndent, ' ') +
                "begun " + duration_text(std::chrono::seconds{age / 1'000}) + " ago\n";
    }
    return text;
}

std::string session_text(const proto::SessionDetails& session) {
    std::vector<std::string> processes;
    for (const auto& process : session.processes) {
        processes.push_back(std::to_string(process.pid));
    }
    std::vector<std::string> filters;
    for (const auto& filter : session.filters) {
        filters.push_back(filter_text(filter));
    }
    auto text = "Session " + printable(session.hash) + "\n" +
                lines_of("Files", session.files, session.file_count) +
                lines_of("Processes", processes, processes.size()) +
                lines_of("Services", session.services, session.services.size()) +
                lines_of("Filters", filters, filters.size());
    for (const auto& ledger : session.ledger) {
        text += "Stopped\n" + entries_text(ledger.entries);
    }
    return text;
}

std::string affected_text(const proto::ListResult& list) {
    std::string text;
    if (list.processes.empty() && list.hidden == 0) {
        return "Nobody holds them.\n";
    }
    if (!list.processes.empty()) {
        Table table{{{"PID", Align::right}, {"NAME"}, {"SERVICE"}, {"TYPE"}, {"STATUS"}, {"WHY"}}};
        for (const auto& application : list.processes) {
            table.row({pid_text(application.pid), application.name, application.service,
                       type_text(application.type), status_text(application.status),
                       remarks_of(application)});
        }
        text = table.text();
    }
    if (list.hidden > 0) {
        text += count_text(list.hidden, "process") + " that you may not see\n";
    }
    return text;
}

}  // namespace rmb::ctl
