#include "core/broker.hpp"

#include <utility>

namespace rmb::core {

result<void> Broker::restore() {
    auto records = ports_.store.load();
    if (!records) {
        return records.error();
    }
    for (const auto& [name, record] : *records) {
        const auto state = decode(record);
        if (!state) {
            unreadable_.push_back({name, state.error().message});
            continue;
        }
        // Each change and the end of the session would go to the other name and leave this one.
        if (name != record_name(proto::hash_of(state->key))) {
            unreadable_.push_back({name, "stored session: its key belongs to another name"});
            continue;
        }
        const auto lives = restore_one(*state, record.size());
        if (!lives) {
            unreadable_.push_back({name, lives.error().message});
        } else if (!*lives) {
            // Where the store refuses, the record is met again, and dead again, next time.
            (void)ports_.store.erase(name);
        }
    }
    return {};
}

/// False when the session's primary has ended meanwhile, and with it the session.
result<bool> Broker::restore_one(const SessionState& state, std::size_t record_size) {
    if (sessions_.contains(state.key)) {
        return Error{Code::bad_arguments, "stored session: its key stands in two records"};
    }
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
    auto session = std::make_unique<Session>(state, ports_.clock);
    session->charges = accounts_.restore_session(state.owner, state.primary().process);
    session->bytes = accounts_.restore_bytes(state.owner.user, record_size);
    auto& added = *sessions_.emplace(state.key, std::move(session)).first->second;
    ports_.audit.record({.action = "session.restored",
                         .session = added.hash.text,
                         .user = added.state.owner.user,
                         .process = added.state.primary().process,
                         .outcome = Code::ok,
                         .detail = {}});
    for (const auto& participant : dead) {
        leave(state.key, participant.process, participant.handle, [](const result<void>&) {});
    }
    return true;
}

}  // namespace rmb::core
