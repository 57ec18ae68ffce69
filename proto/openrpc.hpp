#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace rmb::proto {

/// The OpenRPC document of the method table; `version` is that of the service.
[[nodiscard]] nlohmann::json openrpc_document(std::string_view version);

}  // namespace rmb::proto
