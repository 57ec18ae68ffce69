#pragma once

#include "engine/control.hpp"

namespace rmb::os_linux {

/// Ends processes with SIGKILL. There are no services: each is service_does_not_exist.
class ProcControl final : public engine::Control {
public:
    engine::result<void> terminate(const core::ProcessKey& process) override;
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

}  // namespace rmb::os_linux
