#pragma once

#include "proto/error.hpp"

#include <nlohmann/json.hpp>

#include <optional>

namespace rmb::rpc {

/// Why the value cannot be a progress token; nullopt where it can.
[[nodiscard]] inline std::optional<proto::Error> wrong_progress_token(const nlohmann::json& token) {
    if (token.is_string() || token.is_number_integer()) {
        return std::nullopt;
    }
    return proto::Error{proto::Code::invalid_params,
                        "params.progressToken: expected a string or an integer",
                        "params.progressToken"};
}

}  // namespace rmb::rpc
