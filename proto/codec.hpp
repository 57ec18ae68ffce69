#pragma once

#include "proto/error.hpp"
#include "proto/identifiers.hpp"

#include <nlohmann/json.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Checked conversion between JSON and the structs of proto/methods.hpp.
///
/// A wire struct names its members once, in a static `fields(self, visitor)` which calls
/// `visitor(name, member, description)` for each. Reading, writing and the schema in rpc.discover
/// all come from that list. `std::optional` members may be absent; unknown members are ignored.
///
/// Reading accepts exactly the JSON type that belongs to a member: no booleans or fractions as
/// integers, nothing out of range, no U+0000 in a string. 64-bit values travel as decimal strings.
/// A refusal is invalid_params whose subject is the JSON path.
namespace rmb::proto {

template <class T>
concept WireStruct = requires(T& value) { T::fields(value, [](auto&&...) {}); };

/// Where a value stands in the message, built only when it has to be told.
struct JsonPath {
    const JsonPath* parent = nullptr;
    std::string_view name;
    std::optional<std::size_t> index = std::nullopt;
};

[[nodiscard]] std::string to_string(const JsonPath& path);

[[nodiscard]] Error wrong_param(const JsonPath& path, std::string_view expected);

using ReadStatus = result<void>;

ReadStatus read(const nlohmann::json& from, bool& to, const JsonPath& at);
ReadStatus read(const nlohmann::json& from, std::uint32_t& to, const JsonPath& at);
ReadStatus read(const nlohmann::json& from, std::uint64_t& to, const JsonPath& at);
ReadStatus read(const nlohmann::json& from, std::string& to, const JsonPath& at);
ReadStatus read(const nlohmann::json& from, Token& to, const JsonPath& at);
ReadStatus read(const nlohmann::json& from, nlohmann::json& to, const JsonPath& at);

nlohmann::json write(bool value);
nlohmann::json write(std::uint32_t value);
nlohmann::json write(std::uint64_t value);
nlohmann::json write(const std::string& value);
nlohmann::json write(const Token& value);
nlohmann::json write(const nlohmann::json& value);

nlohmann::json schema_of(const bool*);
nlohmann::json schema_of(const std::uint32_t*);
nlohmann::json schema_of(const std::uint64_t*);
nlohmann::json schema_of(const std::string*);
nlohmann::json schema_of(const Token*);
nlohmann::json schema_of(const nlohmann::json*);

template <WireStruct T>
ReadStatus read(const nlohmann::json& from, T& to, const JsonPath& at);
template <WireStruct T>
nlohmann::json write(const T& value);
template <WireStruct T>
nlohmann::json schema_of(const T*);

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
ReadStatus read(const nlohmann::json& from, std::vector<T>& to, const JsonPath& at) {
    if (!from.is_array()) {
        return wrong_param(at, "an array");
    }
    to.clear();
    to.reserve(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) {
        auto status = read(from[i], to.emplace_back(), JsonPath{&at, {}, i});
        if (!status) {
            return status;
        }
    }
    return {};
}

template <class T>
nlohmann::json write(const std::vector<T>& values) {
    auto array = nlohmann::json::array();
    for (const auto& value : values) {
        array.push_back(write(value));
    }
    return array;
}

template <class T>
nlohmann::json schema_of(const std::vector<T>*) {
    return {{"type", "array"}, {"items", schema_of(static_cast<const T*>(nullptr))}};
}

template <class T>
ReadStatus read_member(const nlohmann::json& object, std::string_view name, T& to,
                       const JsonPath& at) {
    const JsonPath here{&at, name};
    const auto found = object.find(name);
    if constexpr (IsOptional<T>::value) {
        to.reset();
        return found == object.end() ? ReadStatus{} : read(*found, to.emplace(), here);
    } else {
        return found == object.end() ? wrong_param(here, "a value: it is required")
                                     : read(*found, to, here);
    }
}

template <WireStruct T>
ReadStatus read(const nlohmann::json& from, T& to, const JsonPath& at) {
    if (!from.is_object()) {
        return wrong_param(at, "an object");
    }
    ReadStatus status;
    T::fields(to, [&](std::string_view name, auto& member, std::string_view /*description*/) {
        if (status) {
            status = read_member(from, name, member, at);
        }
    });
    return status;
}

template <WireStruct T>
nlohmann::json write(const T& value) {
    auto object = nlohmann::json::object();
    T::fields(value, [&](std::string_view name, const auto& member, std::string_view /*text*/) {
        if constexpr (IsOptional<std::remove_cvref_t<decltype(member)>>::value) {
            if (member) {
                object[std::string{name}] = write(*member);
            }
        } else {
            object[std::string{name}] = write(member);
        }
    });
    return object;
}

template <class Member>
struct SchemaOfMember {
    static constexpr bool kRequired = true;
    static nlohmann::json make() {
        return schema_of(static_cast<const Member*>(nullptr));
    }
};
template <class Member>
struct SchemaOfMember<std::optional<Member>> {
    static constexpr bool kRequired = false;
    static nlohmann::json make() {
        return schema_of(static_cast<const Member*>(nullptr));
    }
};

/// Calls `visit(name, schema, required, description)` for each member of T.
template <WireStruct T, class Visit>
void for_each_member_schema(Visit&& visit) {
    const T sample{};
    T::fields(sample, [&](std::string_view name, const auto& member, std::string_view text) {
        using Member = SchemaOfMember<std::remove_cvref_t<decltype(member)>>;
        visit(name, Member::make(), Member::kRequired, text);
    });
}

template <WireStruct T>
nlohmann::json schema_of(const T*) {
    auto properties = nlohmann::json::object();
    auto required = nlohmann::json::array();
    for_each_member_schema<T>([&](std::string_view name, nlohmann::json schema, bool is_required,
                                  std::string_view description) {
        if (is_required) {
            required.push_back(name);
        }
        schema["description"] = description;
        properties[std::string{name}] = std::move(schema);
    });
    return {{"type", "object"},
            {"properties", std::move(properties)},
            {"required", std::move(required)}};
}

/// Reads a whole params (or result) object.
template <class T>
result<T> decode(const nlohmann::json& from, std::string_view root) {
    T value{};
    auto status = read(from, value, JsonPath{nullptr, root});
    if (!status) {
        return status.error();
    }
    return value;
}

}  // namespace rmb::proto
