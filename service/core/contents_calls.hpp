#pragma once

#include "core/call_queue.hpp"
#include "core/live_session.hpp"
#include "core/ports.hpp"
#include "core/process_table.hpp"
#include "core/resources.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rmb::core {

/// The turn of a task (list, shutdown, restart) on a session, and what the task is about. Calls
/// that come meanwhile wait until the turn is dropped, and take effect after it.
struct Task {
    CallQueue::Turn turn;
    SessionContents contents;
    proto::KeyHash session;
    Participant primary;
    UserSession owner;
};

/// The calls on what a session contains, each in the session's turn. Every one can answer
/// invalid_handle (also when the handle is closed while it waits) and sem_timeout; those with a
/// token invalid_params (it was used for something else), out_of_memory (bytes of the session's
/// owner) and write_fault too, and have changed nothing then.
///
/// Those with a token answer the repeat of a registration for as long as the session lives, and
/// that of the last change of the filters.
class ContentsCalls {
public:
    template <class T>
    using Completion = std::function<void(result<T>)>;

    ContentsCalls(const LiveSessions& sessions, const ProcessTable& processes, Audit& audit);

    /// RmRegisterResources, of the primary and the secondaries. What is registered adds up; to
    /// register nothing is success too.
    void register_resources(const Caller& caller, std::uint32_t handle, Resources resources,
                            const proto::Token& token, const Completion<void>& done);

    /// RmAddFilter; replaces the filter for the same target. Errors besides: bad_arguments (the
    /// action, an empty target), session_credential_conflict (a secondary), out_of_memory
    /// (kMaxFilterBytes).
    void add_filter(const ProcessKey& process, std::uint32_t handle, const Filter& filter,
                    const proto::Token& token, const Completion<void>& done);

    /// RmRemoveFilter. Errors besides: file_not_found (no such filter), bad_arguments (an empty
    /// target), session_credential_conflict (a secondary).
    void remove_filter(const ProcessKey& process, std::uint32_t handle, const FilterTarget& target,
                       const proto::Token& token, const Completion<void>& done);

    /// RmGetFilterList, in the order in which the targets came. Errors besides:
    /// session_credential_conflict (a secondary).
    void filters(const ProcessKey& process, std::uint32_t handle,
                 const Completion<std::vector<Filter>>& done) const;

    /// The session's turn for a task. Errors besides: session_credential_conflict (a secondary).
    void begin_task(const ProcessKey& process, std::uint32_t handle,
                    const Completion<Task>& done) const;

    /// RmCancelCurrentTask: asks the running task to stop and waits for nothing; success too where
    /// none runs. Errors: invalid_handle, session_credential_conflict (a secondary).
    result<void> cancel(const ProcessKey& process, std::uint32_t handle) const;

private:
    struct TakenTurn {
        CallQueue::Turn turn;
        LiveSession& session;
    };
    /// Whose handles may be used for a call.
    enum class Role { any, primary };
    struct Change {
        std::string_view name;  // as audited
        std::string detail;     // as audited
        proto::Token token;
        Role role;
        std::function<result<Effect>(LiveSession&)> make;
    };

    [[nodiscard]] result<Membership> membership(const ProcessKey& process, std::uint32_t handle,
                                                Role role) const;
    void take_turn(const ProcessKey& process, std::uint32_t handle, Role role,
                   std::function<void(result<TakenTurn>)> then) const;
    void change(const ProcessKey& process, std::uint32_t handle, Change asked,
                const Completion<void>& done);
    [[nodiscard]] result<void> change_in_turn(const ProcessKey& process, LiveSession& session,
                                              const Change& asked);

    const LiveSessions& sessions_;
    const ProcessTable& processes_;
    Audit& audit_;
};

}  // namespace rmb::core
