#pragma once

#include "core/accounts.hpp"
#include "core/identity.hpp"
#include "core/ledger.hpp"
#include "core/ports.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rmb::core {

/// All ledgers, in memory and in the store; by the hash of their session. Loop thread.
///
/// A ledger goes with its session, or stays as an orphan. Whatever call to the store is the
/// service's last, the two records together tell which was meant:
///  - an installer's death, or an end by somebody else, marks the ledger as an orphan before the
///    session's record goes; if the session lives on after all, adopt() takes the mark away;
///  - an end by the installer erases the session's record first, and then the ledger.
/// So a ledger without a session that is not marked belongs to an installer that had decided, and
/// restore() erases it; and as long as the session is stored, so is its ledger.
class Ledgers {
public:
    Ledgers(SessionStore& store, Accounts& accounts);

    /// Charges the owner, stores and keeps it, in place of an earlier one of the session. Errors:
    /// out_of_memory (bytes, or more than is_valid() allows), write_fault (also where the store has
    /// one of the session that cannot be read: it is not overwritten); nothing has changed then.
    result<void> put(const Ledger& ledger);

    /// Null where there is none. What this and the next two give is valid until it is erased, and
    /// put() changes it in place.
    [[nodiscard]] const Ledger* find(const std::string& session_hash) const;
    /// The one whose hash begins so, for its owner or an administrator. Errors: see find_by_hash().
    [[nodiscard]] result<const Ledger*> find_for(const Caller& caller,
                                                 std::string_view hash_begin) const;
    /// Those the caller may see, oldest first.
    [[nodiscard]] std::vector<const Ledger*> visible_to(const Caller& caller) const;
    /// Copies: whoever is told of one may change it.
    [[nodiscard]] std::vector<Ledger> orphans() const;

    /// The installer ended its session, whose record is gone: what it did not start stays stopped,
    /// as it decided. Or: an orphan that owes nothing any more. What the store refuses to erase
    /// is met again by restore().
    void erase(const std::string& session_hash);

    /// The installer died, or somebody else ends its session, whose record is to go next: what is
    /// owed stays, marked as an orphan; a ledger that owes nothing goes. After a write_fault it is
    /// an orphan in memory only, and the session's record must stay to tell of it.
    result<void> orphan(const std::string& session_hash);

    /// All users' programs of a Windows session ended as theirs logged off: none of them is owed a
    /// start any more. Orphans that owe nothing else go. What the store refuses stays as it was.
    void logged_off(std::uint32_t windows_session);

    /// The session lives, whatever mark the ledger has. What the store refuses of this, restore()
    /// makes up for.
    void adopt(const std::string& session_hash);

    /// Takes over a stored record. `has_session` says whether the store has a record of the
    /// session, be it alive or not. bad_arguments: it cannot be read, and stays in the store.
    result<void> restore(std::string_view name, const Bytes& record,
                         const std::function<bool(const proto::KeyHash&)>& has_session);

private:
    struct Entry {
        Ledger ledger;
        Charge bytes;
    };
    SessionStore& store_;
    Accounts& accounts_;
    std::map<std::string, Entry> ledgers_;
    std::set<std::string> unreadable_;  // sessions whose stored ledgers cannot be read
};

}  // namespace rmb::core
