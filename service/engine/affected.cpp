#include "engine/affected.hpp"

#include "engine/affected_parts.hpp"
#include "engine/filters.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace rmb::engine {
namespace {

bool is_empty(const core::Resources& resources) {
    return resources.files.empty() && resources.processes.empty() && resources.services.empty();
}

result<AffectedList> list_affected(const Inquiry& inquiry) {
    const auto services = inquiry.machine.system.services();
    if (!services) {
        return services.error();
    }
    auto found = find_members(inquiry, *services);
    if (!found) {
        return found.error();
    }
    AffectedList list;
    list.hidden = found->hidden;
    list.unseen = std::move(found->unseen);
    for (const auto& member : found->members) {
        if (auto added = add_applications(inquiry, member, list.applications); !added) {
            return added.error();
        }
    }
    if (auto added = add_history(inquiry, *services, list.applications); !added) {
        return added.error();
    }
    Filters filters{inquiry};
    if (auto applied = apply_filters(filters, list.applications); !applied) {
        return applied.error();
    }
    if (auto added = add_dependents(inquiry, filters, *services, found->hosts, list); !added) {
        return added.error();
    }
    if (auto added = add_types(inquiry, list); !added) {
        return added.error();
    }
    return list;
}

}  // namespace

result<AffectedList> find_affected(const Machine& machine, const TaskRequest& request,
                                   const std::stop_token& stop) {
    if (stop.stop_requested()) {
        return cancelled();
    }
    const auto& registered = request.contents.registered;
    const bool is_nothing =
        std::ranges::all_of(registered, [](const auto& made) { return is_empty(made->resources); });
    if (is_nothing && (!request.ledger || request.ledger->entries.empty())) {
        return AffectedList{};
    }
    if (request.primary.rights == nullptr && !(is_nothing && request.contents.filters.empty())) {
        return Error{Code::access_denied, "nothing can be disclosed with the primary's rights"};
    }
    auto list = list_affected({machine, request, stop});
    if (!list) {
        return list;
    }
    std::ranges::sort(list->applications, {}, [](const Affected& affected) {
        return std::tie(affected.app.process, affected.app.service);
    });
    for (const auto& affected : list->applications) {
        list->reasons |= affected.reasons;
    }
    if (list->hidden > 0) {
        list->reasons |= core::reboot_reason::kPermissionDenied;
    }
    return list;
}

}  // namespace rmb::engine
