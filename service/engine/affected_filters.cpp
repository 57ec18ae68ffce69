#include "engine/affected_parts.hpp"
#include "engine/service_filters.hpp"
#include "engine/tasks.hpp"

#include <optional>
#include <unordered_map>
#include <variant>

namespace rmb::engine {
namespace {

/// All filters of a session, each program looked at once.
class Filters {
public:
    explicit Filters(const Inquiry& inquiry) : inquiry_(inquiry), system_(inquiry.machine.system) {}

    result<void> apply(core::Application& app) {
        for (const auto& filter : inquiry_.request.contents.filters) {
            const auto fits =
                std::visit([&](const auto& target) { return is_for(target, app); }, filter.target);
            if (!fits) {
                return fits.error();
            }
            if (*fits) {
                app.status |= mask_of(filter.action);
            }
        }
        return {};
    }

private:
    static std::uint32_t mask_of(core::FilterAction action) {
        // What may not be stopped is not started again either.
        return action == core::FilterAction::no_shutdown
                   ? core::app_status::kShutdownMasked | core::app_status::kRestartMasked
                   : core::app_status::kRestartMasked;
    }

    result<bool> is_for(const core::ProcessKey& process, const core::Application& app) {
        return process == app.process;
    }

    result<bool> is_for(const core::ServiceName& service, const core::Application& app) {
        return !app.service.empty() && is_about(system_, service, app.service);
    }

    /// Whatever path leads to the program; by its text where it cannot be opened.
    result<bool> is_for(const core::ModulePath& module, const core::Application& app) {
        if (core::same_target(module, core::ModulePath{app.program})) {
            return true;
        }
        if (app.program.empty()) {
            return false;  // it is not disclosed
        }
        const auto wanted = file_of(module.text);
        if (!wanted) {
            return wanted.error();
        }
        if (!wanted->has_value()) {
            return false;
        }
        const auto program = file_of(app.program);
        if (!program) {
            return program.error();
        }
        return *wanted == *program;
    }

    result<std::optional<FileId>> file_of(const std::string& path) {
        if (const auto found = files_.find(path); found != files_.end()) {
            return found->second;
        }
        result<FileFacts> facts;
        const auto identify = [&] { facts = system_.identify(path); };
        if (auto done = inquiry_.as_primary(identify); !done) {
            return done.error();
        }
        auto& file = files_[path];
        if (facts) {
            file = facts->file;
        }
        return file;
    }

    const Inquiry& inquiry_;
    System& system_;
    std::unordered_map<std::string, std::optional<FileId>> files_;  // none: cannot be opened
};

}  // namespace

result<void> apply_filters(const Inquiry& inquiry, std::vector<Affected>& applications) {
    Filters filters{inquiry};
    for (auto& affected : applications) {
        if (auto applied = filters.apply(affected.app); !applied) {
            return applied;
        }
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
        entry.app.status &= ~kRestartMasked;
        if (auto applied = filters.apply(entry.app); !applied) {
            return applied.error();
        }
        entry.is_filtered = (entry.app.status & kRestartMasked) != 0;
    }
    return ledger;
}

}  // namespace rmb::engine
