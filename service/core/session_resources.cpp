#include "core/session_resources.hpp"

#include <algorithm>
#include <utility>

namespace rmb::core {
namespace {

std::uint64_t charge_of(const Resources& resources, std::size_t record_size) {
    return SessionResources::kChargePerRecord + record_size +
           SessionResources::kChargePerText * (resources.files.size() + resources.services.size());
}

}  // namespace

SessionResources::SessionResources(SessionStore& store, Accounts& accounts, std::string user,
                                   std::string session)
    : store_(store), accounts_(accounts), user_(std::move(user)), session_(std::move(session)) {}

result<void> SessionResources::add(std::shared_ptr<const Registered> made) {
    const auto record = encode(*made);
    auto bytes = accounts_.charge_bytes(user_, charge_of(made->resources, record.size()));
    if (!bytes) {
        return bytes.error();
    }
    const auto number = entries_.empty() ? 1 : entries_.back().number + 1;
    if (auto stored = store_.put(name_of(number), record); !stored) {
        return stored;
    }
    entries_.push_back({number, std::move(made), std::move(*bytes)});
    return {};
}

const Registered* SessionResources::by_token(const ProcessKey& process,
                                             const proto::Token& token) const {
    const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) {
        return entry.registered && entry.registered->token == token &&
               entry.registered->process == process;
    });
    return found == entries_.end() ? nullptr : found->registered.get();
}

RegisteredList SessionResources::all() const {
    RegisteredList list;
    for (const auto& entry : entries_) {
        if (entry.registered) {
            list.push_back(entry.registered);
        }
    }
    return list;
}

result<void> SessionResources::restore(std::uint32_t number, const Bytes& record) {
    auto read = decode_registered(record);
    const auto amount = charge_of(read ? read->resources : Resources{}, record.size());
    entries_.push_back({number,
                        read ? std::make_shared<const Registered>(std::move(*read)) : nullptr,
                        accounts_.restore_bytes(user_, amount)});
    return read ? result<void>{} : read.error();
}

void SessionResources::erase_records() {
    for (const auto& entry : entries_) {
        (void)store_.erase(name_of(entry.number));
    }
}

}  // namespace rmb::core
