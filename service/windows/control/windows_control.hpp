#pragma once

#include "engine/control.hpp"

namespace rmb::win {

/// Ends processes, stops and starts services: what needs no desktop.
class WindowsControl final : public engine::Control {
public:
    engine::result<void> terminate(const core::ProcessKey& process) override;
    /// A process that the service itself may not open counts as running and is not waited for.
    std::vector<bool> wait_for_end(std::span<const core::ProcessKey> processes,
                                   engine::Milliseconds limit, std::stop_token stop) override;
    engine::result<std::vector<std::string>> dependents(const std::string& service) override;
    engine::result<void> stop_service(const std::string& name) override;
    engine::result<void> start_service(const std::string& name) override;
    std::vector<bool> wait_for_services(std::span<const std::string> names, bool running,
                                        engine::Milliseconds limit, std::stop_token stop) override;
    engine::Milliseconds application_limit(const std::string& user) override;
    engine::Milliseconds service_limit() override;
};

}  // namespace rmb::win
