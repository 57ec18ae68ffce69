#pragma once

#include "proto/error.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// JSON-RPC 2.0 envelopes, both directions. Frames are proto/framing.hpp's business, the members of
/// `params` and `result` are proto/codec.hpp's.
namespace rmb::proto {

/// monostate is JSON's null: an answer to a request whose id could not be read.
using Id = std::variant<std::monostate, std::int64_t, std::string>;

struct Request {
    Id id;
    std::string method;
    nlohmann::json params = nlohmann::json::object();
};

struct Notification {
    std::string method;
    /// As it came, an object or not: a notification is never answered, so it cannot be refused.
    nlohmann::json params = nlohmann::json::object();
};

/// An answer: a result, or an error as received.
struct Response {
    Id id;
    result<nlohmann::json> outcome = nlohmann::json();
};

/// An element that is no valid message; it is answered with `error` under `id`.
struct Invalid {
    Id id;
    Error error;
};

using Message = std::variant<Request, Notification, Response, Invalid>;

/// What one frame held: one message, or the elements of a batch.
struct Incoming {
    std::vector<Message> messages;
    bool is_batch = false;
};

/// Reads one frame's body. Never fails: what cannot be read is an Invalid with the code to answer.
/// A request whose params is no object is invalid_params: every method here takes names.
[[nodiscard]] Incoming parse_message(std::string_view body);

[[nodiscard]] nlohmann::json to_json(const Id& id);
[[nodiscard]] nlohmann::json to_json(const Request& request);
[[nodiscard]] nlohmann::json to_json(const Notification& notification);
[[nodiscard]] nlohmann::json to_json(const Response& response);

/// The text of a message. Bytes that are not UTF-8 are replaced: an answer is always sendable.
[[nodiscard]] std::string dump(const nlohmann::json& message);
/// The same text as dump(to_json(response)), without a copy of the result.
[[nodiscard]] std::string dump(const Response& response);

/// The error object of a response: code, message and data {name, subject?}.
[[nodiscard]] nlohmann::json to_json(const Error& error);

}  // namespace rmb::proto
