#include "harness/own_client.hpp"

#include <stdexcept>
#include <utility>
#include <variant>

namespace rmb::e2e {
namespace {

std::string request(std::int64_t id, std::string_view method, nlohmann::json params) {
    return proto::dump(proto::to_json(proto::Request{id, std::string{method}, std::move(params)}));
}

client::Connection::Limits within(Milliseconds span) {
    return {after(span), span};
}

}  // namespace

OwnClient::OwnClient()
    : policy_{client::load_policy()},
      dialer_{client::make_local_dialer(policy_, clock_)},
      caller_{*dialer_, clock_, policy_.timeouts} {}

proto::StatusResult OwnClient::status() {
    return caller_.call<proto::method::Status>({}).value();
}

proto::SessionsResult OwnClient::sessions() {
    return caller_.call<proto::method::Sessions>({}).value();
}

proto::SessionDetails OwnClient::session(const std::string& hash) {
    return caller_.call<proto::method::SessionShow>({hash}).value();
}

proto::LocksResult OwnClient::locks(std::vector<std::string> paths, bool recursive) {
    return caller_.call<proto::method::Locks>({std::move(paths), recursive}).value();
}

std::vector<proto::LedgerInfo> OwnClient::ledgers() {
    return caller_.call<proto::method::LedgerList>({}).value().ledgers;
}

std::uint64_t OwnClient::limit(std::string_view name) {
    for (const auto& limit : status().limits) {
        if (limit.name == name) {
            return limit.value;
        }
    }
    throw std::runtime_error{"no limit " + std::string{name}};
}

std::unique_ptr<client::Channel> OwnClient::dial() {
    return dialer_->dial(after(policy_.timeouts.connect)).value();
}

void OwnClient::ping(client::Connection& connection) {
    const auto answer =
        connection.call(proto::method::Ping::kName, nlohmann::json::object(), within(kPatience));
    if (!answer) {
        throw std::runtime_error{"no answer to a ping"};
    }
    (void)answer->outcome.value();
}

Watch::Watch(OwnClient& client) : connection_{client.connect()} {
    const auto deadline = after(kPatience);
    const auto watch =
        request(1, proto::method::Watch::kName, proto::write(proto::WatchParams{"e2e"}));
    const auto ping = request(2, proto::method::Ping::kName, nlohmann::json::object());
    if (!connection_.send_frame(watch, deadline) || !connection_.send_frame(ping, deadline)) {
        throw std::runtime_error{"cannot ask for events"};
    }
    // Requests of a connection are taken in order: with the ping's answer the watch stands.
    if (!connection_.receive_frame(within(kPatience))) {
        throw std::runtime_error{"no answer to a ping beside a watch"};
    }
}

std::optional<proto::WatchEvent> Watch::next(Milliseconds patience) {
    const auto deadline = after(patience);
    for (;;) {
        const auto frame = connection_.receive_frame({deadline, kPatience});
        if (!frame) {
            return std::nullopt;
        }
        const auto incoming = proto::parse_message(*frame);
        const auto* const notification =
            std::get_if<proto::Notification>(&incoming.messages.front());
        // $/alive says nothing of sessions.
        if (notification != nullptr && notification->method == proto::kProgressNotification) {
            return proto::decode<proto::WatchEvent>(notification->params.at("value"), "value")
                .value();
        }
    }
}

}  // namespace rmb::e2e
