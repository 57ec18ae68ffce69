#include "rpc/log_audit.hpp"

#include <spdlog/logger.h>

namespace rmb::rpc {

void LogAudit::record(const core::AuditEvent& event) {
    const auto level = event.outcome == core::Code::ok ? spdlog::level::info : spdlog::level::warn;
    log_.log(level, "event={} session={} user={} pid={} code={} detail={}", event.action,
             event.session.empty() ? "-" : event.session, event.user.empty() ? "-" : event.user,
             event.process.pid, static_cast<int>(event.outcome),
             event.detail.empty() ? "-" : event.detail);
}

}  // namespace rmb::rpc
