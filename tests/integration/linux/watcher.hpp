#pragma once

#include "client/lib/connection.hpp"
#include "client/lib/unix_dialer.hpp"
#include "proto/codec.hpp"
#include "proto/methods.hpp"
#include "test_host.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>

namespace rmb::test {

/// broker.watch on a connection of its own: what becomes of sessions, one event after the other.
class Watcher {
public:
    explicit Watcher(const std::string& socket)
        : dialer_(socket, clock_),
          connection_(dialer_.dial(clock_.now() + kPatience).value(), clock_) {
        send("broker.watch", 1, {{"progressToken", 1}});
        // Answered after the watch was begun.
        send("broker.ping", 2, nlohmann::json::object());
        while (receive().value("id", 0) != 2) {
        }
    }

    /// The next event; throws when none comes.
    proto::WatchEvent next() {
        for (;;) {
            const auto message = receive();
            if (message.value("method", "") == proto::kProgressNotification) {
                return proto::decode<proto::WatchEvent>(message["params"]["value"], "value")
                    .value();
            }
        }
    }

    /// The answer that ends the watch.
    nlohmann::json last_answer() {
        for (;;) {
            auto message = receive();
            if (message.contains("id")) {
                return message;
            }
        }
    }

private:
    void send(std::string_view method, int id, const nlohmann::json& params) {
        const nlohmann::json message{
            {"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}};
        if (!connection_.send_frame(message.dump(), clock_.now() + kPatience)) {
            throw std::runtime_error("the watch's connection is gone");
        }
    }
    nlohmann::json receive() {
        const auto frame = connection_.receive_frame({clock_.now() + kPatience, kPatience});
        if (!frame) {
            throw std::runtime_error("nothing came of the watch");
        }
        return nlohmann::json::parse(*frame);
    }

    client::SystemClock clock_;
    client::UnixDialer dialer_;
    client::Connection connection_;
};

}  // namespace rmb::test
