#include "engine/affected_parts.hpp"
#include "engine/task_ledger.hpp"

#include <string>
#include <utility>

namespace rmb::engine {
namespace {

namespace reason = core::reboot_reason;

void add_reason(Affected& affected, std::uint32_t bit, std::string_view why) {
    affected.reasons |= bit;
    add_why(affected.why, why);
}

/// What nobody may stop, whoever asks.
void add_fixed_reasons(const Inquiry& inquiry, const Member& member, Affected& affected) {
    if (member.process.key == inquiry.request.primary.process) {
        add_reason(affected, reason::kDetectedSelf, "it is the installer itself");
    } else if (affected.app.service.empty()) {
        if (member.details.is_critical) {
            add_reason(affected, reason::kCriticalProcess, "Windows cannot do without it");
        }
    } else if (member.details.is_critical || member.hosts_critical_service) {
        add_reason(affected, reason::kCriticalService, "Windows cannot do without its process");
    }
}

/// What the primary may not stop; asked of what is not out of the question already.
result<void> add_callers_reasons(const Inquiry& inquiry, Affected& affected) {
    auto& system = inquiry.machine.system;
    const auto& app = affected.app;
    bool may = false;
    const auto ask = [&] {
        may = app.service.empty() ? system.may_stop(app.process)
                                  : system.may_stop_service(app.service);
    };
    if (auto asked = inquiry.as_primary(ask); !asked) {
        return asked;
    }
    if (!may) {
        add_reason(affected, reason::kPermissionDenied, "the installer's user may not stop it");
    }
    return {};
}

/// Administrators may act across Windows sessions (DESIGN 6). Services belong to none.
void add_session_reason(const core::Caller& primary, Affected& affected) {
    const auto& app = affected.app;
    if (app.service.empty() && !primary.administrator &&
        app.windows_session != primary.owner.windows_session) {
        const auto where = app.windows_session == core::kNoWindowsSession
                               ? std::string{"a Windows session that cannot be told"}
                               : "Windows session " + std::to_string(app.windows_session);
        add_reason(affected, reason::kSessionMismatch,
                   "it runs in " + where + ", the installer in " +
                       std::to_string(primary.owner.windows_session));
    }
}

/// The friendly name; to administrators a critical process is told by its program
/// (RM_PROCESS_INFO).
std::string name_of(const Inquiry& inquiry, const Member& member) {
    const bool is_by_program = member.details.is_critical && inquiry.request.primary.administrator;
    if (!member.details.friendly_name.empty() && !is_by_program) {
        return member.details.friendly_name;
    }
    const auto& system = inquiry.machine.system;
    const auto parts = system.take_apart(member.process.program);
    return parts && !parts->name.empty() ? parts->name : member.process.program;
}

Affected make_program(const Inquiry& inquiry, const Member& member) {
    Affected affected;
    auto& app = affected.app;
    app.name = name_of(inquiry, member);
    app.is_restartable = is_registered(member.details);
    // It may be critical, and nobody would know how to start it again.
    if (!member.unread.empty()) {
        affected.kept = "what it is cannot be told: " + member.unread;
    }
    return affected;
}

Affected make_service(const ServiceFacts& service) {
    Affected affected;
    auto& app = affected.app;
    app.name = service.display_name.empty() ? service.name : service.display_name;
    app.service = service.name;
    app.type = core::AppType::service;
    app.is_restartable = true;
    return affected;
}

result<void> add(const Inquiry& inquiry, const Member& member, Affected affected,
                 std::vector<Affected>& applications) {
    auto& app = affected.app;
    app.process = member.process.key;
    app.windows_session = member.process.windows_session;
    app.status = core::app_status::kRunning;
    if (member.is_disclosed) {
        app.program = member.process.program;
        app.user = member.process.user;
        affected.details = member.details;
        affected.files = member.files;
    }
    add_fixed_reasons(inquiry, member, affected);
    if (affected.reasons == 0) {
        if (auto added = add_callers_reasons(inquiry, affected); !added) {
            return added;
        }
    }
    if (affected.reasons != 0) {
        app.type = core::AppType::critical;
        app.is_restartable = false;
    }
    if ((affected.reasons & ~reason::kPermissionDenied) == 0) {
        add_session_reason(inquiry.request.primary, affected);
    }
    applications.push_back(std::move(affected));
    return {};
}

}  // namespace

result<void> add_applications(const Inquiry& inquiry, const Member& member,
                              std::vector<Affected>& applications) {
    if (member.services.empty()) {
        return add(inquiry, member, make_program(inquiry, member), applications);
    }
    for (const auto& service : member.services) {
        if (auto added = add(inquiry, member, make_service(service), applications); !added) {
            return added;
        }
    }
    return {};
}

}  // namespace rmb::engine
