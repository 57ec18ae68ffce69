#include "proto/unicode.hpp"

#include <boost/nowide/utf/utf.hpp>

#include <iterator>

namespace rmb::proto {
namespace {

namespace utf = boost::nowide::utf;

template <class To, class From>
std::optional<std::basic_string<To>> convert(std::basic_string_view<From> text) {
    std::basic_string<To> out;
    out.reserve(text.size());
    for (auto at = text.begin(); at != text.end();) {
        const auto c = utf::utf_traits<From>::decode(at, text.end());
        if (c == utf::illegal || c == utf::incomplete) {
            return std::nullopt;
        }
        utf::utf_traits<To>::encode(c, std::back_inserter(out));
    }
    return out;
}

}  // namespace

std::size_t utf16_length(std::string_view utf8) {
    std::size_t units = 0;
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        const bool continuation = (byte & 0xC0U) == 0x80U;
        units += continuation ? 0U : (byte >= 0xF0U ? 2U : 1U);
    }
    return units;
}

std::optional<std::string> utf8_from_utf16(std::u16string_view text) {
    return convert<char>(text);
}

std::optional<std::u16string> utf16_from_utf8(std::string_view text) {
    return convert<char16_t>(text);
}

}  // namespace rmb::proto
