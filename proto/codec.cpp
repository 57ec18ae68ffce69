#include "proto/codec.hpp"

#include <boost/uuid/uuid_io.hpp>

#include <charconv>
#include <limits>

namespace rmb::proto {

using nlohmann::json;

std::string to_string(const JsonPath& path) {
    std::string text = path.parent != nullptr ? to_string(*path.parent) : std::string{};
    if (path.index) {
        return text + "[" + std::to_string(*path.index) + "]";
    }
    if (!text.empty()) {
        text += '.';
    }
    text += path.name;
    return text;
}

Error wrong_param(const JsonPath& path, std::string_view expected) {
    auto where = to_string(path);
    auto message = where + ": expected ";
    message += expected;
    return Error{Code::invalid_params, std::move(message), std::move(where)};
}

ReadStatus read(const json& from, bool& to, const JsonPath& at) {
    if (!from.is_boolean()) {
        return wrong_param(at, "a boolean");
    }
    to = *from.get_ptr<const json::boolean_t*>();
    return {};
}

ReadStatus read(const json& from, std::uint32_t& to, const JsonPath& at) {
    constexpr std::string_view kExpected = "an integer from 0 to 4294967295";
    // nlohmann keeps non-negative numbers as unsigned when it parses them; only -0 and negatives
    // are signed.
    if (!from.is_number_unsigned()) {
        return wrong_param(at, kExpected);
    }
    const auto value = *from.get_ptr<const json::number_unsigned_t*>();
    if (value > std::numeric_limits<std::uint32_t>::max()) {
        return wrong_param(at, kExpected);
    }
    to = static_cast<std::uint32_t>(value);
    return {};
}

ReadStatus read(const json& from, std::uint64_t& to, const JsonPath& at) {
    const auto* text = from.get_ptr<const json::string_t*>();
    const bool canonical =
        text != nullptr && !text->empty() && (text->front() != '0' || text->size() == 1);
    if (canonical) {
        const auto* end = text->data() + text->size();
        const auto [stop, failure] = std::from_chars(text->data(), end, to);
        if (failure == std::errc{} && stop == end) {
            return {};
        }
    }
    return wrong_param(at, "a 64-bit unsigned number as a decimal string");
}

ReadStatus read(const json& from, std::string& to, const JsonPath& at) {
    const auto* text = from.get_ptr<const json::string_t*>();
    if (text == nullptr || text->find('\0') != std::string::npos) {
        return wrong_param(at, "a string without U+0000");
    }
    to = *text;
    return {};
}

ReadStatus read(const json& from, Token& to, const JsonPath& at) {
    const auto* text = from.get_ptr<const json::string_t*>();
    const auto token = text != nullptr ? parse_token(*text) : std::nullopt;
    if (!token) {
        return wrong_param(at, "a UUID other than nil, as 8-4-4-4-12 hex digits");
    }
    to = *token;
    return {};
}

ReadStatus read(const json& from, json& to, const JsonPath& /*at*/) {
    to = from;
    return {};
}

json write(bool value) {
    return value;
}

json write(std::uint32_t value) {
    return value;
}

json write(std::uint64_t value) {
    return std::to_string(value);
}

json write(const std::string& value) {
    return value;
}

json write(const Token& value) {
    return to_string(value);
}

json write(const json& value) {
    return value;
}

json schema_of(const bool* /*type*/) {
    return {{"type", "boolean"}};
}

json schema_of(const std::uint32_t* /*type*/) {
    return {{"type", "integer"}, {"minimum", 0}, {"maximum", 4294967295U}};
}

json schema_of(const std::uint64_t* /*type*/) {
    return {{"type", "string"}, {"pattern", "^(0|[1-9][0-9]{0,19})$"}};
}

json schema_of(const std::string* /*type*/) {
    return {{"type", "string"}};
}

json schema_of(const Token* /*type*/) {
    return {{"type", "string"}, {"format", "uuid"}};
}

json schema_of(const json* /*type*/) {
    return json::object();
}

}  // namespace rmb::proto
