#include "client/ctl/sessions_view.hpp"

#include "client/ctl/text.hpp"
#include "proto/codec.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace rmb::ctl {
namespace {

using Align = Table::Align;

const std::string& user_of(const std::string& sid, const AccountNames& names) {
    const auto known = names.find(sid);
    return known == names.end() ? sid : known->second;
}

std::string program_of(const proto::ParticipantInfo& participant) {
    return participant.program.empty() ? "(not readable)" : participant.program;
}

std::string age_text(std::uint64_t started, std::chrono::milliseconds now) {
    const auto passed = now.count() - static_cast<std::int64_t>(started);
    return duration_text(std::chrono::seconds{passed / 1'000});
}

struct Joined {
    proto::ParticipantInfo process;
    std::size_t handles = 0;
};

/// A process that joined several times has several handles, and stands in one row.
std::vector<Joined> joined_processes(const std::vector<proto::ParticipantInfo>& secondaries) {
    std::vector<Joined> joined;
    for (const auto& secondary : secondaries) {
        const auto known = std::ranges::find_if(joined, [&](const Joined& other) {
            return other.process.pid == secondary.pid &&
                   other.process.start_time == secondary.start_time;
        });
        if (known == joined.end()) {
            joined.push_back({secondary, 1});
        } else {
            ++known->handles;
        }
    }
    return joined;
}

void add_rows(Table& table, const proto::SessionInfo& session, const AccountNames& names,
              std::chrono::milliseconds now) {
    table.row({session.hash, user_of(session.user, names), std::to_string(session.windows_session),
               age_text(session.started, now), "primary", std::to_string(session.primary.pid),
               program_of(session.primary)});
    for (const auto& [process, handles] : joined_processes(session.secondaries)) {
        const auto role =
            handles == 1 ? std::string{"joined"} : "joined " + std::to_string(handles) + " times";
        table.row({"", "", "", "", role, std::to_string(process.pid), program_of(process)});
    }
}

}  // namespace

std::string sessions_text(const proto::SessionsResult& result, const AccountNames& names,
                          std::chrono::milliseconds now) {
    std::string text;
    if (result.sessions.empty()) {
        text = result.hidden == 0 ? "No open sessions.\n" : "No open sessions of yours.\n";
    } else {
        Table table{{{"SESSION"},
                     {"USER"},
                     {"WINSESSION", Align::right},
                     {"AGE", Align::right},
                     {"ROLE"},
                     {"PID", Align::right},
                     {"PROGRAM"}}};
        for (const auto& session : result.sessions) {
            add_rows(table, session, names, now);
        }
        text = table.text();
    }
    if (result.hidden > 0) {
        text +=
            std::to_string(result.hidden) + " more of other users; an administrator sees them.\n";
    }
    return text;
}

nlohmann::json sessions_json(const proto::SessionsResult& result, const AccountNames& names) {
    auto document = proto::write(result);
    auto& sessions = document["sessions"];
    for (std::size_t i = 0; i < result.sessions.size(); ++i) {
        const auto known = names.find(result.sessions[i].user);
        if (known != names.end()) {
            sessions[i]["account"] = known->second;
        }
    }
    return document;
}

std::string event_text(const proto::WatchEvent& event, const AccountNames& names,
                       std::string_view time_of_day) {
    constexpr std::size_t kLongestEvent = 7;  // "started"
    auto what = printable(event.event);
    what.resize(std::max(what.size(), kLongestEvent), ' ');
    return std::string{time_of_day} + "  " + what + "  " + printable(event.hash) + "  " +
           printable(user_of(event.user, names)) + "  process " + std::to_string(event.pid);
}

}  // namespace rmb::ctl
