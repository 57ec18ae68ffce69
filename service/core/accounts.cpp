#include "core/accounts.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rmb::core {
namespace {

constexpr std::uint64_t kMebibyte = 1'048'576;
const std::string kAll;

std::string key_of(const UserSession& owner) {
    return owner.user + "/" + std::to_string(owner.windows_session);
}

std::string key_of(const ProcessKey& process) {
    return std::to_string(process.pid) + "@" + std::to_string(process.start_time);
}

}  // namespace

Charge::Charge(Meter& meter, std::string key, std::uint64_t amount)
    : meter_(&meter), key_(std::move(key)), amount_(amount) {}

Charge::Charge(Charge&& other) noexcept
    : meter_(std::exchange(other.meter_, nullptr)),
      key_(std::move(other.key_)),
      amount_(std::exchange(other.amount_, 0)) {}

Charge& Charge::operator=(Charge&& other) noexcept {
    std::swap(meter_, other.meter_);
    std::swap(key_, other.key_);
    std::swap(amount_, other.amount_);
    return *this;
}

Charge::~Charge() {
    if (meter_ != nullptr) {
        meter_->give_back(key_, amount_);
    }
}

result<void> Charge::resize(std::uint64_t amount) {
    if (amount > amount_) {
        if (auto grown = meter_->grow(key_, amount - amount_); !grown) {
            return grown;
        }
    } else {
        meter_->give_back(key_, amount_ - amount);
    }
    amount_ = amount;
    return {};
}

result<void> put_charged(SessionStore& store, std::string_view name, const Bytes& record,
                         Charge& bytes, std::uint64_t amount) {
    const auto before = bytes.amount();
    // What grows is charged before, what shrinks given back after: giving back is never refused.
    if (auto charged = bytes.resize(std::max(before, amount)); !charged) {
        return charged;
    }
    if (auto stored = store.put(name, record); !stored) {
        (void)bytes.resize(before);
        return stored;
    }
    (void)bytes.resize(amount);
    return {};
}

Meter::Meter(std::string_view name, Code refusal, std::uint64_t limit, OnRefusal on_refusal)
    : name_(name), refusal_(refusal), limit_(limit), on_refusal_(std::move(on_refusal)) {}

result<Charge> Meter::take(const std::string& key, std::uint64_t amount) {
    if (auto grown = grow(key, amount); !grown) {
        return grown.error();
    }
    return Charge{*this, key, amount};
}

Charge Meter::restore(const std::string& key, std::uint64_t amount) {
    usage_[key].used += amount;
    return Charge{*this, key, amount};
}

std::uint64_t Meter::used(const std::string& key) const {
    const auto found = usage_.find(key);
    return found == usage_.end() ? 0 : found->second.used;
}

result<void> Meter::grow(const std::string& key, std::uint64_t amount) {
    const auto used_now = used(key);
    if (used_now <= limit_ && amount <= limit_ - used_now) {
        usage_[key].used += amount;
        return {};
    }
    ++refused_;
    // Who has nothing charged has no entry to count refusals in. Remembering the last of these is
    // enough to keep one who tries again and again from filling the log.
    const auto found = usage_.find(key);
    const bool is_first = found == usage_.end() ? std::exchange(last_without_usage_, key) != key
                                                : !std::exchange(found->second.was_refused, true);
    if (is_first) {
        on_refusal_(name_, key);
    }
    return Error{refusal_,
                 std::string{name_} + ": " + std::to_string(used_now) + " of " +
                     std::to_string(limit_) + " in use, " + std::to_string(amount) +
                     " more asked for",
                 std::string{name_}};
}

void Meter::give_back(const std::string& key, std::uint64_t amount) {
    const auto found = usage_.find(key);
    if (found == usage_.end()) {
        return;  // only nothing was ever charged
    }
    found->second.used -= amount;
    if (found->second.used == 0) {
        usage_.erase(found);
    }
}

Accounts::Accounts(const Config& config, Audit& audit)
    : user_session_sessions_("sessionsPerUserSession", Code::max_sessions_reached, 0,
                             audit_refusal(audit)),
      user_sessions_("sessionsPerUser", Code::max_sessions_reached, 0, audit_refusal(audit)),
      process_sessions_("sessionsPerProcess", Code::max_sessions_reached, 0,
                        audit_refusal_of_process(audit)),
      all_sessions_("sessionsTotal", Code::max_sessions_reached, 0, audit_refusal(audit)),
      user_connections_("connectionsPerUser", Code::out_of_memory, 0, audit_refusal(audit)),
      all_connections_("connectionsTotal", Code::out_of_memory, 0, audit_refusal(audit)),
      user_bytes_("bytesPerUser", Code::out_of_memory, 0, audit_refusal(audit)) {
    apply(config);
}

Meter::OnRefusal Accounts::audit_refusal(Audit& audit) {
    return [&audit](std::string_view limit, std::string_view key) {
        audit.record({.action = "limit",
                      .session = {},
                      .user = key,
                      .process = {},
                      .outcome = Code::not_enough_quota,
                      .detail = limit});
    };
}

Meter::OnRefusal Accounts::audit_refusal_of_process(Audit& audit) {
    return [&audit](std::string_view limit, std::string_view key) {
        const auto detail = std::string{limit} + " of process " + std::string{key};
        audit.record({.action = "limit",
                      .session = {},
                      .user = {},
                      .process = {},
                      .outcome = Code::not_enough_quota,
                      .detail = detail});
    };
}

void Accounts::apply(const Config& config) {
    user_session_sessions_.set_limit(config.sessions_per_user_session);
    user_sessions_.set_limit(config.sessions_per_user);
    process_sessions_.set_limit(config.sessions_per_process);
    all_sessions_.set_limit(config.sessions_total);
    user_connections_.set_limit(config.connections_per_user);
    all_connections_.set_limit(config.connections_total);
    user_bytes_.set_limit(config.megabytes_per_user * kMebibyte);
}

result<std::vector<Charge>> Accounts::charge_session(const Caller& caller) {
    const std::array<std::pair<Meter*, std::string>, 4> wanted{{
        {&process_sessions_, key_of(caller.process)},
        {&user_session_sessions_, key_of(caller.owner)},
        {&user_sessions_, caller.owner.user},
        {&all_sessions_, kAll},
    }};
    std::vector<Charge> charges;
    for (const auto& [meter, key] : wanted) {
        auto charge = meter->take(key, 1);
        if (!charge) {
            return charge.error();
        }
        charges.push_back(std::move(*charge));
    }
    return charges;
}

result<Charge> Accounts::charge_handle(const ProcessKey& process) {
    return process_sessions_.take(key_of(process), 1);
}

std::vector<Charge> Accounts::restore_session(const UserSession& owner, const ProcessKey& process) {
    std::vector<Charge> charges;
    charges.push_back(process_sessions_.restore(key_of(process), 1));
    charges.push_back(user_session_sessions_.restore(key_of(owner), 1));
    charges.push_back(user_sessions_.restore(owner.user, 1));
    charges.push_back(all_sessions_.restore(kAll, 1));
    return charges;
}

Charge Accounts::restore_handle(const ProcessKey& process) {
    return process_sessions_.restore(key_of(process), 1);
}

Charge Accounts::restore_bytes(const std::string& user, std::uint64_t bytes) {
    return user_bytes_.restore(user, bytes);
}

result<Charge> Accounts::charge_connection(const std::string& user) {
    return user_connections_.take(user, 1);
}

result<Charge> Accounts::charge_any_connection() {
    return all_connections_.take(kAll, 1);
}

result<Charge> Accounts::charge_bytes(const std::string& user, std::uint64_t bytes) {
    return user_bytes_.take(user, bytes);
}

std::uint64_t Accounts::sessions_of(const UserSession& owner) const {
    return user_session_sessions_.used(key_of(owner));
}

std::uint64_t Accounts::connections() const {
    return all_connections_.used(kAll);
}

std::vector<Accounts::LimitValue> Accounts::limits() const {
    std::vector<LimitValue> values;
    for (const auto* meter :
         {&user_session_sessions_, &user_sessions_, &process_sessions_, &all_sessions_,
          &user_connections_, &all_connections_, &user_bytes_}) {
        values.push_back({meter->name(), meter->limit(), meter->refused()});
    }
    return values;
}

}  // namespace rmb::core
