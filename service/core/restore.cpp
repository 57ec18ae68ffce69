#include "core/broker.hpp"

#include <map>
#include <string>
#include <utility>

namespace rmb::core {
namespace {

using Records = std::vector<std::pair<std::string, Bytes>>;

using ResourcesOfSessions = std::map<std::string, StoredResources>;  // by their session's record

struct SortedRecords {
    std::map<std::string, Bytes> sessions;
    Records ledgers;
    ResourcesOfSessions resources;
};

SortedRecords sort_out(Records&& records) {
    SortedRecords sorted;
    for (auto& [name, record] : records) {
        if (auto parsed = parse_registered_name(name)) {
            sorted.resources[parsed->session].emplace(parsed->number, std::move(record));
        } else if (parse_ledger_record_name(name)) {
            sorted.ledgers.emplace_back(std::move(name), std::move(record));
        } else {
            sorted.sessions.emplace(std::move(name), std::move(record));
        }
    }
    return sorted;
}

StoredResources take(ResourcesOfSessions& all, const std::string& session) {
    auto taken = all.extract(session);
    return taken.empty() ? StoredResources{} : std::move(taken.mapped());
}

/// Where the store refuses, the records are met again, and nobody's again, next time.
void erase_all(SessionStore& store, const std::string& session, const StoredResources& resources) {
    for (const auto& [number, record] : resources) {
        (void)store.erase(to_string(RegisteredName{session, number}));
    }
}

}  // namespace

result<void> Broker::restore() {
    auto records = ports_.store.load();
    if (!records) {
        return records.error();
    }
    auto sorted = sort_out(std::move(*records));
    const auto has_session = [&](const proto::KeyHash& hash) {
        return sorted.sessions.contains(session_record_name(hash));
    };
    // Before the sessions: those that have ended make orphans of theirs.
    for (const auto& [name, record] : sorted.ledgers) {
        if (const auto restored = ledgers_.restore(name, record, has_session); !restored) {
            unreadable_.push_back({name, restored.error().message});
        }
    }
    for (const auto& [name, record] : sorted.sessions) {
        // What belongs to a session that cannot be judged is kept with it.
        const auto resources = take(sorted.resources, name);
        const auto lives = restore_record(name, record, resources);
        if (!lives) {
            unreadable_.push_back({name, lives.error().message});
        } else if (!*lives && ports_.store.erase(name)) {
            erase_all(ports_.store, name, resources);
        }
    }
    for (const auto& [session, resources] : sorted.resources) {
        erase_all(ports_.store, session, resources);
    }
    for (const auto& ledger : ledgers_.orphans()) {
        tell_of_orphan(ledger);
    }
    return {};
}

result<bool> Broker::restore_record(const std::string& name, const Bytes& record,
                                    const StoredResources& resources) {
    const auto state = decode(record);
    if (!state) {
        return state.error();
    }
    // Each change and the end of the session would go to the other name and leave this one.
    if (name != session_record_name(proto::hash_of(state->key))) {
        return Error{Code::bad_arguments, "stored session: its key belongs to another name"};
    }
    if (sessions_.contains(state->key)) {
        return Error{Code::bad_arguments, "stored session: its key stands in two records"};
    }
    auto lives = restore_session(*state, record.size(), resources);
    const auto hash = proto::hash_of(state->key).text;
    if (lives && *lives) {
        ledgers_.adopt(hash);
    } else if (lives) {
        // The session's record stays where the store refuses this, for the next start.
        if (auto marked = ledgers_.orphan(hash); !marked) {
            return marked.error();
        }
    }
    return lives;
}

result<bool> Broker::restore_session(const SessionState& state, std::size_t record_size,
                                     const StoredResources& resources) {
    std::vector<RegistrationPtr> attendances;
    std::vector<Participant> living;
    std::vector<Participant> dead;
    for (const auto& participant : state.participants) {
        auto attendance = processes_.attend(participant.process);
        if (attendance) {
            attendances.push_back(std::move(*attendance));
            living.push_back(participant);
        } else if (attendance.error().code != Code::file_not_found) {
            // Neither alive nor dead for all we know: nothing of it may be lost.
            return attendance.error();
        } else if (participant == state.primary()) {
            return false;
        } else {
            dead.push_back(participant);
        }
    }
    for (const auto& participant : living) {
        const bool is_primary = participant == state.primary();
        processes_.add(participant.process,
                       {participant.handle, participant.token, state.key, is_primary},
                       is_primary ? Charge{} : accounts_.restore_handle(participant.process));
    }
    auto& added = add_restored(state, record_size);
    restore_resources(added, resources);
    for (const auto& participant : dead) {
        leave(state.key, participant.process, participant.handle, [](const result<void>&) {});
    }
    return true;
}

LiveSession& Broker::add_restored(const SessionState& state, std::size_t record_size) {
    LiveSession::Held held{accounts_.restore_session(state.owner, state.primary().process),
                           accounts_.restore_bytes(state.owner.user, record_size)};
    auto session = std::make_unique<LiveSession>(state, std::move(held), ports_.store, accounts_,
                                                 ports_.clock);
    auto& added = *sessions_.emplace(state.key, std::move(session)).first->second;
    record_change(ports_.audit, "session.restored", added, state.primary().process, {});
    return added;
}

void Broker::restore_resources(LiveSession& session, const StoredResources& resources) {
    for (const auto& [number, record] : resources) {
        if (const auto restored = session.restore_registered(number, record); !restored) {
            const RegisteredName name{session_record_name(session.hash()), number};
            unreadable_.push_back({to_string(name), restored.error().message});
        }
    }
}

}  // namespace rmb::core
