#include "client/lib/connection.hpp"

#include "proto/methods.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace rmb::client {
namespace {

using proto::FrameParser;

bool answers(const proto::Response& response, const proto::Id& id) {
    const bool is_for_nobody = std::holds_alternative<std::monostate>(response.id);
    return response.id == id || (is_for_nobody && !response.outcome);
}

}  // namespace

Connection::Connection(std::unique_ptr<Channel> channel, Clock& clock)
    : channel_(std::move(channel)), clock_(clock) {}

proto::Request Connection::next_request(std::string_view method, nlohmann::json params) {
    return {++last_id_, std::string{method}, std::move(params)};
}

void Connection::queue_unawaited(std::string_view method, nlohmann::json params) {
    unawaited_ +=
        proto::make_frame(proto::dump(proto::to_json(next_request(method, std::move(params)))));
}

io_result<proto::Response> Connection::call(std::string_view method, nlohmann::json params,
                                            const Limits& limits, const OnProgress& on_progress) {
    usable_ = false;  // until it is answered
    has_sent_ = false;
    has_heard_ = false;
    const auto request = next_request(method, std::move(params));
    auto bytes = std::exchange(unawaited_, {});
    bytes += proto::make_frame(proto::dump(proto::to_json(request)));
    const auto sent =
        channel_->send(bytes, std::min(limits.total, deadline_after(clock_.now(), limits.silence)));
    if (!sent) {
        return refusal(request.id, limits);
    }
    has_sent_ = true;
    return await(request.id, limits, on_progress);
}

/// The other end would not take the call. A service that refuses a connection says so and closes,
/// perhaps before it has read anything.
io_result<proto::Response> Connection::refusal(const proto::Id& id, const Limits& limits) {
    const auto now = clock_.now();
    if (auto said = await(id, {now, limits.silence}, {})) {
        return said;
    }
    return now < limits.total ? IoFailure::lost : IoFailure::timed_out;
}

io_result<proto::Response> Connection::await(const proto::Id& id, const Limits& limits,
                                             const OnProgress& on_progress) {
    for (;;) {
        const auto frame = receive_frame(limits);
        if (!frame) {
            return frame.error();
        }
        has_heard_ = true;
        auto incoming = proto::parse_message(*frame);
        for (auto& message : incoming.messages) {
            if (std::holds_alternative<proto::Invalid>(message)) {
                return IoFailure::lost;
            }
            auto* response = std::get_if<proto::Response>(&message);
            if (response != nullptr && answers(*response, id)) {
                usable_ = response->id == id;  // the service closes after an error under id null
                return std::move(*response);
            }
            const auto* note = std::get_if<proto::Notification>(&message);
            if (note != nullptr && on_progress && note->method == proto::kProgressNotification) {
                on_progress(note->params);
            }
        }
    }
}

io_result<void> Connection::send_frame(std::string_view body, TimePoint deadline) {
    return channel_->send(proto::make_frame(body), deadline);
}

io_result<std::string> Connection::receive_frame(const Limits& limits) {
    auto heard = clock_.now();
    for (;;) {
        auto step = parser_.next(unread_);
        if (auto* frame = std::get_if<FrameParser::Frame>(&step)) {
            return std::move(frame->body);
        }
        if (std::holds_alternative<FrameParser::Malformed>(step)) {
            return IoFailure::lost;
        }
        if (std::holds_alternative<FrameParser::Announced>(step)) {
            continue;
        }
        const auto received = receive_more(limits, heard);
        if (!received) {
            return received.error();
        }
        heard = clock_.now();
    }
}

io_result<void> Connection::receive_more(const Limits& limits, TimePoint heard) {
    const auto silence = deadline_after(heard, limits.silence);
    const auto received = channel_->receive(buffer_, std::min(limits.total, silence));
    if (received) {
        unread_ = {buffer_.data(), *received};
        return {};
    }
    const bool is_silent = received.error() == IoFailure::timed_out && clock_.now() < limits.total;
    return is_silent ? IoFailure::lost : received.error();
}

}  // namespace rmb::client
