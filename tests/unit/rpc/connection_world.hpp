#pragma once

#include "proto/framing.hpp"
#include "proto/message.hpp"
#include "rpc/connection.hpp"
#include "rpc/peer.hpp"
#include "rpc_world.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/thread_pool.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <spdlog/logger.h>

#include <sys/socket.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rmb::test {

/// What a connection is told of who is at its other end.
struct IdentityScript {
    core::result<core::Caller> process;
    core::result<core::Caller> caller;
    /// Runs on the pool's thread before caller() answers.
    std::function<void()> before_caller = [] {};

    explicit IdentityScript(const core::Caller& who) : process(who), caller(who) {}
};

class ScriptedIdentity final : public rpc::PeerIdentity {
public:
    explicit ScriptedIdentity(IdentityScript script) : script_(std::move(script)) {}
    core::result<core::Caller> process() override {
        return script_.process;
    }
    core::result<core::Caller> caller() override {
        script_.before_caller();
        return script_.caller;
    }

private:
    IdentityScript script_;
};

/// The question who calls is not answered before the test wants it.
class HeldIdentity {
public:
    explicit HeldIdentity(core::Caller who) : who_(std::move(who)) {}
    HeldIdentity(const HeldIdentity&) = delete;
    HeldIdentity& operator=(const HeldIdentity&) = delete;

    /// Once; this must outlive the connection's question.
    [[nodiscard]] IdentityScript script() {
        IdentityScript script{who_};
        script.before_caller = [this] {
            is_asked_ = true;
            answered_.get_future().wait();
        };
        return script;
    }
    [[nodiscard]] bool is_asked() const {
        return is_asked_;
    }
    void release() {
        answered_.set_value();
    }

private:
    core::Caller who_;
    std::atomic<bool> is_asked_ = false;
    std::promise<void> answered_;
};

/// The client's end of a connection, which never blocks.
class RawPeer {
public:
    using Socket = boost::asio::local::stream_protocol::socket;

    explicit RawPeer(Socket socket) : socket_(std::move(socket)) {
        socket_.non_blocking(true);
    }

    /// How many of the bytes went; 0 also when the other end is gone.
    std::size_t send_some(std::string_view bytes) {
        const auto sent = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        return sent > 0 ? static_cast<std::size_t>(sent) : 0;
    }
    void send(std::string_view bytes) {
        all_sent_ &= send_some(bytes) == bytes.size();
    }
    void call(const nlohmann::json& id, std::string_view method,
              const nlohmann::json& params = nlohmann::json::object()) {
        send(frame_of(id, method, params));
    }
    static std::string frame_of(const nlohmann::json& id, std::string_view method,
                                const nlohmann::json& params = nlohmann::json::object()) {
        return proto::make_frame(nlohmann::json{
            {"jsonrpc", "2.0"},
            {"id", id},
            {"method", method},
            {"params", params}}.dump());
    }
    void half_close() {
        socket_.shutdown(Socket::shutdown_send);
    }
    void close() {
        socket_.close();
    }

    /// Takes in what has come.
    void look() {
        std::array<char, 65'536> buffer{};
        while (!ended_ && socket_.is_open()) {
            const auto got = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), 0);
            if (got <= 0) {
                ended_ = got == 0 || errno != EAGAIN;
                return;
            }
            parse({buffer.data(), static_cast<std::size_t>(got)});
        }
    }

    [[nodiscard]] const std::vector<nlohmann::json>& frames() const {
        return frames_;
    }
    /// The stream was closed by the other end and everything before was read.
    [[nodiscard]] bool ended() const {
        return ended_;
    }
    [[nodiscard]] bool all_sent() const {
        return all_sent_;
    }
    Socket& socket() {
        return socket_;
    }

private:
    void parse(std::string_view input) {
        for (;;) {
            auto step = parser_.next(input);
            if (const auto* frame = std::get_if<proto::FrameParser::Frame>(&step)) {
                frames_.push_back(nlohmann::json::parse(frame->body));
            } else if (!std::holds_alternative<proto::FrameParser::Announced>(step)) {
                return;
            }
        }
    }

    Socket socket_;
    proto::FrameParser parser_;
    std::vector<nlohmann::json> frames_;
    bool ended_ = false;
    bool all_sent_ = true;
};

/// Connections over real sockets on a loop that the test turns; time is the fake clock's.
class ConnectionWorld : public RpcWorld {
public:
    explicit ConnectionWorld(const core::Config& config_in = {}) : RpcWorld(config_in) {}
    ~ConnectionWorld() {
        pool.join();
    }

    /// Runs the loop until `done`. The patience is that of a broken test, not a deadline.
    template <class Done>
    [[nodiscard]] bool pump_until(Done done) {
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (!done()) {
            if (std::chrono::steady_clock::now() > give_up) {
                return false;
            }
            loop.run_one_for(std::chrono::milliseconds{100});
        }
        return true;
    }
    [[nodiscard]] bool pump_until_frames(RawPeer& peer, std::size_t count) {
        return pump_until([&] {
                   peer.look();
                   return peer.frames().size() >= count || peer.ended();
               }) &&
               peer.frames().size() == count;
    }
    [[nodiscard]] bool pump_until_ended(RawPeer& peer) {
        return pump_until([&] {
            peer.look();
            return peer.ended();
        });
    }
    /// Runs what is ready and what that makes ready.
    void pump_ready() {
        while (loop.poll() > 0) {
        }
    }

    boost::asio::io_context loop{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work =
        boost::asio::make_work_guard(loop);
    boost::asio::thread_pool pool{1};
    spdlog::logger log{"test"};  // without a sink
    rpc::Services services{loop, pool, dispatcher, *broker, *accounts, clock, log};
};

/// One connection of Alice at a time.
struct RpcConnection : testing::Test, ConnectionWorld {
    explicit RpcConnection(const core::Config& config_in = {}) : ConnectionWorld(config_in) {}

    RawPeer connect(IdentityScript script) {
        boost::asio::local::stream_protocol::socket ours{loop};
        boost::asio::local::stream_protocol::socket theirs{loop};
        boost::asio::local::connect_pair(ours, theirs);
        const auto connection = std::make_shared<rpc::Connection>(
            services,
            rpc::Peer{std::move(ours), std::make_unique<ScriptedIdentity>(std::move(script))},
            [this] { ++gone; });
        weak = connection;
        connection->start();
        return RawPeer{std::move(theirs)};
    }
    RawPeer connect() {
        return connect(IdentityScript{alice});
    }

    /// Closes the peer's end; then nothing may be left of the connection.
    void expect_nothing_left(RawPeer& peer) {
        peer.close();
        ASSERT_TRUE(pump_until([&] { return gone == 1; }));
        EXPECT_EQ(accounts->connections(), 0U);
        EXPECT_EQ(bytes_left(kAlice), std::uint64_t{config.megabytes_per_user} * 1'048'576);
        EXPECT_EQ(processes.watched(), 0U);
        EXPECT_EQ(clock.pending(), 0U);
    }
    /// The one error under id null, after which the stream ends.
    void expect_refusal(RawPeer& peer, int code) {
        ASSERT_TRUE(pump_until_ended(peer));
        ASSERT_EQ(peer.frames().size(), 1U);
        EXPECT_TRUE(peer.frames()[0]["id"].is_null());
        EXPECT_EQ(code_in(peer.frames()[0]), code);
    }
    [[nodiscard]] bool pump_until_known() {
        return pump_until([&] { return processes.watched() == 1; });
    }

    core::Caller alice = caller(10);
    std::weak_ptr<rpc::Connection> weak;
    int gone = 0;
};

}  // namespace rmb::test
