#pragma once

#include "rpc/connection.hpp"
#include "rpc/peer.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string_view>

namespace rmb::rpc {

/// Accepts connections and ends them in an orderly way. Loop thread only.
class Server {
public:
    /// The listener must outlive the server; the server every pending operation, so the loop has
    /// to be drained or destroyed before.
    Server(const Services& services, Listener& listener);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    /// `failed` is told if the listener gives up without having been asked to.
    void start(std::function<void(const core::Error&)> failed);

    /// Accepts no more, drains; after `grace` asks running calls to stop, after as long again
    /// closes what is left. `stopped` is called once, when no connection is left.
    void stop(std::chrono::milliseconds grace, std::function<void()> stopped);

private:
    boost::asio::awaitable<void> accept_all();
    void add(Peer peer);
    void gone(std::uint64_t number);
    void for_each(void (Connection::*action)());
    void finish_if_stopped();

    Services services_;
    Listener& listener_;
    core::RegistrationPtr grace_;
    std::function<void(const core::Error&)> failed_;
    std::function<void()> stopped_;
    std::map<std::uint64_t, std::weak_ptr<Connection>> connections_;
    std::uint64_t last_number_ = 0;
    bool stopping_ = false;
    bool accepting_ = false;
    /// Outlives the server in the connections' hands; empty once it is gone.
    std::shared_ptr<Server*> self_;
};

}  // namespace rmb::rpc
