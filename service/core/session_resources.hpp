#pragma once

#include "core/accounts.hpp"
#include "core/ports.hpp"
#include "core/registered.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rmb::core {

using RegisteredList = std::vector<std::shared_ptr<const Registered>>;

/// The records of one session's registrations, by number.
using StoredResources = std::map<std::uint32_t, Bytes>;

/// All that is registered in one session, in memory and in the store: one record a registered.
///
/// A session's own record is made before the first of these and erased before them. Whatever call
/// to the store is the service's last, a living session then has all that was acknowledged, and
/// records without a session are leftovers, which the next restore() erases.
class SessionResources {
public:
    SessionResources(SessionStore& store, Accounts& accounts, std::string user,
                     std::string session);

    /// Charges the user, stores and keeps it. Errors: out_of_memory (bytes), write_fault; nothing
    /// has changed then.
    result<void> add(std::shared_ptr<const Registered> made);

    /// What this process registered with `token`, null where it did not.
    [[nodiscard]] const Registered* by_token(const ProcessKey& process,
                                             const proto::Token& token) const;

    /// In the order in which they were made.
    [[nodiscard]] RegisteredList all() const;

    /// Takes over a record; their numbers must rise. One that cannot be read is an error, stays in
    /// the store as long as the session does, and its number is not given again.
    result<void> restore(std::uint32_t number, const Bytes& record);

    /// After the session's own record. What the store refuses to erase is met again by restore().
    void erase_records();

    /// Charged for each registration besides the bytes of its record, and for each text in it:
    /// what memory and store need to keep them. The first also bounds how many values one user
    /// can put into the store's one key, where Windows finds a value by looking at all of them.
    static constexpr std::uint64_t kChargePerRecord = 1'024;
    static constexpr std::uint64_t kChargePerText = 48;

private:
    struct Entry {
        std::uint32_t number;
        std::shared_ptr<const Registered> registered;  // null where it cannot be read
        Charge bytes;
    };

    [[nodiscard]] std::string name_of(std::uint32_t number) const {
        return to_string(RegisteredName{session_, number});
    }

    SessionStore& store_;
    Accounts& accounts_;
    std::string user_;
    std::string session_;
    std::vector<Entry> entries_;  // by number
};

}  // namespace rmb::core
