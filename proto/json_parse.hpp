#pragma once

#include "proto/error.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace rmb::proto {

/// Parses one JSON text of at most kMaxFrameBytes into a value, refusing what nlohmann's own
/// parser lets through: a repeated member, nesting beyond kMaxDepth, a string beyond
/// kMaxStringUnits, more than kMaxValues values. Broken JSON and ill-formed UTF-8 give parse_error
/// with the byte offset; the refusals above give invalid_request.
[[nodiscard]] result<nlohmann::json> parse_json(std::string_view text);

}  // namespace rmb::proto
