#pragma once

#include "core/config.hpp"

#include <string>

namespace rmb::win {

inline constexpr std::string_view kPolicyKey = R"(SOFTWARE\Policies\rmbroker)";

/// `SYSTEM\CurrentControlSet\Services\<service>\Parameters`
[[nodiscard]] std::string parameters_key(std::string_view service);

/// Settings as values of one key below HKEY_LOCAL_MACHINE, in its 64-bit view: REG_DWORD and
/// REG_SZ. The key is looked up anew at each read, for it may come and go.
class RegistrySettings final : public core::SettingsSource {
public:
    RegistrySettings(std::string_view key, std::string title);

    [[nodiscard]] std::optional<core::SettingValue> read(std::string_view name) const override;
    [[nodiscard]] std::string_view title() const override {
        return title_;
    }

private:
    std::wstring key_;
    std::string title_;
};

}  // namespace rmb::win
