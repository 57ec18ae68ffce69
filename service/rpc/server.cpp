#include "rpc/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <spdlog/logger.h>

#include <exception>
#include <utility>
#include <vector>

namespace rmb::rpc {

namespace asio = boost::asio;

Server::Server(const Services& services, Listener& listener)
    : services_(services), listener_(listener), self_(std::make_shared<Server*>(this)) {}

Server::~Server() {
    *self_ = nullptr;
}

void Server::start(std::function<void(const core::Error&)> failed) {
    failed_ = std::move(failed);
    accepting_ = true;
    asio::co_spawn(services_.loop, accept_all(), [](const std::exception_ptr& failure) {
        if (failure) {
            std::rethrow_exception(failure);
        }
    });
}

asio::awaitable<void> Server::accept_all() {
    for (;;) {
        auto peer = co_await listener_.accept();
        if (!peer) {
            accepting_ = false;
            if (!stopping_) {
                services_.log.error("event=listener.failed why=\"{}\"", peer.error().message);
                failed_(peer.error());
            }
            finish_if_stopped();
            co_return;
        }
        add(std::move(*peer));
    }
}

void Server::add(Peer peer) {
    const auto number = ++last_number_;
    const auto connection =
        std::make_shared<Connection>(services_, std::move(peer), [self = self_, number] {
            if (*self != nullptr) {
                (*self)->gone(number);
            }
        });
    connections_[number] = connection;
    connection->start();
    if (stopping_) {
        connection->abort();
    }
}

void Server::gone(std::uint64_t number) {
    connections_.erase(number);
    finish_if_stopped();
}

void Server::stop(std::chrono::milliseconds grace, std::function<void()> stopped) {
    stopping_ = true;
    stopped_ = std::move(stopped);
    listener_.close();
    for_each(&Connection::drain);
    auto& clock = services_.clock;
    grace_ = clock.call_at(clock.now() + grace, [this, grace, &clock] {
        for_each(&Connection::cancel_calls);
        grace_ = clock.call_at(clock.now() + grace, [this] { for_each(&Connection::abort); });
    });
    finish_if_stopped();
}

void Server::for_each(void (Connection::*action)()) {
    std::vector<std::shared_ptr<Connection>> open;
    for (const auto& [number, weak] : connections_) {
        if (auto connection = weak.lock()) {
            open.push_back(std::move(connection));
        }
    }
    for (const auto& connection : open) {
        (*connection.*action)();
    }
}

void Server::finish_if_stopped() {
    if (stopping_ && !accepting_ && connections_.empty()) {
        grace_.reset();
        if (const auto stopped = std::exchange(stopped_, nullptr)) {
            stopped();
        }
    }
}

}  // namespace rmb::rpc
