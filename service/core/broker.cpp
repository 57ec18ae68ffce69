#include "core/broker.hpp"

#include "core/by_hash.hpp"
#include "core/refusals.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rmb::core {
namespace {

Participant participant_of(const Caller& caller, std::uint32_t handle, const proto::Token& token) {
    return {caller.process, handle, token, shown_path(caller.program)};
}

Error key_opens_nothing() {
    return Error{Code::session_credential_conflict,
                 "the key opens no session of this user in this Windows session", "params.key"};
}

}  // namespace

Broker::Broker(const Ports& ports, Accounts& accounts)
    : ports_(ports),
      accounts_(accounts),
      processes_(ports.processes, ports.random,
                 [this](const ProcessKey& process, const std::vector<Membership>& memberships) {
                     process_ended(process, memberships);
                 }),
      ledgers_(ports.store, accounts),
      contents_(sessions_, processes_, ports.audit) {}

Broker::~Broker() = default;

result<proto::SessionKey> Broker::draw_key() {
    for (;;) {
        proto::SessionKey key;
        if (auto filled = ports_.random.fill(key.bytes); !filled) {
            return filled.error();
        }
        if (!sessions_.contains(key)) {
            return key;
        }
    }
}

result<StartedSession> Broker::start(const Caller& caller, std::uint32_t flags,
                                     const proto::Token& token) {
    if (flags != 0) {
        return Error{Code::bad_arguments, "params.flags: expected 0", "params.flags"};
    }
    if (const auto made = processes_.by_token(caller.process, token)) {
        if (!made->primary) {
            return token_used_otherwise();
        }
        return StartedSession{made->handle, made->session};
    }
    if (processes_.is_abandoned(caller.process, token)) {
        return Error{Code::cancelled, "the client gave this start up", "params.token"};
    }
    return make_session(caller, token);
}

result<StartedSession> Broker::make_session(const Caller& caller, const proto::Token& token) {
    const auto attendance = processes_.attend(caller.process);
    if (!attendance) {
        return attendance.error();
    }
    auto charges = accounts_.charge_session(caller);
    if (!charges) {
        return charges.error();
    }
    const auto key = draw_key();
    const auto handle = processes_.draw_handle(caller.process);
    if (!key || !handle) {
        return key ? handle.error() : key.error();
    }
    auto bytes = accounts_.charge_bytes(caller.owner.user, 0);
    if (!bytes) {
        return bytes.error();
    }
    const SessionState state{.key = *key,
                             .owner = caller.owner,
                             .started_ms = ports_.clock.wall_clock_ms(),
                             .participants = {participant_of(caller, *handle, token)},
                             .filters = {},
                             .last_call = {}};
    auto session = std::make_unique<LiveSession>(
        state, LiveSession::Held{std::move(*charges), std::move(*bytes)}, ports_.store, accounts_,
        ports_.clock);
    auto stored = session->change(state);
    record_change(ports_.audit, "session.start", *session, caller.process, stored);
    if (!stored) {
        return stored.error();
    }
    processes_.add(caller.process, {*handle, token, *key, true}, Charge{});
    const auto& added = *sessions_.emplace(*key, std::move(session)).first->second;
    publish(SessionChange::started, added, caller.process);
    return StartedSession{*handle, *key};
}

void Broker::join(const Caller& caller, std::string_view key_text, const proto::Token& token,
                  Completion<std::uint32_t> done) {
    const auto key = proto::parse_key(key_text);
    if (!key) {
        return done(Error{Code::bad_arguments, "params.key: expected 32 hex digits", "params.key"});
    }
    const auto found = sessions_.find(*key);
    if (found == sessions_.end() || found->second->state().owner != caller.owner) {
        return done(key_opens_nothing());
    }
    found->second->queue().enter(
        [this, caller, key = *key, token, done = std::move(done)](result<CallQueue::Turn> turn) {
            if (!turn) {
                // The session that the key opened has ended while this call waited.
                return done(turn.error().code == Code::invalid_handle ? key_opens_nothing()
                                                                      : turn.error());
            }
            done(join_in_turn(caller, key, token));
        });
}

result<std::uint32_t> Broker::join_in_turn(const Caller& caller, const proto::SessionKey& key,
                                           const proto::Token& token) {
    if (const auto made = processes_.by_token(caller.process, token)) {
        if (made->primary || made->session != key) {
            return token_used_otherwise();
        }
        return made->handle;
    }
    const auto attendance = processes_.attend(caller.process);
    if (!attendance) {
        return attendance.error();
    }
    auto charge = accounts_.charge_handle(caller.process);
    if (!charge) {
        return charge.error();
    }
    const auto handle = processes_.draw_handle(caller.process);
    if (!handle) {
        return handle.error();
    }
    auto& session = *sessions_.at(key);
    if (session.state().participants.size() >= kMaxParticipants) {
        return Error{Code::max_sessions_reached,
                     "participantsPerSession: " + std::to_string(kMaxParticipants) + " reached",
                     "participantsPerSession"};
    }
    auto next = session.state();
    next.participants.push_back(participant_of(caller, *handle, token));
    auto stored = session.change(std::move(next));
    record_change(ports_.audit, "session.join", session, caller.process, stored);
    if (!stored) {
        return stored.error();
    }
    processes_.add(caller.process, {*handle, token, key, false}, std::move(*charge));
    publish(SessionChange::joined, session, caller.process);
    return *handle;
}

void Broker::end(const Caller& caller, std::uint32_t handle, const Completion<void>& done) {
    const auto membership = processes_.by_handle(caller.process, handle);
    if (!membership) {
        return done(no_such_handle());
    }
    if (membership->primary) {
        return end_session(membership->session, caller.process, EndReason::by_primary, done);
    }
    leave(membership->session, caller.process, handle, done);
}

void Broker::end_start(const Caller& caller, const proto::Token& token,
                       const Completion<void>& done) {
    const auto membership = processes_.by_token(caller.process, token);
    // In both cases: another copy of the start may still be on its way.
    processes_.abandon(caller.process, token);
    if (membership && membership->primary) {
        return end_session(membership->session, caller.process, EndReason::by_primary, done);
    }
    done({});
}

void Broker::end_by_hash(const Caller& caller, std::string_view hash,
                         const Completion<void>& done) {
    const auto session = by_hash(caller, hash);
    if (!session) {
        return done(session.error());
    }
    const auto& state = (*session)->state();
    end_session(
        state.key, caller.process,
        caller.process == state.primary().process ? EndReason::by_primary : EndReason::by_another,
        done);
}

result<SessionContentsView> Broker::contents_by_hash(const Caller& caller,
                                                     std::string_view hash) const {
    const auto session = by_hash(caller, hash);
    if (!session) {
        return session.error();
    }
    return SessionContentsView{(*session)->hash(), (*session)->contents()};
}

result<LiveSession*> Broker::by_hash(const Caller& caller, std::string_view hash) const {
    std::vector<LiveSession*> visible;
    for (const auto& [key, session] : sessions_) {
        if (may_see(caller, session->state().owner)) {
            visible.push_back(session.get());
        }
    }
    const auto hash_of = [](const LiveSession* session) -> const std::string& {
        return session->hash().text;
    };
    return find_by_hash(std::move(visible), hash_of, hash, "session");
}

void Broker::end_session(const proto::SessionKey& key, const ProcessKey& by, EndReason reason,
                         const Completion<void>& done) {
    sessions_.at(key)->queue().enter_to_end(
        [this, key, by, reason, done](result<CallQueue::Turn> turn) {
            if (!turn) {
                return done(turn.error());
            }
            done(end_in_turn(key, by, reason));
        });
}

result<void> Broker::end_in_turn(const proto::SessionKey& key, const ProcessKey& by,
                                 EndReason reason) {
    const auto found = sessions_.find(key);
    auto erased = erase_records(*found->second, reason);
    record_change(ports_.audit, reason == EndReason::primary_died ? "session.died" : "session.end",
                  *found->second, by, erased);
    // A record left behind by a dead primary is erased when the service starts again: nothing of
    // it runs any more, and its slot must be free now.
    if (!erased && reason != EndReason::primary_died) {
        return erased;
    }
    const auto session = std::move(found->second);
    sessions_.erase(found);
    for (const auto& participant : session->state().participants) {
        processes_.remove(participant.process, participant.handle);
    }
    publish(SessionChange::ended, *session, by);
    const auto* ledger = ledgers_.find(session->hash().text);
    if (ledger != nullptr && reason == EndReason::primary_died) {
        tell_of_orphan(*ledger);
    }
    return {};
}

// In the order that Ledgers explains.
result<void> Broker::erase_records(LiveSession& session, EndReason reason) {
    const auto& hash = session.hash().text;
    const auto* ledger = ledgers_.find(hash);
    const bool is_owed = ledger != nullptr && core::is_owed(*ledger);
    if (reason == EndReason::by_primary || (reason == EndReason::by_another && !is_owed)) {
        auto erased = session.erase();
        if (erased) {
            ledgers_.erase(hash);
        }
        return erased;
    }
    auto outcome = ledgers_.orphan(hash);
    if (outcome) {
        outcome = session.erase();
    }
    if (!outcome && reason == EndReason::by_another) {
        ledgers_.adopt(hash);  // the session goes on
    }
    return outcome;
}

void Broker::leave(const proto::SessionKey& key, const ProcessKey& process, std::uint32_t handle,
                   const Completion<void>& done) {
    sessions_.at(key)->queue().enter(
        [this, key, process, handle, done](result<CallQueue::Turn> turn) {
            done(turn ? leave_in_turn(key, process, handle) : result<void>{turn.error()});
        });
}

result<void> Broker::leave_in_turn(const proto::SessionKey& key, const ProcessKey& process,
                                   std::uint32_t handle) {
    auto& session = *sessions_.at(key);
    auto next = session.state();
    const auto gone = std::erase_if(next.participants, [&](const Participant& participant) {
        return participant.process == process && participant.handle == handle;
    });
    if (gone == 0) {
        return no_such_handle();
    }
    auto stored = session.change(std::move(next));
    record_change(ports_.audit, "session.leave", session, process, stored);
    if (!stored) {
        return stored;
    }
    processes_.remove(process, handle);
    publish(SessionChange::left, session, process);
    return {};
}

void Broker::process_ended(const ProcessKey& process, const std::vector<Membership>& memberships) {
    const Completion<void> nobody_waits = [](const result<void>&) {};
    for (const auto& membership : memberships) {
        // An earlier round of this loop may have ended the session: own sessions can be joined.
        if (!sessions_.contains(membership.session)) {
            continue;
        }
        if (membership.primary) {
            end_session(membership.session, process, EndReason::primary_died, nobody_waits);
        } else {
            leave(membership.session, process, membership.handle, nobody_waits);
        }
    }
}

VisibleSessions Broker::sessions(const Caller& caller) const {
    VisibleSessions visible;
    for (const auto& [key, session] : sessions_) {
        if (may_see(caller, session->state().owner)) {
            visible.sessions.push_back({session->hash(), session->state().owner,
                                        session->state().started_ms,
                                        session->state().participants});
        } else {
            ++visible.hidden;
        }
    }
    std::ranges::sort(visible.sessions, {}, [](const SessionView& view) {
        return std::pair{view.started_ms, view.hash.text};
    });
    return visible;
}

}  // namespace rmb::core
