#pragma once

#include "core/ports.hpp"
#include "windows/api.hpp"

#include <memory>
#include <string>

namespace rmb::win {

/// SYSTEM and Administrators only, nothing inherited. Records hold keys, which are capabilities.
inline constexpr std::string_view kStateSddl = "O:BAG:BAD:P(A;OICI;KA;;;SY)(A;OICI;KA;;;BA)";

/// `SYSTEM\CurrentControlSet\Services\<service>\State`
[[nodiscard]] std::string service_state_key(std::string_view service);
/// The key of a broker in a terminal that serves the pipe of this name: never the service's.
[[nodiscard]] std::string console_state_key(std::string_view pipe_name);

/// Records as REG_BINARY values of one volatile key below HKEY_LOCAL_MACHINE: they outlive the
/// process and not the machine's uptime, and setting or deleting a value is atomic (DESIGN 5).
class RegistryStore final : public core::SessionStore {
public:
    /// Creates the key, and what is missing above it, or takes over the one that is there.
    static result<std::unique_ptr<RegistryStore>> open(std::string_view key);

    core::result<void> put(std::string_view name, const core::Bytes& record) override;
    core::result<void> erase(std::string_view name) override;
    core::result<std::vector<std::pair<std::string, core::Bytes>>> load() override;

private:
    explicit RegistryStore(UniqueKey key) : key_{std::move(key)} {}

    UniqueKey key_;
};

}  // namespace rmb::win
