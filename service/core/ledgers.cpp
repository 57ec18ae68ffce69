#include "core/ledgers.hpp"

#include "core/by_hash.hpp"
#include "core/session_resources.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace rmb::core {
namespace {

/// As for a registration: each is one value more in the store's one key.
std::uint64_t charge_of(const Bytes& record) {
    return SessionResources::kChargePerRecord + record.size();
}

}  // namespace

Ledgers::Ledgers(SessionStore& store, Accounts& accounts) : store_(store), accounts_(accounts) {}

result<void> Ledgers::put(const Ledger& ledger) {
    if (!is_valid(ledger)) {
        return Error{Code::out_of_memory, "ledger: more than a ledger may hold", "ledger"};
    }
    const auto name = ledger_record_name(ledger.session);
    if (unreadable_.contains(ledger.session.text)) {
        return Error{Code::write_fault,
                     name +
                         ": an earlier service stored it in a form that cannot be read, and it "
                         "is kept",
                     "ledger"};
    }
    const auto record = encode(ledger);
    const auto found = ledgers_.find(ledger.session.text);
    if (found != ledgers_.end()) {
        auto stored = put_charged(store_, name, record, found->second.bytes, charge_of(record));
        if (stored) {
            found->second.ledger = ledger;
        }
        return stored;
    }
    auto bytes = accounts_.charge_bytes(ledger.owner.user, charge_of(record));
    if (!bytes) {
        return bytes.error();
    }
    if (auto stored = store_.put(name, record); !stored) {
        return stored;
    }
    ledgers_.emplace(ledger.session.text, Entry{ledger, std::move(*bytes)});
    return {};
}

const Ledger* Ledgers::find(const std::string& session_hash) const {
    const auto found = ledgers_.find(session_hash);
    return found == ledgers_.end() ? nullptr : &found->second.ledger;
}

result<const Ledger*> Ledgers::find_for(const Caller& caller, std::string_view hash_begin) const {
    const auto hash_of = [](const Ledger* ledger) -> const std::string& {
        return ledger->session.text;
    };
    return find_by_hash(visible_to(caller), hash_of, hash_begin, "ledger");
}

std::vector<const Ledger*> Ledgers::visible_to(const Caller& caller) const {
    std::vector<const Ledger*> visible;
    for (const auto& [hash, entry] : ledgers_) {
        if (may_see(caller, entry.ledger.owner)) {
            visible.push_back(&entry.ledger);
        }
    }
    std::ranges::stable_sort(visible, {}, [](const Ledger* ledger) { return ledger->begun_ms; });
    return visible;
}

std::vector<Ledger> Ledgers::orphans() const {
    std::vector<Ledger> found;
    for (const auto& [hash, entry] : ledgers_) {
        if (entry.ledger.is_orphan) {
            found.push_back(entry.ledger);
        }
    }
    return found;
}

void Ledgers::erase(const std::string& session_hash) {
    if (const auto found = ledgers_.find(session_hash); found != ledgers_.end()) {
        (void)store_.erase(ledger_record_name(found->second.ledger.session));
        ledgers_.erase(found);
    }
}

result<void> Ledgers::orphan(const std::string& session_hash) {
    const auto found = ledgers_.find(session_hash);
    if (found == ledgers_.end() || found->second.ledger.is_orphan) {
        return {};
    }
    auto& ledger = found->second.ledger;
    if (!is_owed(ledger)) {
        erase(session_hash);
        return {};
    }
    ledger.is_orphan = true;
    return store_.put(ledger_record_name(ledger.session), encode(ledger));
}

void Ledgers::logged_off(std::uint32_t windows_session) {
    std::vector<Ledger> changed;
    for (const auto& [hash, entry] : ledgers_) {
        auto ledger = entry.ledger;
        for (auto& program : ledger.entries) {
            if (program.app.service.empty() && program.app.windows_session == windows_session &&
                is_owed(program)) {
                program.stage = Stage::left;
                program.why = "its user has logged off";
            }
        }
        if (ledger != entry.ledger) {
            changed.push_back(std::move(ledger));
        }
    }
    for (const auto& ledger : changed) {
        if (ledger.is_orphan && !is_owed(ledger)) {
            erase(ledger.session.text);
        } else {
            (void)put(ledger);
        }
    }
}

void Ledgers::adopt(const std::string& session_hash) {
    const auto found = ledgers_.find(session_hash);
    if (found != ledgers_.end() && std::exchange(found->second.ledger.is_orphan, false)) {
        const auto& ledger = found->second.ledger;
        (void)store_.put(ledger_record_name(ledger.session), encode(ledger));
    }
}

result<void> Ledgers::restore(std::string_view name, const Bytes& record,
                              const std::function<bool(const proto::KeyHash&)>& has_session) {
    auto ledger = decode_ledger(record);
    if (ledger && name != ledger_record_name(ledger->session)) {
        ledger = Error{Code::bad_arguments, "stored ledger: its session belongs to another name"};
    }
    if (!ledger) {
        if (const auto session = parse_ledger_record_name(name)) {
            unreadable_.insert(session->text);
        }
        return ledger.error();
    }
    const bool is_wanted = ledger->is_orphan ? is_owed(*ledger) : has_session(ledger->session);
    if (!is_wanted) {
        // Where the store refuses, it is met again next time, with the same outcome.
        (void)store_.erase(name);
        return {};
    }
    auto bytes = accounts_.restore_bytes(ledger->owner.user, charge_of(record));
    const auto hash = ledger->session.text;
    ledgers_.emplace(hash, Entry{std::move(*ledger), std::move(bytes)});
    return {};
}

}  // namespace rmb::core
