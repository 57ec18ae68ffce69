#include "core/resources.hpp"

#include <algorithm>

namespace rmb::core {
namespace {

char folded(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same(const std::string& one, const std::string& other) {
    return std::ranges::equal(one, other, {}, folded, folded);
}

bool same(const ModulePath& one, const ModulePath& other) {
    return same(one.text, other.text);
}

bool same(const ProcessKey& one, const ProcessKey& other) {
    return one == other;
}

bool same(const ServiceName& one, const ServiceName& other) {
    return same(one.text, other.text);
}

}  // namespace

std::string counts_of(const Resources& resources) {
    return "files:" + std::to_string(resources.files.size()) +
           ",processes:" + std::to_string(resources.processes.size()) +
           ",services:" + std::to_string(resources.services.size());
}

std::string_view to_string(FilterAction action) {
    switch (action) {
        case FilterAction::no_restart:
            return "no_restart";
        case FilterAction::no_shutdown:
            return "no_shutdown";
    }
    return "unknown";
}

bool is_valid(const FilterTarget& target) {
    if (const auto* module = std::get_if<ModulePath>(&target)) {
        return !module->text.empty();
    }
    if (const auto* service = std::get_if<ServiceName>(&target)) {
        return !service->text.empty();
    }
    return true;
}

bool is_valid(const Filter& filter) {
    return (filter.action == FilterAction::no_restart ||
            filter.action == FilterAction::no_shutdown) &&
           is_valid(filter.target);
}

bool same_target(const FilterTarget& one, const FilterTarget& other) {
    return std::visit(
        [&](const auto& target) {
            const auto* same_kind = std::get_if<std::decay_t<decltype(target)>>(&other);
            return same_kind != nullptr && same(target, *same_kind);
        },
        one);
}

}  // namespace rmb::core
