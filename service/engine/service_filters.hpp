#pragma once

#include "core/live_session.hpp"
#include "engine/system.hpp"

#include <algorithm>
#include <string>
#include <variant>

namespace rmb::engine {

/// By which a service is told from another, whatever the case of its name.
[[nodiscard]] inline std::string service_key(const System& system, const std::string& name) {
    auto key = system.name_key(name);
    return key.empty() ? name : key;
}

/// Whether the filter is about the service.
[[nodiscard]] inline bool is_about(const System& system, const core::FilterTarget& target,
                                   const std::string& service) {
    const auto* named = std::get_if<core::ServiceName>(&target);
    return named != nullptr && service_key(system, named->text) == service_key(system, service);
}

/// Whether the session has such a filter about the service, which need not be in its list.
[[nodiscard]] inline bool has_filter(const System& system, const core::SessionContents& contents,
                                     const std::string& service, core::FilterAction action) {
    return std::ranges::any_of(contents.filters, [&](const core::Filter& filter) {
        return filter.action == action && is_about(system, filter.target, service);
    });
}

/// For people: why a service is not stopped.
[[nodiscard]] inline std::string kept_by(const std::string& dependent) {
    return "service " + dependent + ", which depends on it, is not to be stopped";
}

}  // namespace rmb::engine
