#pragma once

#include "core/identity.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What a session is about (RmRegisterResources), and what of it is to be left alone (RmAddFilter).
/// Texts are UTF-8.
namespace rmb::core {

struct Resources {
    std::vector<std::string> files;  // full paths
    std::vector<ProcessKey> processes;
    std::vector<std::string> services;  // short names

    bool operator==(const Resources&) const = default;
};

/// "files:2,processes:0,services:1": says how much, not what; no client can write into it.
[[nodiscard]] std::string counts_of(const Resources& resources);

/// RM_FILTER_ACTION. What may not be stopped is not started again either.
enum class FilterAction : std::uint32_t { no_restart = 1, no_shutdown = 2 };

/// "no_restart", "no_shutdown"; "unknown" for what is neither.
[[nodiscard]] std::string_view to_string(FilterAction action);

struct ModulePath {
    std::string text;  // full path of a program

    bool operator==(const ModulePath&) const = default;
};

struct ServiceName {
    std::string text;  // short name

    bool operator==(const ServiceName&) const = default;
};

/// Exactly one of the three; in the order of RM_FILTER_TRIGGER.
using FilterTarget = std::variant<ModulePath, ProcessKey, ServiceName>;

struct Filter {
    FilterTarget target;
    FilterAction action = FilterAction::no_restart;

    bool operator==(const Filter&) const = default;
};

/// A path or name that is not empty, or any process.
[[nodiscard]] bool is_valid(const FilterTarget& target);

/// One of the two actions and a valid target.
[[nodiscard]] bool is_valid(const Filter& filter);

/// Whether a filter for the one replaces that for the other: paths and names whatever their case.
///
/// Only A to Z are folded. Windows folds by a table of its own volume or service database; where
/// two spellings differ in the case of another letter, both filters stay, and whoever applies them
/// compares files by identity (DESIGN 8), not by this.
[[nodiscard]] bool same_target(const FilterTarget& one, const FilterTarget& other);

}  // namespace rmb::core
