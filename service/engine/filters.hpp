#pragma once

#include "engine/affected_parts.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace rmb::engine {

/// All filters of a session; each program is looked at once.
class Filters {
public:
    /// The inquiry must outlive it.
    explicit Filters(const Inquiry& inquiry) : inquiry_(inquiry), system_(inquiry.machine.system) {}

    /// kShutdownMasked and kRestartMasked, by its process, program and service, as far as they are
    /// known. Errors: cancelled, those of Rights::assume().
    [[nodiscard]] result<std::uint32_t> mask_of(const core::Application& app);

private:
    result<bool> is_for(const core::ProcessKey& process, const core::Application& app);
    result<bool> is_for(const core::ServiceName& service, const core::Application& app);
    result<bool> is_for(const core::ModulePath& module, const core::Application& app);
    result<std::optional<FileId>> file_of(const std::string& path);

    const Inquiry& inquiry_;
    System& system_;
    std::unordered_map<std::string, std::optional<FileId>> files_;  // none: cannot be opened
};

}  // namespace rmb::engine
