#pragma once

#include "core/identity.hpp"
#include "proto/error.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What core needs of the world. All ports are called, and call back, on the service's one loop
/// thread; none may block on a peer, a disk that spins or a network.
namespace rmb::core {

using proto::Code;
using proto::Error;
using proto::result;

using Bytes = std::vector<std::uint8_t>;
using TimePoint = std::chrono::steady_clock::time_point;

/// Dropping it takes back what was asked for; no callback comes afterwards. It may be dropped from
/// within its own callback.
class Registration {
public:
    Registration() = default;
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    virtual ~Registration() = default;
};
using RegistrationPtr = std::unique_ptr<Registration>;

class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual TimePoint now() const = 0;
    /// Milliseconds since 1970, UTC.
    [[nodiscard]] virtual std::uint64_t wall_clock_ms() const = 0;
    /// `call` runs once, from the loop, not before `when`; the result must be kept.
    [[nodiscard]] virtual RegistrationPtr call_at(TimePoint when, std::function<void()> call) = 0;
};

/// Survives the death of the service, not a restart of the machine. Each call is atomic: after it
/// the record is there whole, as it was before, or gone; whatever kills the process meanwhile.
class SessionStore {
public:
    virtual ~SessionStore() = default;
    /// Creates or replaces. write_fault when it is refused; the old record is then untouched.
    virtual result<void> put(std::string_view name, const Bytes& record) = 0;
    /// Success too when there is no such record.
    virtual result<void> erase(std::string_view name) = 0;
    virtual result<std::vector<std::pair<std::string, Bytes>>> load() = 0;
};

/// Holds processes open, so that an id cannot be reused unnoticed, and tells of their end.
class ProcessWatch {
public:
    virtual ~ProcessWatch() = default;
    /// `ended` runs once from the loop when the process has ended. Fails with file_not_found when
    /// no process with that id and start time runs.
    virtual result<RegistrationPtr> watch(const ProcessKey& process,
                                          std::function<void()> ended) = 0;
};

/// A cryptographically secure source.
class Random {
public:
    virtual ~Random() = default;
    virtual result<void> fill(std::span<std::uint8_t> bytes) = 0;
};

/// One event for each state-changing call and each refusal worth an administrator's attention.
struct AuditEvent {
    std::string_view action;   // "session.start", "session.end", ...
    std::string_view session;  // hash of its key, empty where there is none
    std::string_view user;
    ProcessKey process;
    Code outcome = Code::ok;
    std::string_view detail;  // the limit met, why a session ended
};

class Audit {
public:
    virtual ~Audit() = default;
    virtual void record(const AuditEvent& event) = 0;
};

}  // namespace rmb::core
