#pragma once

#include "core/ports.hpp"

/// Answers that several parts of core give in the same words.
namespace rmb::core {

[[nodiscard]] inline Error no_such_handle() {
    return {Code::invalid_handle, "no open session of this process has that handle",
            "params.session"};
}

[[nodiscard]] inline Error token_used_otherwise() {
    return {Code::invalid_params,
            "params.token: this process used it for another call; expected a new one",
            "params.token"};
}

}  // namespace rmb::core
