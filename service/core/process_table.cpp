#include "core/process_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rmb::core {

class ProcessTable::Attendance final : public Registration {
public:
    Attendance(ProcessTable& table, const ProcessKey& process) : table_(table), process_(process) {
        ++table_.processes_.at(process_).attendances;
    }
    Attendance(const Attendance&) = delete;
    Attendance& operator=(const Attendance&) = delete;
    ~Attendance() override {
        --table_.processes_.at(process_).attendances;
        table_.drop_if_unused(process_);
    }

private:
    ProcessTable& table_;
    ProcessKey process_;
};

ProcessTable::ProcessTable(ProcessWatch& watch, Random& random, OnEnd on_end)
    : watch_(watch), random_(random), on_end_(std::move(on_end)) {}

ProcessTable::~ProcessTable() = default;

result<RegistrationPtr> ProcessTable::attend(const ProcessKey& process) {
    const auto found = processes_.find(process);
    if (found != processes_.end()) {
        if (found->second.ended) {
            return Error{Code::file_not_found, "the process has ended"};
        }
        return RegistrationPtr{std::make_unique<Attendance>(*this, process)};
    }
    auto watch = watch_.watch(process, [this, process] { ended(process); });
    if (!watch) {
        return watch.error();
    }
    processes_[process].watch = std::move(*watch);
    return RegistrationPtr{std::make_unique<Attendance>(*this, process)};
}

result<std::uint32_t> ProcessTable::draw_handle(const ProcessKey& process) {
    const auto& held = processes_.at(process).held;
    for (;;) {
        std::array<std::uint8_t, 4> bytes{};
        if (auto filled = random_.fill(bytes); !filled) {
            return filled.error();
        }
        std::uint32_t handle = 0;
        for (const auto byte : bytes) {
            handle = handle << 8U | byte;
        }
        handle &= 0x7FFF'FFFFU;
        const bool taken = std::ranges::any_of(
            held, [&](const Entry::Held& other) { return other.membership.handle == handle; });
        if (is_valid_handle(handle) && !taken) {
            return handle;
        }
    }
}

void ProcessTable::add(const ProcessKey& process, const Membership& membership, Charge charge) {
    processes_.at(process).held.push_back({membership, std::move(charge)});
}

void ProcessTable::remove(const ProcessKey& process, std::uint32_t handle) {
    const auto found = processes_.find(process);
    if (found != processes_.end()) {
        std::erase_if(found->second.held,
                      [&](const Entry::Held& held) { return held.membership.handle == handle; });
        drop_if_unused(process);
    }
}

template <class Matches>
std::optional<Membership> ProcessTable::find(const ProcessKey& process, Matches matches) const {
    const auto found = processes_.find(process);
    if (found == processes_.end() || found->second.ended) {
        return std::nullopt;
    }
    for (const auto& held : found->second.held) {
        if (matches(held.membership)) {
            return held.membership;
        }
    }
    return std::nullopt;
}

std::optional<Membership> ProcessTable::by_handle(const ProcessKey& process,
                                                  std::uint32_t handle) const {
    return find(process, [&](const Membership& m) { return m.handle == handle; });
}

std::optional<Membership> ProcessTable::by_token(const ProcessKey& process,
                                                 const proto::Token& token) const {
    return find(process, [&](const Membership& m) { return m.token == token; });
}

void ProcessTable::abandon(const ProcessKey& process, const proto::Token& token) {
    const auto found = processes_.find(process);
    if (found == processes_.end()) {
        return;  // it has neither a connection nor a handle: nothing of it can still arrive
    }
    auto& tokens = found->second.abandoned;
    tokens.push_back(token);
    if (tokens.size() > kMaxAbandoned) {
        tokens.pop_front();
    }
}

bool ProcessTable::is_abandoned(const ProcessKey& process, const proto::Token& token) const {
    const auto found = processes_.find(process);
    return found != processes_.end() &&
           std::ranges::find(found->second.abandoned, token) != found->second.abandoned.end();
}

// By value: the callback that holds the key goes with the entry.
void ProcessTable::ended(ProcessKey process) {
    auto& entry = processes_.at(process);
    entry.ended = true;
    std::vector<Membership> memberships;
    for (const auto& held : entry.held) {
        memberships.push_back(held.membership);
    }
    on_end_(process, memberships);
    drop_if_unused(process);
}

void ProcessTable::drop_if_unused(const ProcessKey& process) {
    const auto found = processes_.find(process);
    if (found != processes_.end() && found->second.attendances == 0 && found->second.held.empty()) {
        processes_.erase(found);
    }
}

}  // namespace rmb::core
