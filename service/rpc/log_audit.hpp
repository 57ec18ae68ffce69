#pragma once

#include "core/ports.hpp"

namespace spdlog {
class logger;
}

namespace rmb::rpc {

/// Audit events as structured log lines: changes at info, refusals at warn.
class LogAudit final : public core::Audit {
public:
    explicit LogAudit(spdlog::logger& log) : log_(log) {}
    void record(const core::AuditEvent& event) override;

private:
    spdlog::logger& log_;
};

}  // namespace rmb::rpc
