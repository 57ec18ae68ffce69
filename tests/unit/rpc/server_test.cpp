#include "rpc/server.hpp"

#include "connection_world.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <unistd.h>

#include <chrono>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace rmb;
using namespace rmb::test;
using namespace std::chrono_literals;
using core::Code;
using core::Error;
namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;

constexpr auto kGrace = 2'000ms;

/// A real socket; who connects is whom the test says, in order.
class ScriptedListener final : public rpc::Listener {
public:
    explicit ScriptedListener(asio::io_context& loop)
        : acceptor_(loop, Protocol::endpoint(path_.string())) {}
    ~ScriptedListener() override {
        std::filesystem::remove(path_);
    }

    asio::awaitable<core::result<rpc::Peer>> accept() override {
        auto [failure, socket] =
            co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
        if (failure) {
            co_return Error{failure_, failure.message()};
        }
        IdentityScript script = std::move(scripts.front());
        scripts.pop_front();
        co_return rpc::Peer{std::move(socket),
                            std::make_unique<ScriptedIdentity>(std::move(script))};
    }
    void close() override {
        failure_ = Code::cancelled;
        acceptor_.close();
    }
    /// As if the name were lost.
    void fail() {
        acceptor_.close();
    }

    [[nodiscard]] Protocol::endpoint endpoint() const {
        return Protocol::endpoint(path_.string());
    }
    std::deque<IdentityScript> scripts;

private:
    std::filesystem::path path_ =
        std::filesystem::path(testing::TempDir()) / ("rmb-server-" + std::to_string(getpid()));
    Protocol::acceptor acceptor_;
    Code failure_ = Code::internal_error;
};

struct RpcServer : testing::Test, ConnectionWorld {
    explicit RpcServer(const core::Config& config_in = {}) : ConnectionWorld(config_in) {
        server.start([this](const Error& error) { failures.push_back(error); });
    }
    ~RpcServer() override {
        if (stops == 0) {
            stop();
        }
        peers.clear();
        EXPECT_TRUE(pump_until([this] { return stops == 1; }));
        EXPECT_EQ(accounts->connections(), 0U);
        EXPECT_EQ(clock.pending(), 0U);
    }

    RawPeer& connect(const IdentityScript& script) {
        listener.scripts.push_back(script);
        Protocol::socket socket{loop};
        socket.connect(listener.endpoint());
        return *peers.emplace_back(std::make_unique<RawPeer>(std::move(socket)));
    }
    RawPeer& connect(std::uint32_t pid, std::string_view user = kAlice) {
        return connect(IdentityScript{caller(pid, user)});
    }
    /// Connects and waits for an answer: a connection that is established.
    RawPeer& connect_known(std::uint32_t pid, std::string_view user = kAlice) {
        auto& peer = connect(pid, user);
        peer.call(0, "broker.ping");
        EXPECT_TRUE(pump_until_frames(peer, 1));
        return peer;
    }
    void expect_limit(RawPeer& peer, std::string_view limit) {
        ASSERT_TRUE(pump_until_ended(peer));
        ASSERT_EQ(peer.frames().size(), 1U);
        EXPECT_EQ(code_in(peer.frames()[0]), 14);
        EXPECT_EQ(peer.frames()[0]["error"]["data"]["subject"], limit);
    }
    void stop() {
        server.stop(kGrace, [this] { ++stops; });
    }
    [[nodiscard]] bool pump_until_stopped() {
        return pump_until([this] { return stops == 1; });
    }

    ScriptedListener listener{loop};
    rpc::Server server{services, listener};
    std::vector<Error> failures;
    std::vector<std::unique_ptr<RawPeer>> peers;
    int stops = 0;
};

TEST_F(RpcServer, Connections_AreServedSideBySide) {
    auto& first = connect_known(10);
    auto& second = connect_known(20, kBob);
    EXPECT_EQ(accounts->connections(), 2U);
    first.call(1, "broker.status");
    second.call(1, "broker.status");
    EXPECT_TRUE(pump_until_frames(first, 2));
    EXPECT_TRUE(pump_until_frames(second, 2));
}

TEST_F(RpcServer, RefusedPeer_OthersAreServed) {
    IdentityScript nobody{caller(10)};
    nobody.process = Error{Code::access_denied, "gone"};
    auto& refused = connect(nobody);
    ASSERT_TRUE(pump_until_ended(refused));
    connect_known(11);
}

TEST_F(RpcServer, Stop_NoConnections_IsToldOnce) {
    stop();
    ASSERT_TRUE(pump_until_stopped());
    pump_ready();
    EXPECT_EQ(stops, 1);
    EXPECT_TRUE(failures.empty());
}

TEST_F(RpcServer, Stop_IdleConnections_AreClosedAtOnce) {
    auto& known = connect_known(10);
    auto& silent = connect(11);
    ASSERT_TRUE(pump_until([this] { return accounts->connections() == 2; }));
    stop();
    ASSERT_TRUE(pump_until_stopped());
    EXPECT_TRUE(pump_until_ended(known));
    EXPECT_TRUE(pump_until_ended(silent));
}

TEST_F(RpcServer, Stop_NobodyElseIsLetIn) {
    auto& running = connect_known(10);
    running.call(1, "broker.watch", {{"progressToken", 1}});
    pump_ready();
    stop();
    Protocol::socket late{loop};
    boost::system::error_code refused;
    late.connect(listener.endpoint(), refused);
    EXPECT_TRUE(refused);
    EXPECT_EQ(stops, 0);
}

TEST_F(RpcServer, Stop_RunningCall_HasItsGraceThenIsCancelledAndAnswered) {
    auto& peer = connect_known(10);
    peer.call(1, "broker.watch", {{"progressToken", 1}});
    ASSERT_TRUE(pump_until([this] { return clock.pending() == 1; }));
    stop();
    clock.advance(kGrace - 1ms);
    pump_ready();
    EXPECT_EQ(stops, 0);
    EXPECT_FALSE(peer.ended());
    clock.advance(1ms);
    ASSERT_TRUE(pump_until_stopped());
    ASSERT_TRUE(pump_until_ended(peer));
    ASSERT_EQ(peer.frames().size(), 2U);
    EXPECT_EQ(code_in(peer.frames()[1]), 1223);
}

TEST_F(RpcServer, Stop_CallThatDoesNotStop_IsClosedAfterTheSecondGrace) {
    std::optional<rpc::Reply<proto::Empty>> kept;
    dispatcher.bind<proto::method::Watch>(
        [&](const proto::WatchParams&, const rpc::Reply<proto::Empty>& reply) { kept = reply; });
    auto& peer = connect_known(10);
    peer.call(1, "broker.watch", {{"progressToken", 1}});
    ASSERT_TRUE(pump_until([&] { return kept.has_value(); }));
    stop();
    clock.advance(kGrace);
    pump_ready();
    EXPECT_EQ(stops, 0);
    clock.advance(kGrace);
    ASSERT_TRUE(pump_until_stopped());
    ASSERT_TRUE(pump_until_ended(peer));
    EXPECT_EQ(peer.frames().size(), 1U);
    (*kept)(proto::Empty{});  // too late for anybody
}

TEST_F(RpcServer, Stop_PeerThatDoesNotReadItsLastAnswer_DoesNotHoldItUp) {
    auto& peer = connect_known(10);
    const auto frame = RawPeer::frame_of(1, "rpc.discover");
    // More than a socket takes, less than the kMaxUnsentBytes that would close the connection.
    for (int n = 0; n < 50; ++n) {
        peer.send(frame);
        pump_ready();
    }
    stop();
    pump_ready();
    ASSERT_EQ(stops, 0) << "all answers fit into the socket: nothing was tested";
    clock.advance(kGrace);
    pump_ready();
    clock.advance(kGrace);
    EXPECT_TRUE(pump_until_stopped());
}

TEST_F(RpcServer, ListenerFails_IsToldAndConnectionsGoOn) {
    auto& peer = connect_known(10);
    listener.fail();
    ASSERT_TRUE(pump_until([this] { return !failures.empty(); }));
    EXPECT_EQ(failures.size(), 1U);
    peer.call(1, "broker.ping");
    EXPECT_TRUE(pump_until_frames(peer, 2));
}

core::Config few_connections() {
    core::Config config;
    config.connections_per_user = 2;
    config.connections_total = 3;
    return config;
}

struct RpcServerWithFewConnections : RpcServer {
    RpcServerWithFewConnections() : RpcServer(few_connections()) {}
};

TEST_F(RpcServerWithFewConnections, UserAtHisLimit_IsTold14AndOthersAreServed) {
    auto& first = connect_known(10);
    connect_known(11);
    expect_limit(connect(12), "connectionsPerUser");
    connect_known(20, kBob);
    first.close();
    ASSERT_TRUE(pump_until([this] { return accounts->connections() == 2; }));
    connect_known(13);
}

TEST_F(RpcServerWithFewConnections, AllTaken_IsTold14UntilOneCloses) {
    connect_known(10);
    connect_known(11);
    auto& other = connect_known(20, kBob);
    expect_limit(connect(21, kBob), "connectionsTotal");
    other.close();
    ASSERT_TRUE(pump_until([this] { return accounts->connections() == 2; }));
    connect_known(22, kBob);
}

}  // namespace
