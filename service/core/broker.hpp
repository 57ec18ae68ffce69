#pragma once

#include "core/accounts.hpp"
#include "core/call_queue.hpp"
#include "core/ports.hpp"
#include "core/process_table.hpp"
#include "core/session.hpp"
#include "proto/identifiers.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
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

struct VisibleSessions {
    std::vector<SessionView> sessions;  // oldest first
    std::uint32_t hidden = 0;           // of other users
};

enum class SessionChange { started, joined, left, ended };
[[nodiscard]] std::string_view to_string(SessionChange change);

struct SessionEvent {
    SessionChange change = SessionChange::started;
    proto::KeyHash hash;
    UserSession owner;
    ProcessKey process;  // whose call or end it was
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

    /// RmEndSession. Errors: invalid_handle, write_fault, sem_timeout.
    void end(const Caller& caller, std::uint32_t handle, const Completion<void>& done);

    /// Ends what a start with `token` made, or will have made: a start of this process that
    /// arrives later with the token is refused.
    void end_start(const Caller& caller, const proto::Token& token, const Completion<void>& done);

    /// Ends the one session whose hash begins with `hash`, for its owner or an administrator.
    /// Errors: file_not_found, bad_arguments (shorter than kMinHashDigits, or several begin so),
    /// write_fault.
    void end_by_hash(const Caller& caller, std::string_view hash, const Completion<void>& done);
    static constexpr std::size_t kMinHashDigits = 4;

    [[nodiscard]] VisibleSessions sessions(const Caller& caller) const;
    [[nodiscard]] std::size_t session_count() const {
        return sessions_.size();
    }
    [[nodiscard]] std::size_t process_count() const {
        return processes_.size();
    }

    /// Calls `on_event` for each change of a session that sessions() would show to `caller`. The
    /// result must not outlive the broker.
    [[nodiscard]] RegistrationPtr watch(const Caller& caller,
                                        std::function<void(const SessionEvent&)> on_event);

private:
    struct Session {
        Session(SessionState state_in, Clock& clock);
        SessionState state;
        proto::KeyHash hash;
        std::vector<Charge> charges;
        Charge bytes;
        CallQueue queue;
    };
    struct Watcher {
        Caller caller;
        std::function<void(const SessionEvent&)> on_event;
    };
    class WatchRegistration;

    /// The store's name for a session: says nothing that would open it.
    static std::string record_name(const proto::KeyHash& hash);

    result<proto::SessionKey> draw_key();
    result<StartedSession> make_session(const Caller& caller, const proto::Token& token);
    result<std::uint32_t> join_in_turn(const Caller& caller, const proto::SessionKey& key,
                                       const proto::Token& token);
    void leave(const proto::SessionKey& key, const ProcessKey& process, std::uint32_t handle,
               const Completion<void>& done);
    result<void> leave_in_turn(const proto::SessionKey& key, const ProcessKey& process,
                               std::uint32_t handle);

    /// Why a session ends decides whether a refusing store can keep it alive.
    enum class EndReason { asked, primary_died };
    void end_session(const proto::SessionKey& key, const ProcessKey& by, EndReason reason,
                     const Completion<void>& done);
    result<void> end_in_turn(const proto::SessionKey& key, const ProcessKey& by, EndReason reason);

    result<bool> restore_one(const SessionState& state, std::size_t record_size);
    void process_ended(const ProcessKey& process, const std::vector<Membership>& memberships);

    /// Stores the session as it is to be and then makes it so.
    result<void> change(Session& session, SessionState next);
    void audit(std::string_view action, const Session& session, const ProcessKey& process,
               const result<void>& outcome);
    void publish(SessionChange change, const Session& session, const ProcessKey& process);

    Ports ports_;
    Accounts& accounts_;
    ProcessTable processes_;
    std::map<proto::SessionKey, std::unique_ptr<Session>> sessions_;
    std::vector<UnreadableRecord> unreadable_;
    std::map<std::uint64_t, Watcher> watchers_;
    std::uint64_t last_watcher_ = 0;
};

}  // namespace rmb::core
