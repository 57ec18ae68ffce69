#include "proto/message.hpp"

#include "proto/json_parse.hpp"
#include "proto/limits.hpp"
#include "proto/unicode.hpp"

#include <limits>
#include <optional>
#include <utility>

namespace rmb::proto {
namespace {

using nlohmann::json;

template <class Json>
Json* find(Json& object, const char* name) {
    const auto at = object.find(name);
    return at == object.end() ? nullptr : &*at;
}

std::optional<std::int64_t> as_int64(const json& value) {
    if (value.is_number_unsigned()) {
        const auto number = *value.get_ptr<const json::number_unsigned_t*>();
        if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
            return std::nullopt;
        }
        return static_cast<std::int64_t>(number);
    }
    if (value.is_number_integer()) {
        return *value.get_ptr<const json::number_integer_t*>();
    }
    return std::nullopt;
}

std::optional<Id> read_id(const json& value) {
    if (const auto* text = value.get_ptr<const json::string_t*>()) {
        if (utf16_length(*text) <= kMaxIdCharacters) {
            return Id{*text};
        }
        return std::nullopt;
    }
    if (const auto number = as_int64(value)) {
        return Id{*number};
    }
    return std::nullopt;
}

Message invalid(Id id, std::string why) {
    return Invalid{std::move(id), Error{Code::invalid_request, std::move(why)}};
}

result<json> read_outcome(json& message) {
    auto* value = find(message, "result");
    const auto* error = find(message, "error");
    if ((value == nullptr) == (error == nullptr)) {
        return Error{Code::invalid_request, "a response has either a result or an error"};
    }
    if (value != nullptr) {
        return std::move(*value);
    }
    const auto* code = error->is_object() ? find(*error, "code") : nullptr;
    const auto number = code != nullptr ? as_int64(*code) : std::nullopt;
    // 0 would be success to those who hand codes on.
    if (!number || *number == 0 || *number < std::numeric_limits<std::int32_t>::min() ||
        *number > std::numeric_limits<std::int32_t>::max()) {
        return Error{Code::invalid_request, "error.code must be a 32-bit integer other than 0"};
    }
    Error received{static_cast<Code>(*number), {}};
    if (const auto* text = find(*error, "message"); text != nullptr && text->is_string()) {
        received.message = *text->get_ptr<const json::string_t*>();
    }
    const auto* data = find(*error, "data");
    const auto* subject = data != nullptr && data->is_object() ? find(*data, "subject") : nullptr;
    if (subject != nullptr && subject->is_string()) {
        received.subject = *subject->get_ptr<const json::string_t*>();
    }
    return received;
}

Message read_call(json& message, std::optional<Id> id, json& method) {
    if (!method.is_string()) {
        return invalid(std::move(id).value_or(Id{}), "method must be a string");
    }
    auto* given = find(message, "params");
    json params = given != nullptr ? std::move(*given) : json::object();
    if (params.is_array() && params.empty()) {
        params = json::object();  // some libraries send it for no parameters
    }
    auto& name = *method.get_ptr<json::string_t*>();
    if (id) {
        if (!params.is_object()) {
            return Invalid{*std::move(id),
                           Error{Code::invalid_params,
                                 "params must be an object: parameters go by name", "params"}};
        }
        return Request{*std::move(id), std::move(name), std::move(params)};
    }
    return Notification{std::move(name), std::move(params)};
}

/// Takes the parts out of `message`: nothing large is copied.
Message read_message(json& message) {
    if (!message.is_object()) {
        return invalid({}, "a message must be an object");
    }
    const auto* raw_id = find(message, "id");
    auto* method = find(message, "method");
    std::optional<Id> id;
    if (raw_id != nullptr && !(method == nullptr && raw_id->is_null())) {
        id = read_id(*raw_id);
        if (!id) {
            return invalid({}, "id must be a 64-bit integer or a string of at most " +
                                   std::to_string(kMaxIdCharacters) + " characters");
        }
    }
    const auto* version = find(message, "jsonrpc");
    const auto* text = version != nullptr ? version->get_ptr<const json::string_t*>() : nullptr;
    if (text == nullptr || *text != "2.0") {
        return invalid(std::move(id).value_or(Id{}), "jsonrpc must be \"2.0\"");
    }
    if (method != nullptr) {
        return read_call(message, std::move(id), *method);
    }
    if (find(message, "result") == nullptr && find(message, "error") == nullptr) {
        return invalid(std::move(id).value_or(Id{}),
                       "a message has a method, a result or an error");
    }
    return Response{std::move(id).value_or(Id{}), read_outcome(message)};
}

}  // namespace

Incoming parse_message(std::string_view body) {
    auto parsed = parse_json(body);
    if (!parsed) {
        return {{Invalid{{}, parsed.error()}}, false};
    }
    if (!parsed->is_array()) {
        Incoming incoming;
        incoming.messages.push_back(read_message(*parsed));
        return incoming;
    }
    if (parsed->empty() || parsed->size() > kMaxBatch) {
        return {{invalid({}, "a batch holds 1 to " + std::to_string(kMaxBatch) + " messages")},
                false};
    }
    Incoming incoming{{}, true};
    for (auto& element : *parsed) {
        incoming.messages.push_back(read_message(element));
    }
    return incoming;
}

json to_json(const Id& id) {
    if (const auto* number = std::get_if<std::int64_t>(&id)) {
        return *number;
    }
    if (const auto* text = std::get_if<std::string>(&id)) {
        return *text;
    }
    return nullptr;
}

json to_json(const Error& error) {
    json data{{"name", code_name(error.code)}};
    if (!error.subject.empty()) {
        data["subject"] = error.subject;
    }
    return {{"code", static_cast<std::int32_t>(error.code)},
            {"message", error.message},
            {"data", std::move(data)}};
}

json to_json(const Request& request) {
    return {{"jsonrpc", "2.0"},
            {"id", to_json(request.id)},
            {"method", request.method},
            {"params", request.params}};
}

json to_json(const Notification& notification) {
    return {{"jsonrpc", "2.0"}, {"method", notification.method}, {"params", notification.params}};
}

json to_json(const Response& response) {
    json message{{"jsonrpc", "2.0"}, {"id", to_json(response.id)}};
    if (response.outcome) {
        message["result"] = *response.outcome;
    } else {
        message["error"] = to_json(response.outcome.error());
    }
    return message;
}

std::string dump(const json& message) {
    return message.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string dump(const Response& response) {
    // Members in the order of nlohmann's objects.
    std::string text = "{";
    if (!response.outcome) {
        text += "\"error\":" + dump(to_json(response.outcome.error())) + ",";
    }
    text += "\"id\":" + dump(to_json(response.id)) + ",\"jsonrpc\":\"2.0\"";
    if (response.outcome) {
        text += ",\"result\":" + dump(*response.outcome);
    }
    text += '}';
    return text;
}

}  // namespace rmb::proto
