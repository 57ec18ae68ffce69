#pragma once

#include <rmbclient/restartmanager.h>

#include <optional>
#include <string>
#include <vector>

namespace rmb::e2e {

/// Targets as a command names them (task_commands.hpp), in the form of the API's arguments.
struct Targets {
    std::vector<std::optional<std::wstring>> files;  // nullopt: NULL
    std::vector<RM_UNIQUE_PROCESS> processes;
    std::vector<std::wstring> services;

    /// `parts` from `begin` on.
    static Targets parse(const std::vector<std::string>& parts, std::size_t begin);

    /// Valid as long as this lives and is not changed.
    [[nodiscard]] std::vector<LPCWSTR> file_pointers() const;
    [[nodiscard]] std::vector<LPCWSTR> service_pointers() const;
};

[[nodiscard]] unsigned long long to_number(const FILETIME& time);

}  // namespace rmb::e2e
