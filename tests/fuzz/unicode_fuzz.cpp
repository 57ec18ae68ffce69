#include "proto/unicode.hpp"

#include "fuzz/require.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// Both conversions undo each other, and agree with nlohmann's on what is well-formed.
namespace {

using namespace rmb::proto;

bool nlohmann_takes(const std::string& text) {
    try {
        (void)nlohmann::json(text).dump();
        return true;
    } catch (const nlohmann::json::type_error&) {
        return false;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(data, data + size);
    const auto wide = utf16_from_utf8(bytes);
    RMB_REQUIRE(wide.has_value() == nlohmann_takes(bytes));
    if (wide) {
        RMB_REQUIRE(utf16_length(bytes) == wide->size());
        RMB_REQUIRE(utf8_from_utf16(*wide) == bytes);
    }

    std::u16string units;
    for (std::size_t i = 0; i + 1 < size; i += 2) {
        units.push_back(static_cast<char16_t>(data[i] | data[i + 1] << 8U));
    }
    if (const auto narrow = utf8_from_utf16(units)) {
        RMB_REQUIRE(nlohmann_takes(*narrow));
        RMB_REQUIRE(utf16_from_utf8(*narrow) == units);
    }
    return 0;
}
