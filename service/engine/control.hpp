#pragma once

#include "engine/system.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace rmb::engine {

using Milliseconds = std::chrono::milliseconds;

/// What the engine does to the machine without a desktop. Every method blocks and may be called on
/// several threads at a time. Where it says "assumed", the rights of whoever asks for the act are
/// assumed around the call, and access_denied is the system's answer to them.
class Control {
public:
    Control() = default;
    Control(const Control&) = delete;
    Control& operator=(const Control&) = delete;
    virtual ~Control() = default;

    /// Assumed. Asks the system to end the process and returns at once. file_not_found where it has
    /// ended already.
    virtual result<void> terminate(const core::ProcessKey& process) = 0;

    /// With the service's own rights. Returns when all have ended, at the time limit, or when
    /// `stop` is requested: which of them have ended, in the order given.
    virtual std::vector<bool> wait_for_end(std::span<const core::ProcessKey> processes,
                                           Milliseconds limit, std::stop_token stop) = 0;

    /// Own rights. The running services that depend on a service, directly or not, in the order in
    /// which they are to be stopped.
    virtual result<std::vector<std::string>> dependents(const std::string& service) = 0;

    /// Assumed. Tells the service to stop and returns at once; success where it has stopped already
    /// or is about to.
    virtual result<void> stop_service(const std::string& name) = 0;
    /// Assumed. Success where it runs already or is about to.
    virtual result<void> start_service(const std::string& name) = 0;
    /// Own rights. As wait_for_end(): which are in the state `running`, resp. stopped.
    virtual std::vector<bool> wait_for_services(std::span<const std::string> names, bool running,
                                                Milliseconds limit, std::stop_token stop) = 0;

    /// How long Windows lets applications hang and services stop; read where Windows keeps them
    /// (HungAppTimeout of `user`, WaitToKillServiceTimeout).
    virtual Milliseconds application_limit(const std::string& user) = 0;
    virtual Milliseconds service_limit() = 0;
};

inline constexpr Milliseconds kApplicationLimit{30'000};
inline constexpr Milliseconds kServiceLimit{20'000};
/// What SCM itself gives a service that says nothing while it starts.
inline constexpr Milliseconds kServiceStartLimit{30'000};

}  // namespace rmb::engine
