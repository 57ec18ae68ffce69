#pragma once

#include "core/config.hpp"
#include "core/ports.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rmb::core {

class Meter;

/// An amount taken from a meter; given back when destroyed. Must not outlive its meter.
class [[nodiscard]] Charge {
public:
    Charge() = default;
    Charge(Charge&& other) noexcept;
    Charge& operator=(Charge&& other) noexcept;
    ~Charge();

    /// Makes the amount `amount`; on refusal it stays as it was.
    result<void> resize(std::uint64_t amount);
    [[nodiscard]] std::uint64_t amount() const {
        return amount_;
    }

private:
    friend class Meter;
    Charge(Meter& meter, std::string key, std::uint64_t amount);

    Meter* meter_ = nullptr;
    std::string key_;
    std::uint64_t amount_ = 0;
};

/// Stores a record whose charge is `bytes`, which becomes `amount`. Errors: those of the charge's
/// meter, write_fault; nothing has changed then.
result<void> put_charged(SessionStore& store, std::string_view name, const Bytes& record,
                         Charge& bytes, std::uint64_t amount);

/// Counts one resource for each key (a user, a process, or "" for all together) against one limit.
/// Single-threaded.
class Meter {
public:
    using OnRefusal = std::function<void(std::string_view limit, std::string_view key)>;

    /// `name` is the limit's name on the wire; `refusal` what meeting it answers.
    Meter(std::string_view name, Code refusal, std::uint64_t limit, OnRefusal on_refusal);
    Meter(const Meter&) = delete;
    Meter& operator=(const Meter&) = delete;
    ~Meter() = default;

    result<Charge> take(const std::string& key, std::uint64_t amount);
    /// For what exists already and is only counted again after a restart: never refused.
    Charge restore(const std::string& key, std::uint64_t amount);

    void set_limit(std::uint64_t limit) {
        limit_ = limit;
    }
    [[nodiscard]] std::uint64_t limit() const {
        return limit_;
    }
    /// How often it was met, by all keys.
    [[nodiscard]] std::uint64_t refused() const {
        return refused_;
    }
    [[nodiscard]] std::uint64_t used(const std::string& key) const;
    [[nodiscard]] std::string_view name() const {
        return name_;
    }

private:
    friend class Charge;
    struct Usage {
        std::uint64_t used = 0;
        bool was_refused = false;
    };
    result<void> grow(const std::string& key, std::uint64_t amount);
    void give_back(const std::string& key, std::uint64_t amount);

    std::string_view name_;
    Code refusal_;
    std::uint64_t limit_;
    OnRefusal on_refusal_;
    std::uint64_t refused_ = 0;
    std::unordered_map<std::string, Usage> usage_;
    std::string last_without_usage_;  // the last of those refused who had nothing charged
};

/// Every limit that is counted, of sessions, connections and bytes (DESIGN 4). Rpc charges
/// connections and buffered frames here, the broker sessions and what they hold.
class Accounts {
public:
    Accounts(const Config& config, Audit& audit);

    /// What is above a lowered limit stays; only new charges meet it.
    void apply(const Config& config);

    /// All four charges of a new session, or none.
    result<std::vector<Charge>> charge_session(const Caller& caller);
    /// The charge of one more handle of a process, for a join.
    result<Charge> charge_handle(const ProcessKey& process);
    /// The charges of a session found in the store.
    std::vector<Charge> restore_session(const UserSession& owner, const ProcessKey& process);
    Charge restore_handle(const ProcessKey& process);
    Charge restore_bytes(const std::string& user, std::uint64_t bytes);

    result<Charge> charge_connection(const std::string& user);
    result<Charge> charge_any_connection();
    result<Charge> charge_bytes(const std::string& user, std::uint64_t bytes);

    [[nodiscard]] std::uint64_t sessions_of(const UserSession& owner) const;
    [[nodiscard]] std::uint64_t connections() const;

    struct LimitValue {
        std::string_view name;
        std::uint64_t value;
        std::uint64_t refused;  // how often it was met since the service started
    };
    [[nodiscard]] std::vector<LimitValue> limits() const;

private:
    Meter::OnRefusal audit_refusal(Audit& audit);
    Meter::OnRefusal audit_refusal_of_process(Audit& audit);

    Meter user_session_sessions_;
    Meter user_sessions_;
    Meter process_sessions_;
    Meter all_sessions_;
    Meter user_connections_;
    Meter all_connections_;
    Meter user_bytes_;
};

}  // namespace rmb::core
