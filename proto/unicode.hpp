#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rmb::proto {

/// UTF-16 code units needed for well-formed UTF-8 text; bytes that are no lead byte count nothing.
[[nodiscard]] std::size_t utf16_length(std::string_view utf8);

/// nullopt where the text has an unpaired surrogate: such a name cannot travel and must be refused
/// rather than changed into another name.
[[nodiscard]] std::optional<std::string> utf8_from_utf16(std::u16string_view text);

/// nullopt where the text is not well-formed UTF-8 (overlong forms and surrogates included).
[[nodiscard]] std::optional<std::u16string> utf16_from_utf8(std::string_view text);

}  // namespace rmb::proto
