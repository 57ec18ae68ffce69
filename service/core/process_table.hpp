#pragma once

#include "core/accounts.hpp"
#include "core/ports.hpp"
#include "core/session.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace rmb::core {

/// One handle of one process.
struct Membership {
    std::uint32_t handle = 0;
    proto::Token token{};
    proto::SessionKey session;
    bool primary = false;
};

/// The processes that are connected or take part in a session, and what handles they have. Keeps
/// each open and notices its end.
class ProcessTable {
public:
    /// Told once of a process that ended, with the handles it still had. They stay in the table
    /// until remove() is called for each, but nothing is found by them any more.
    using OnEnd = std::function<void(const ProcessKey&, const std::vector<Membership>&)>;

    ProcessTable(ProcessWatch& watch, Random& random, OnEnd on_end);
    ProcessTable(const ProcessTable&) = delete;
    ProcessTable& operator=(const ProcessTable&) = delete;
    ~ProcessTable();

    /// Keeps the process in the table while the result lives (which must not outlive the table).
    /// file_not_found when it has ended.
    result<RegistrationPtr> attend(const ProcessKey& process);

    /// A handle that the process does not have; random, so that one is not reused soon and another
    /// process's is not guessed.
    result<std::uint32_t> draw_handle(const ProcessKey& process);

    /// `charge` is given back with the membership. The process must be attended or have others.
    void add(const ProcessKey& process, const Membership& membership, Charge charge);
    void remove(const ProcessKey& process, std::uint32_t handle);

    [[nodiscard]] std::optional<Membership> by_handle(const ProcessKey& process,
                                                      std::uint32_t handle) const;
    [[nodiscard]] std::optional<Membership> by_token(const ProcessKey& process,
                                                     const proto::Token& token) const;

    /// Remembers the token of a start that its client has given up. The last kMaxAbandoned count.
    void abandon(const ProcessKey& process, const proto::Token& token);
    [[nodiscard]] bool is_abandoned(const ProcessKey& process, const proto::Token& token) const;
    static constexpr std::size_t kMaxAbandoned = 64;

    [[nodiscard]] std::size_t size() const {
        return processes_.size();
    }

private:
    class Attendance;
    struct Entry {
        struct Held {
            Membership membership;
            Charge charge;
        };
        RegistrationPtr watch;
        std::vector<Held> held;
        std::deque<proto::Token> abandoned;
        std::size_t attendances = 0;
        bool ended = false;
    };

    void ended(ProcessKey process);
    void drop_if_unused(const ProcessKey& process);
    template <class Matches>
    std::optional<Membership> find(const ProcessKey& process, Matches matches) const;

    ProcessWatch& watch_;
    Random& random_;
    OnEnd on_end_;
    std::map<ProcessKey, Entry> processes_;
};

}  // namespace rmb::core
