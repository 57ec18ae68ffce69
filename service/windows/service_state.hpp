#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

namespace rmb::win {

/// The states SCM knows that this service has; the values are Windows'.
enum class ServiceState : std::uint32_t {
    stopped = 1,
    start_pending = 2,
    stop_pending = 3,
    running = 4,
};

struct ServiceStatus {
    ServiceState state = ServiceState::start_pending;
    /// Stop, shutdown, paramchange and sessionchange are taken.
    bool accepts_controls = false;
    std::uint32_t exit_code = 0;
    /// With exit code 1066 (ERROR_SERVICE_SPECIFIC_ERROR) only.
    std::uint32_t service_exit_code = 0;
    std::uint32_t checkpoint = 0;
    std::chrono::milliseconds wait_hint{0};

    bool operator==(const ServiceStatus&) const = default;
};

class StatusSink {
public:
    StatusSink() = default;
    StatusSink(const StatusSink&) = delete;
    StatusSink& operator=(const StatusSink&) = delete;
    virtual ~StatusSink() = default;
    virtual void report(const ServiceStatus& status) = 0;
};

/// What SCM may ask; the values are Windows'.
enum class Control : std::uint32_t {
    stop = 1,
    interrogate = 4,
    shutdown = 5,
    param_change = 6,
    session_change = 14,
};

/// What the service does on a control, after this object has reported what there is to report.
struct ControlAction {
    enum class Kind { none, stop, reload, refuse };
    Kind kind = Kind::none;
    /// With stop: how long running calls may go on.
    std::chrono::milliseconds grace{0};

    bool operator==(const ControlAction&) const = default;
};

// At a stop running calls get this long; SCM is told to wait for longer than that.
inline constexpr std::chrono::milliseconds kStopGrace{15'000};
inline constexpr std::chrono::milliseconds kStopWaitHint{20'000};
// At a shutdown the whole machine waits: 2 s for all of it. The limit leaves room for a machine
// that is busy shutting down: at a load of 26 on 2 cores what follows it was seen to take 0.5 s.
inline constexpr std::chrono::milliseconds kShutdownGrace{1'000};
inline constexpr std::chrono::milliseconds kShutdownLimit{1'300};
inline constexpr std::chrono::milliseconds kStartWaitHint{10'000};
/// How often a pending state is reported with its next checkpoint; well below the hints.
inline constexpr std::chrono::milliseconds kCheckpointInterval{1'000};

/// The life of the service as SCM sees it. Controls come on SCM's thread while the service runs on
/// its own, so every method may be called on any thread; reports leave in the order of the changes.
class ServiceLife {
public:
    explicit ServiceLife(StatusSink& sink) : sink_{sink} {}

    void starting();
    /// Another step of a pending start or stop; nothing in other states.
    void progress();
    void running();
    /// 0, a Win32 code, or for anything else 1066 and the code.
    void stopped(std::int32_t code);

    /// Reports where a report is due and says what is to be done.
    [[nodiscard]] ControlAction on_control(std::uint32_t control);

    /// The service stops by itself (its pipe is lost): as a stop that SCM asked for.
    [[nodiscard]] ControlAction stop_by_itself();

private:
    void report();
    ControlAction begin_stop(std::chrono::milliseconds grace, std::chrono::milliseconds hint);

    StatusSink& sink_;
    std::mutex mutex_;
    ServiceStatus status_;
};

}  // namespace rmb::win
