#include "core/live_session.hpp"

#include "core/record_form.hpp"
#include "core/refusals.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace rmb::core {
namespace {

constexpr std::uint32_t kRemoval = 0;  // where an addition has its action

LastCall call_of(const proto::Token& token, std::uint32_t action, const FilterTarget& target) {
    RecordWriter asked;
    asked.number(action);
    write_target(asked, target);
    return {token, digest_of(std::move(asked).take())};
}

auto find(std::vector<Filter>& filters, const FilterTarget& target) {
    return std::ranges::find_if(
        filters, [&](const Filter& filter) { return same_target(filter.target, target); });
}

std::size_t stored_size(const std::vector<Filter>& filters) {
    RecordWriter out;
    for (const auto& filter : filters) {
        write_filter(out, filter);
    }
    return std::move(out).take().size();
}

}  // namespace

LiveSession::LiveSession(SessionState state, Held held, SessionStore& store, Accounts& accounts,
                         Clock& clock)
    : store_(store),
      state_(std::move(state)),
      hash_(proto::hash_of(state_.key)),
      held_(std::move(held)),
      resources_(store, accounts, state_.owner.user, session_record_name(hash_)),
      queue_(clock) {}

result<void> LiveSession::change(SessionState next) {
    const auto record = encode(next);
    if (auto stored =
            put_charged(store_, session_record_name(hash_), record, held_.bytes, record.size());
        !stored) {
        return stored;
    }
    state_ = std::move(next);
    return {};
}

result<void> LiveSession::erase() {
    if (auto erased = store_.erase(session_record_name(hash_)); !erased) {
        return erased;
    }
    // From here on the session is no more; what is left of it is nobody's.
    resources_.erase_records();
    return {};
}

result<Effect> LiveSession::register_resources(std::shared_ptr<const Registered> made) {
    if (const auto* before = resources_.by_token(made->process, made->token)) {
        return *before == *made ? result<Effect>{Effect::repeated} : token_used_otherwise();
    }
    if (made->process == state_.primary().process && state_.last_call &&
        state_.last_call->token == made->token) {
        return token_used_otherwise();
    }
    if (auto added = resources_.add(std::move(made)); !added) {
        return added.error();
    }
    return Effect::made;
}

result<Effect> LiveSession::add_filter(const Filter& filter, const proto::Token& token) {
    const auto call = call_of(token, static_cast<std::uint32_t>(filter.action), filter.target);
    if (auto answer = earlier(call)) {
        return *answer;
    }
    auto filters = state_.filters;
    if (const auto same = find(filters, filter.target); same != filters.end()) {
        *same = filter;
    } else {
        filters.push_back(filter);
    }
    if (stored_size(filters) > kMaxFilterBytes) {
        return Error{Code::out_of_memory,
                     "filterBytesPerSession: " + std::to_string(kMaxFilterBytes) + " exceeded",
                     "filterBytesPerSession"};
    }
    return change_filters(std::move(filters), call);
}

result<Effect> LiveSession::remove_filter(const FilterTarget& target, const proto::Token& token) {
    const auto call = call_of(token, kRemoval, target);
    if (auto answer = earlier(call)) {
        return *answer;
    }
    auto filters = state_.filters;
    const auto same = find(filters, target);
    if (same == filters.end()) {
        return Error{Code::file_not_found, "params: the session has no filter for that target"};
    }
    filters.erase(same);
    return change_filters(std::move(filters), call);
}

std::optional<result<Effect>> LiveSession::earlier(const LastCall& call) const {
    if (state_.last_call && state_.last_call->token == call.token) {
        return *state_.last_call == call ? result<Effect>{Effect::repeated}
                                         : token_used_otherwise();
    }
    if (resources_.by_token(state_.primary().process, call.token) != nullptr) {
        return result<Effect>{token_used_otherwise()};
    }
    return std::nullopt;
}

result<Effect> LiveSession::change_filters(std::vector<Filter> filters, const LastCall& call) {
    auto next = state_;
    next.filters = std::move(filters);
    next.last_call = call;
    if (auto stored = change(std::move(next)); !stored) {
        return stored.error();
    }
    return Effect::made;
}

void record_change(Audit& audit, std::string_view action, const LiveSession& session,
                   const ProcessKey& process, const result<void>& outcome,
                   std::string_view detail) {
    audit.record({.action = action,
                  .session = session.hash().text,
                  .user = session.state().owner.user,
                  .process = process,
                  .outcome = outcome ? Code::ok : outcome.error().code,
                  .detail = outcome ? detail : outcome.error().subject});
}

}  // namespace rmb::core
