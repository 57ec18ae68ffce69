#include "engine/filters.hpp"

#include <variant>

namespace rmb::engine {
namespace {

namespace status = core::app_status;

std::uint32_t mask_of(core::FilterAction action) {
    // What may not be stopped is not started again either.
    return action == core::FilterAction::no_shutdown
               ? status::kShutdownMasked | status::kRestartMasked
               : status::kRestartMasked;
}

}  // namespace

result<std::uint32_t> Filters::mask_of(const core::Application& app) {
    std::uint32_t mask = 0;
    for (const auto& filter : inquiry_.request.contents.filters) {
        const auto fits =
            std::visit([&](const auto& target) { return is_for(target, app); }, filter.target);
        if (!fits) {
            return fits.error();
        }
        if (*fits) {
            mask |= engine::mask_of(filter.action);
        }
    }
    return mask;
}

result<bool> Filters::is_for(const core::ProcessKey& process, const core::Application& app) {
    return process == app.process;
}

result<bool> Filters::is_for(const core::ServiceName& service, const core::Application& app) {
    return !app.service.empty() &&
           service_key(system_, service.text) == service_key(system_, app.service);
}

/// Whatever path leads to the program; by its text where it cannot be opened.
result<bool> Filters::is_for(const core::ModulePath& module, const core::Application& app) {
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

result<std::optional<FileId>> Filters::file_of(const std::string& path) {
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

}  // namespace rmb::engine
