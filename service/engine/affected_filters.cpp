#include "engine/affected_parts.hpp"
#include "engine/filters.hpp"
#include "engine/tasks.hpp"

namespace rmb::engine {

result<void> apply_filters(Filters& filters, std::vector<Affected>& applications) {
    for (auto& affected : applications) {
        const auto mask = filters.mask_of(affected.app);
        if (!mask) {
            return mask.error();
        }
        affected.app.status |= *mask;
    }
    return {};
}

result<core::Ledger> filter_ledger(const Machine& machine, const TaskRequest& request,
                                   const std::stop_token& stop) {
    using core::app_status::kRestartMasked;
    auto ledger = request.ledger.value_or(core::Ledger{});
    if (request.primary.rights == nullptr) {
        return Error{Code::access_denied, "nothing can be looked at with the caller's rights"};
    }
    const Inquiry inquiry{machine, request, stop};
    Filters filters{inquiry};
    for (auto& entry : ledger.entries) {
        const auto mask = filters.mask_of(entry.app);
        if (!mask) {
            return mask.error();
        }
        entry.app.status = (entry.app.status & ~kRestartMasked) | (*mask & kRestartMasked);
        entry.is_filtered = (*mask & kRestartMasked) != 0;
        for (auto& dependent : entry.dependents) {
            const auto its_mask = filters.mask_of(as_application(dependent));
            if (!its_mask) {
                return its_mask.error();
            }
            dependent.is_filtered = (*its_mask & kRestartMasked) != 0;
        }
    }
    return ledger;
}

}  // namespace rmb::engine
