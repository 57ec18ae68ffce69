#pragma once

#include "core/config.hpp"

#include <string>
#include <vector>

namespace rmb::os_linux {

/// Settings given as NAME=VALUE on the command line; all digits make a number. The file form, if
/// any, is read again at each load, so that a reload can be tried: one NAME=VALUE a line.
class ArgumentSettings final : public core::SettingsSource {
public:
    ArgumentSettings(std::vector<std::string> assignments, std::string file);

    [[nodiscard]] std::optional<core::SettingValue> read(std::string_view name) const override;
    [[nodiscard]] std::string_view title() const override {
        return "arguments";
    }

private:
    std::vector<std::string> assignments_;
    std::string file_;
};

}  // namespace rmb::os_linux
