#pragma once

#include "core/accounts.hpp"
#include "core/broker.hpp"
#include "proto/framing.hpp"
#include "rpc/conversation.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/peer.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace spdlog {
class logger;
}

namespace rmb::rpc {

/// What connections share. References outlive every connection.
struct Services {
    boost::asio::io_context& loop;
    boost::asio::thread_pool& pool;  // for what may block
    const Dispatcher& dispatcher;
    core::Broker& broker;
    core::Accounts& accounts;
    core::Clock& clock;  // of every deadline
    spdlog::logger& log;
};

/// One connection from accept to close: identity, charges, frames, answers, deadlines. All on the
/// loop thread; kept alive by its own pending operations.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    /// `gone` is called from the destructor.
    Connection(const Services& services, Peer peer, std::function<void()> gone);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    void start();

    /// Takes no more calls and closes when those that run are answered.
    void drain();
    /// Asks the running calls to stop.
    void cancel_calls();
    /// Closes without waiting for anybody.
    void abort();

private:
    using Identified = core::result<core::Caller>;

    boost::asio::awaitable<void> run();
    boost::asio::awaitable<core::result<void>> identify();
    boost::asio::awaitable<Identified> ask(Identified (PeerIdentity::*question)());
    /// The bytes read; empty when the peer is gone.
    boost::asio::awaitable<std::string_view> read_some();

    /// Takes in what was read; an error is one after which the stream makes no sense.
    core::result<void> take(std::string_view input);
    void after_input();
    void arm_deadline(std::chrono::milliseconds after);
    void keep_alive();

    void send_frame(const std::string& body);
    bool charge_unsent(std::size_t bytes);
    void write_next();
    void close_when_written();
    void close_if_drained();

    Services services_;
    Stream stream_;
    std::shared_ptr<PeerIdentity> identity_;
    std::function<void()> gone_;

    core::Caller caller_;
    std::vector<core::Charge> connection_charges_;
    core::Charge frame_charge_;
    core::Charge unsent_charge_;
    core::RegistrationPtr attendance_;
    std::shared_ptr<Conversation> conversation_;
    core::RegistrationPtr deadline_;  // of the first bytes, a frame, or the last answers
    core::RegistrationPtr alive_;

    proto::FrameParser parser_;
    std::vector<char> read_buffer_;
    std::string pending_;
    std::string writing_;
    bool closing_ = false;
    bool draining_ = false;
};

}  // namespace rmb::rpc
