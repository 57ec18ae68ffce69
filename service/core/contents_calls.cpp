#include "core/contents_calls.hpp"

#include "core/refusals.hpp"

#include <memory>
#include <utility>

namespace rmb::core {

ContentsCalls::ContentsCalls(const LiveSessions& sessions, const ProcessTable& processes,
                             Audit& audit)
    : sessions_(sessions), processes_(processes), audit_(audit) {}

void ContentsCalls::register_resources(const Caller& caller, std::uint32_t handle,
                                       Resources resources, const proto::Token& token,
                                       const Completion<void>& done) {
    auto counts = counts_of(resources);
    const auto made = std::make_shared<const Registered>(
        Registered{caller.process, handle, token, std::move(resources), caller.rights});
    change(caller.process, handle,
           {.name = "session.register",
            .detail = std::move(counts),
            .token = token,
            .role = Role::any,
            .make = [made](LiveSession& session) { return session.register_resources(made); }},
           done);
}

void ContentsCalls::add_filter(const ProcessKey& process, std::uint32_t handle,
                               const Filter& filter, const proto::Token& token,
                               const Completion<void>& done) {
    if (!is_valid(filter)) {
        return done(Error{Code::bad_arguments,
                          "params: expected a target that is not empty and an action, 1 or 2"});
    }
    change(process, handle,
           {.name = "filter.add",
            .detail = std::string{to_string(filter.action)},
            .token = token,
            .role = Role::primary,
            .make = [filter,
                     token](LiveSession& session) { return session.add_filter(filter, token); }},
           done);
}

void ContentsCalls::remove_filter(const ProcessKey& process, std::uint32_t handle,
                                  const FilterTarget& target, const proto::Token& token,
                                  const Completion<void>& done) {
    if (!is_valid(target)) {
        return done(Error{Code::bad_arguments, "params: expected a target that is not empty"});
    }
    change(process, handle,
           {.name = "filter.remove",
            .detail = {},
            .token = token,
            .role = Role::primary,
            .make = [target,
                     token](LiveSession& session) { return session.remove_filter(target, token); }},
           done);
}

void ContentsCalls::filters(const ProcessKey& process, std::uint32_t handle,
                            const Completion<std::vector<Filter>>& done) const {
    take_turn(process, handle, Role::primary, [done](const result<TakenTurn>& taken) {
        if (!taken) {
            return done(taken.error());
        }
        done(taken->session.state().filters);
    });
}

void ContentsCalls::begin_task(const ProcessKey& process, std::uint32_t handle,
                               const Completion<Task>& done) const {
    take_turn(process, handle, Role::primary, [done](result<TakenTurn> taken) {
        if (!taken) {
            return done(taken.error());
        }
        const auto& session = taken->session;
        done(Task{std::move(taken->turn), session.contents(), session.hash(),
                  session.state().primary(), session.state().owner});
    });
}

result<void> ContentsCalls::cancel(const ProcessKey& process, std::uint32_t handle) const {
    const auto opens = membership(process, handle, Role::primary);
    if (!opens) {
        return opens.error();
    }
    sessions_.at(opens->session)->queue().cancel();
    return {};
}

result<Membership> ContentsCalls::membership(const ProcessKey& process, std::uint32_t handle,
                                             Role role) const {
    const auto found = processes_.by_handle(process, handle);
    if (!found) {
        return no_such_handle();
    }
    if (role == Role::primary && !found->primary) {
        return Error{Code::session_credential_conflict,
                     "only the handle that started the session may be used for this",
                     "params.session"};
    }
    return *found;
}

void ContentsCalls::take_turn(const ProcessKey& process, std::uint32_t handle, Role role,
                              std::function<void(result<TakenTurn>)> then) const {
    const auto opens = membership(process, handle, role);
    if (!opens) {
        return then(opens.error());
    }
    const auto& session = sessions_.at(opens->session);
    session->queue().enter(
        [this, process, handle, role, then = std::move(then)](result<CallQueue::Turn> turn) {
            if (!turn) {
                return then(turn.error());
            }
            const auto still_opens = membership(process, handle, role);
            if (!still_opens) {
                return then(still_opens.error());
            }
            then(TakenTurn{std::move(*turn), *sessions_.at(still_opens->session)});
        });
}

void ContentsCalls::change(const ProcessKey& process, std::uint32_t handle, Change asked,
                           const Completion<void>& done) {
    const auto role = asked.role;
    take_turn(process, handle, role,
              [this, process, asked = std::move(asked), done](const result<TakenTurn>& taken) {
                  done(taken ? change_in_turn(process, taken->session, asked)
                             : result<void>{taken.error()});
              });
}

result<void> ContentsCalls::change_in_turn(const ProcessKey& process, LiveSession& session,
                                           const Change& asked) {
    // Of a start or a join; those of other calls the session knows.
    if (processes_.by_token(process, asked.token)) {
        return token_used_otherwise();
    }
    const auto effect = asked.make(session);
    auto outcome = effect ? result<void>{} : result<void>{effect.error()};
    if (!effect || *effect == Effect::made) {
        record_change(audit_, asked.name, session, process, outcome, asked.detail);
    }
    return outcome;
}

}  // namespace rmb::core
