// Precompiled for code that uses JSON. A convenience of the build: a source includes what it uses
// (the linux-fuzz and lint presets compile without precompiled headers).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <boost/system/result.hpp>
#include <nlohmann/json.hpp>
