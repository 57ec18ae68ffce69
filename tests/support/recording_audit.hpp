#pragma once

#include "core/ports.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rmb::test {

/// Keeps what was audited, in text of its own.
class RecordingAudit final : public core::Audit {
public:
    struct Event {
        std::string action;
        std::string session;
        std::string user;
        core::ProcessKey process;
        core::Code outcome;
        std::string detail;
    };

    void record(const core::AuditEvent& event) override {
        events.push_back({std::string{event.action}, std::string{event.session},
                          std::string{event.user}, event.process, event.outcome,
                          std::string{event.detail}});
    }

    [[nodiscard]] std::size_t count(std::string_view action) const {
        return static_cast<std::size_t>(std::ranges::count(events, action, &Event::action));
    }

    std::vector<Event> events;
};

}  // namespace rmb::test
