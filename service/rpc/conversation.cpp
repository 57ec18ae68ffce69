#include "rpc/conversation.hpp"

#include "proto/codec.hpp"
#include "proto/limits.hpp"
#include "proto/methods.hpp"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

namespace rmb::rpc {

using nlohmann::json;

/// The answers of one batch; sent when the last is there.
struct Conversation::Batch {
    json responses = json::array();
    std::size_t outstanding = 0;
};

Conversation::Conversation(const Dispatcher& dispatcher, core::Caller caller, Send send)
    : dispatcher_(dispatcher),
      caller_(std::make_shared<const core::Caller>(std::move(caller))),
      send_(std::move(send)) {}

void Conversation::receive(std::string_view body) {
    const auto incoming = proto::parse_message(body);
    if (!incoming.is_batch) {
        handle(incoming.messages.front(), nullptr);
        return;
    }
    // Everything is counted before anything runs, so that an answer given at once does not look
    // like the last one.
    const auto batch = std::make_shared<Batch>();
    batch->outstanding = static_cast<std::size_t>(
        std::ranges::count_if(incoming.messages, [](const proto::Message& message) {
            return std::holds_alternative<proto::Request>(message) ||
                   std::holds_alternative<proto::Invalid>(message);
        }));
    for (const auto& message : incoming.messages) {
        handle(message, batch);
    }
}

void Conversation::handle(const proto::Message& message, const std::shared_ptr<Batch>& batch) {
    if (const auto* request = std::get_if<proto::Request>(&message)) {
        run(*request, batch);
    } else if (const auto* notification = std::get_if<proto::Notification>(&message)) {
        run(*notification);
    } else if (const auto* invalid = std::get_if<proto::Invalid>(&message)) {
        answer({invalid->id, invalid->error}, batch);
    }
    // A response answers nothing: the service asks its clients nothing.
}

void Conversation::run(const proto::Request& request, const std::shared_ptr<Batch>& batch) {
    if (calls_.size() >= proto::kMaxInFlight) {
        answer({request.id, core::Error{core::Code::not_enough_quota,
                                        "more than " + std::to_string(proto::kMaxInFlight) +
                                            " requests in flight on this connection",
                                        "requestsInFlight"}},
               batch);
        return;
    }
    begin({request.id, batch, true, {}}, request.method, request.params);
}

void Conversation::run(const proto::Notification& notification) {
    if (notification.method == proto::kCancelNotification) {
        cancel(notification.params);
    } else if (calls_.size() < proto::kMaxInFlight) {
        // As JSON-RPC has it, it is carried out and not answered, not even with an error.
        begin({{}, nullptr, false, {}}, notification.method, notification.params);
    }
}

void Conversation::begin(Running running, const std::string& method, const json& params) {
    const auto number = ++last_number_;
    const auto call = std::make_shared<Call>(caller_, weak_from_this(), number);
    running.call = call;
    calls_.emplace(number, std::move(running));
    dispatcher_.dispatch(method, params, call);
}

void Conversation::answered(std::uint64_t number, core::result<json> outcome) {
    const auto found = calls_.find(number);
    const auto running = std::move(found->second);
    calls_.erase(found);
    if (running.wants_answer) {
        answer({running.id, std::move(outcome)}, running.batch);
    }
}

void Conversation::notified(const proto::Notification& notification) {
    send(proto::dump(proto::to_json(notification)));
}

void Conversation::cancel(const json& params) {
    const auto wanted = proto::decode<proto::CancelParams>(params, "params");
    if (!wanted) {
        return;  // a notification has no answer
    }
    for (const auto& [number, running] : calls_) {
        if (proto::to_json(running.id) == wanted->id) {
            if (const auto call = running.call.lock()) {
                call->stop(StopReason::cancelled);
            }
            return;
        }
    }
}

void Conversation::cancel_all() {
    stop_all(StopReason::cancelled);
}

void Conversation::close() {
    send_ = nullptr;
    stop_all(StopReason::disconnected);
}

void Conversation::stop_all(StopReason reason) {
    std::vector<std::shared_ptr<Call>> running;
    for (const auto& [number, entry] : calls_) {
        running.push_back(entry.call.lock());
    }
    for (const auto& call : running) {
        if (call) {
            call->stop(reason);
        }
    }
}

void Conversation::answer(const proto::Response& response, const std::shared_ptr<Batch>& batch) {
    if (!batch) {
        send(proto::dump(response));
        return;
    }
    batch->responses.push_back(proto::to_json(response));
    if (--batch->outstanding == 0) {
        send(proto::dump(batch->responses));
    }
}

void Conversation::send(const std::string& body) {
    if (send_) {
        send_(body);
    }
}

}  // namespace rmb::rpc
