#pragma once

#include "core/accounts.hpp"
#include "core/call_queue.hpp"
#include "core/ports.hpp"
#include "core/session.hpp"
#include "core/session_resources.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace rmb::core {

/// What a session is about, at one moment.
struct SessionContents {
    RegisteredList registered;
    std::vector<Filter> filters;
};

/// Whether a call that succeeded changed something, or had done so before.
enum class Effect { made, repeated };

/// One session, in memory and in the store: state, contents, charges, and the order of its calls.
/// The broker decides who may call what, and calls in the session's turn.
class LiveSession {
public:
    struct Held {
        std::vector<Charge> counts;  // of sessions and handles
        Charge bytes;                // as much as the record has
    };
    LiveSession(SessionState state, Held held, SessionStore& store, Accounts& accounts,
                Clock& clock);

    [[nodiscard]] const SessionState& state() const {
        return state_;
    }
    [[nodiscard]] const proto::KeyHash& hash() const {
        return hash_;
    }
    [[nodiscard]] CallQueue& queue() {
        return queue_;
    }
    [[nodiscard]] SessionContents contents() const {
        return {resources_.all(), state_.filters};
    }

    /// Stores the session as it is to be and then makes it so. Errors: out_of_memory (bytes),
    /// write_fault; nothing has changed then.
    result<void> change(SessionState next);

    /// Takes it out of the store; write_fault where it still is there, whole.
    result<void> erase();

    /// The three below answer a repeated call as the first was answered, and refuse a token that
    /// was used for something else (invalid_params).
    ///
    /// Errors: out_of_memory (bytes), write_fault.
    result<Effect> register_resources(std::shared_ptr<const Registered> made);
    /// Replaces the filter for the same target. Errors: out_of_memory (bytes, kMaxFilterBytes),
    /// write_fault.
    result<Effect> add_filter(const Filter& filter, const proto::Token& token);
    /// Errors: file_not_found, write_fault.
    result<Effect> remove_filter(const FilterTarget& target, const proto::Token& token);

    /// Takes over what is stored; see SessionResources.
    result<void> restore_registered(std::uint32_t number, const Bytes& record) {
        return resources_.restore(number, record);
    }

private:
    /// The answer to a call of the primary whose token came before.
    [[nodiscard]] std::optional<result<Effect>> earlier(const LastCall& call) const;
    result<Effect> change_filters(std::vector<Filter> filters, const LastCall& call);

    SessionStore& store_;
    SessionState state_;
    proto::KeyHash hash_;
    Held held_;
    SessionResources resources_;
    CallQueue queue_;
};

using LiveSessions = std::map<proto::SessionKey, std::unique_ptr<LiveSession>>;

/// Tells of a call that changed the session, or was to. Of a refusal, its subject is the detail.
void record_change(Audit& audit, std::string_view action, const LiveSession& session,
                   const ProcessKey& process, const result<void>& outcome,
                   std::string_view detail = {});

}  // namespace rmb::core
