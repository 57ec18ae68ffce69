#pragma once

#include "core/accounts.hpp"
#include "core/contents_calls.hpp"
#include "core/ledger.hpp"
#include "core/ledgers.hpp"
#include "core/live_session.hpp"
#include "core/ports.hpp"
#include "core/process_table.hpp"
#include "core/resources.hpp"
#include "core/session.hpp"
#include "core/watchers.hpp"
#include "proto/identifiers.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rmb::core {

struct StartedSession {
    std::uint32_t handle = 0;
    proto::SessionKey key;
};

/// A session as a caller may see it; the key itself stays inside.
struct SessionView {
    proto::KeyHash hash;
    UserSession owner;
    std::uint64_t started_ms = 0;
    std::vector<Participant> participants;  // the first is the primary
};

/// What a session is about, as shown to whoever may see it.
struct SessionContentsView {
    proto::KeyHash hash;
    SessionContents contents;
};

struct VisibleSessions {
    std::vector<SessionView> sessions;  // oldest first
    std::uint32_t hidden = 0;           // of other users
};

/// Owner of all sessions: who may do what, how many, how long they live, what of them is stored
/// (DESIGN 4 and 5). Every method is called on the loop thread. A method that must wait for its
/// turn on a session takes a completion, which is called exactly once, often before the method
/// returns; the others answer directly.
///
/// What a change makes is stored before the change is answered or seen by others. Where the store
/// refuses, the change did not happen and the answer is write_fault.
class Broker {
public:
    template <class T>
    using Completion = std::function<void(result<T>)>;

    struct Ports {
        SessionStore& store;
        ProcessWatch& processes;
        Clock& clock;
        Random& random;
        Audit& audit;
    };

    Broker(const Ports& ports, Accounts& accounts);
    Broker(const Broker&) = delete;
    Broker& operator=(const Broker&) = delete;
    ~Broker();

    /// A stored record that could not be taken over; it stays in the store.
    struct UnreadableRecord {
        std::string name;
        std::string why;
    };
    /// Takes over what an earlier life of the service stored: sessions whose primary still runs go
    /// on with the same handles and keys, the others are ended. To be called once, before the
    /// first call. An error means that the store itself cannot be read.
    result<void> restore();
    [[nodiscard]] const std::vector<UnreadableRecord>& unreadable() const {
        return unreadable_;
    }

    /// Says that a process is connected, for as long as the result lives: the broker keeps it open
    /// and remembers its abandoned starts meanwhile. file_not_found when it has ended.
    result<RegistrationPtr> attend(const ProcessKey& process) {
        return processes_.attend(process);
    }

    /// RmStartSession. Errors: bad_arguments (flags), max_sessions_reached, out_of_memory (bytes),
    /// write_fault, invalid_params (the token was used for something else), cancelled (the token
    /// was given up by end_start before the start arrived).
    result<StartedSession> start(const Caller& caller, std::uint32_t flags,
                                 const proto::Token& token);

    /// RmJoinSession. Errors: bad_arguments (not the form of a key), session_credential_conflict
    /// (a key that opens nothing for this user session), else as start; sem_timeout.
    void join(const Caller& caller, std::string_view key, const proto::Token& token,
              Completion<std::uint32_t> done);

    /// See ContentsCalls.
    void register_resources(const Caller& caller, std::uint32_t handle, Resources resources,
                            const proto::Token& token, const Completion<void>& done) {
        contents_.register_resources(caller, handle, std::move(resources), token, done);
    }
    void add_filter(const Caller& caller, std::uint32_t handle, const Filter& filter,
                    const proto::Token& token, const Completion<void>& done) {
        contents_.add_filter(caller.process, handle, filter, token, done);
    }
    void remove_filter(const Caller& caller, std::uint32_t handle, const FilterTarget& target,
                       const proto::Token& token, const Completion<void>& done) {
        contents_.remove_filter(caller.process, handle, target, token, done);
    }
    void filters(const Caller& caller, std::uint32_t handle,
                 const Completion<std::vector<Filter>>& done) {
        contents_.filters(caller.process, handle, done);
    }
    void begin_task(const Caller& caller, std::uint32_t handle, const Completion<Task>& done) {
        contents_.begin_task(caller.process, handle, done);
    }
    result<void> cancel(const Caller& caller, std::uint32_t handle) {
        return contents_.cancel(caller.process, handle);
    }

    /// What sessions stopped. A session's end by its primary erases its ledger in the same turn;
    /// the primary's death, or an end by anybody else, makes an orphan of it.
    [[nodiscard]] Ledgers& ledgers() {
        return ledgers_;
    }
    /// Told of each ledger whose installer died, when its session has gone, and by restore() of
    /// each orphan there is. To be set once, before restore().
    void on_orphan(std::function<void(const Ledger&)> told) {
        on_orphan_ = std::move(told);
    }

    /// RmEndSession. Errors: invalid_handle, write_fault, sem_timeout.
    void end(const Caller& caller, std::uint32_t handle, const Completion<void>& done);

    /// Ends what a start with `token` made, or will have made: a start of this process that
    /// arrives later with the token is refused.
    void end_start(const Caller& caller, const proto::Token& token, const Completion<void>& done);

    /// Ends the one session whose hash begins with `hash`, for its owner or an administrator. By
    /// another process than the primary, the ledger stays: the installer has decided nothing.
    /// Errors: write_fault, those of find_by_hash().
    void end_by_hash(const Caller& caller, std::string_view hash, const Completion<void>& done);

    /// What that session is about; a task of it changes nothing of this and is not waited for.
    /// Errors: those of find_by_hash().
    [[nodiscard]] result<SessionContentsView> contents_by_hash(const Caller& caller,
                                                               std::string_view hash) const;

    [[nodiscard]] VisibleSessions sessions(const Caller& caller) const;
    [[nodiscard]] std::size_t session_count() const {
        return sessions_.size();
    }
    [[nodiscard]] std::size_t process_count() const {
        return processes_.size();
    }

    /// Calls `on_event` for each change of a session that sessions() would show to `caller`. The
    /// result must not outlive the broker.
    [[nodiscard]] RegistrationPtr watch(const Caller& caller, Watchers::OnEvent on_event) {
        return watchers_.add(caller, std::move(on_event));
    }

private:
    result<proto::SessionKey> draw_key();
    result<StartedSession> make_session(const Caller& caller, const proto::Token& token);
    [[nodiscard]] result<LiveSession*> by_hash(const Caller& caller, std::string_view hash) const;
    result<std::uint32_t> join_in_turn(const Caller& caller, const proto::SessionKey& key,
                                       const proto::Token& token);
    void leave(const proto::SessionKey& key, const ProcessKey& process, std::uint32_t handle,
               const Completion<void>& done);
    result<void> leave_in_turn(const proto::SessionKey& key, const ProcessKey& process,
                               std::uint32_t handle);

    /// Why a session ends decides whether a refusing store can keep it alive, and what becomes of
    /// its ledger.
    enum class EndReason { by_primary, by_another, primary_died };
    void end_session(const proto::SessionKey& key, const ProcessKey& by, EndReason reason,
                     const Completion<void>& done);
    result<void> end_in_turn(const proto::SessionKey& key, const ProcessKey& by, EndReason reason);
    result<void> erase_records(LiveSession& session, EndReason reason);

    void tell_of_orphan(const Ledger& ledger) const {
        if (on_orphan_) {
            on_orphan_(ledger);
        }
    }

    /// False where the session's primary has ended meanwhile, and with it the session.
    result<bool> restore_record(const std::string& name, const Bytes& record,
                                const StoredResources& resources);
    result<bool> restore_session(const SessionState& state, std::size_t record_size,
                                 const StoredResources& resources);
    LiveSession& add_restored(const SessionState& state, std::size_t record_size);
    void restore_resources(LiveSession& session, const StoredResources& resources);
    void process_ended(const ProcessKey& process, const std::vector<Membership>& memberships);

    void publish(SessionChange change, const LiveSession& session, const ProcessKey& process) {
        watchers_.tell({change, session.hash(), session.state().owner, process});
    }

    Ports ports_;
    Accounts& accounts_;
    ProcessTable processes_;
    LiveSessions sessions_;
    Ledgers ledgers_;
    std::function<void(const Ledger&)> on_orphan_;
    ContentsCalls contents_;
    std::vector<UnreadableRecord> unreadable_;
    Watchers watchers_;
};

}  // namespace rmb::core
