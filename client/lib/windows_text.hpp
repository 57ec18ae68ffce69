#pragma once

#include "proto/unicode.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rmb::client {

/// Empty where the text is not well-formed UTF-8; what is passed here is ours or checked.
[[nodiscard]] inline std::wstring to_wide(std::string_view utf8) {
    const auto units = proto::utf16_from_utf8(utf8).value_or(std::u16string{});
    return {units.begin(), units.end()};
}

/// nullopt where the text has an unpaired surrogate.
[[nodiscard]] inline std::optional<std::string> to_utf8(std::wstring_view text) {
    return proto::utf8_from_utf16(std::u16string{text.begin(), text.end()});
}

}  // namespace rmb::client
