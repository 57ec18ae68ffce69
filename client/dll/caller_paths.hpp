#pragma once

#include "client/lib/resource_names.hpp"

#include <optional>
#include <string>

namespace rmb::client {

/// Paths of this process.
class CallerPaths final : public PathApi {
public:
    CallerPaths();

    [[nodiscard]] std::optional<std::u16string> full_path(
        const std::u16string& path) const override;
    [[nodiscard]] const std::u16string& redirected_windows() const override {
        return redirected_windows_;
    }

private:
    std::u16string redirected_windows_;
};

}  // namespace rmb::client
