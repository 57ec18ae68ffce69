#include "rpc/connection.hpp"

#include "connection_world.hpp"
#include "proto/limits.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace {

using namespace rmb;
using namespace rmb::test;
using namespace std::chrono_literals;
using core::Code;
using core::Error;
using nlohmann::json;

TEST_F(RpcConnection, Call_IsAnswered) {
    auto peer = connect();
    peer.call(1, "broker.ping", {{"payload", "p"}});
    ASSERT_TRUE(pump_until_frames(peer, 1));
    EXPECT_EQ(peer.frames()[0]["result"]["payload"], "p");
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, FirstCallsInOnePiece_AreAllAnsweredInOrder) {
    auto peer = connect();
    std::string bytes;
    for (int n = 0; n < 32; ++n) {
        bytes += RawPeer::frame_of(n, "broker.ping");
    }
    peer.send(bytes);
    ASSERT_TRUE(pump_until_frames(peer, 32));
    for (int n = 0; n < 32; ++n) {
        EXPECT_EQ(peer.frames()[static_cast<std::size_t>(n)]["id"], n);
    }
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, ByteByByte_IsAnswered) {
    auto peer = connect();
    for (const char byte : RawPeer::frame_of(1, "broker.ping")) {
        peer.send({&byte, 1});
        pump_ready();
    }
    ASSERT_TRUE(pump_until_frames(peer, 1));
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, FrameLargerThanTheBuffers_IsAnswered) {
    auto peer = connect();
    const std::string payload(30'000, 'x');
    auto batch = json::array();
    for (int n = 0; n < 20; ++n) {
        batch.push_back({{"jsonrpc", "2.0"},
                         {"id", n},
                         {"method", "broker.ping"},
                         {"params", {{"payload", payload}}}});
    }
    const auto frame = proto::make_frame(batch.dump());
    std::size_t sent = 0;
    ASSERT_TRUE(pump_until([&] {
        sent += peer.send_some(std::string_view{frame}.substr(sent));
        peer.look();
        return !peer.frames().empty();
    }));
    EXPECT_EQ(peer.frames()[0].size(), 20U);
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, ProcessUnknown_OneErrorThenClosed) {
    IdentityScript script{alice};
    script.process = Error{Code::access_denied, "the calling process has ended"};
    auto peer = connect(script);
    expect_refusal(peer, 5);
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, CallerRefused_NothingIsCarriedOut) {
    IdentityScript script{alice};
    script.caller = Error{Code::bad_impersonation_level, "anonymous"};
    auto peer = connect(script);
    peer.call(1, "session.start", {{"flags", 0}, {"token", proto::write(token(1))}});
    expect_refusal(peer, 1346);
    EXPECT_EQ(broker->session_count(), 0U);
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, ProcessAndCallerDisagree_IsRefused) {
    for (const auto& other : {caller(11), caller(10, kBob), caller(10, kAlice, 2)}) {
        gone = 0;
        IdentityScript script{alice};
        script.caller = other;
        auto peer = connect(script);
        peer.call(1, "broker.ping");
        expect_refusal(peer, 5);
        expect_nothing_left(peer);
    }
}

TEST_F(RpcConnection, ProcessEndedMeanwhile_IsRefused) {
    auto peer = connect();
    processes.kill(10);
    peer.call(1, "broker.ping");
    expect_refusal(peer, 2);
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, GoesWithoutAWord_LeavesNothing) {
    auto peer = connect();
    ASSERT_TRUE(pump_until([&] { return clock.pending() == 1; }));
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, GoesBeforeItIsKnown_LeavesNothing) {
    auto peer = connect();
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, SaysNothing_IsClosedAtTheFirstBytesDeadline) {
    auto peer = connect();
    ASSERT_TRUE(pump_until([&] { return clock.pending() == 1; }));
    clock.advance(proto::kFirstBytesDeadline - 1ms);
    pump_ready();
    peer.look();
    EXPECT_FALSE(peer.ended());
    clock.advance(1ms);
    ASSERT_TRUE(pump_until_ended(peer));
    EXPECT_TRUE(peer.frames().empty());
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, IdentityTakesTooLong_IsClosedAtTheFirstBytesDeadline) {
    HeldIdentity held{alice};
    auto peer = connect(held.script());
    peer.call(1, "session.start", {{"flags", 0}, {"token", proto::write(token(1))}});
    ASSERT_TRUE(pump_until([&] { return held.is_asked(); }));
    clock.advance(proto::kFirstBytesDeadline);
    ASSERT_TRUE(pump_until_ended(peer));
    held.release();
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, SecondHalfOfTheFirstFrameAfterFiveSeconds_IsStillInTime) {
    auto peer = connect();
    const auto frame = RawPeer::frame_of(1, "broker.ping");
    peer.send(frame.substr(0, 10));
    ASSERT_TRUE(pump_until_known());
    clock.advance(proto::kFrameDeadline - 1ms);
    pump_ready();
    peer.send(frame.substr(10));
    ASSERT_TRUE(pump_until_frames(peer, 1));
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, FrameNotFinished_IsClosedAtTheFrameDeadline) {
    auto peer = connect();
    peer.call(1, "broker.ping");
    ASSERT_TRUE(pump_until_frames(peer, 1));
    peer.send("Content-Length: 1000\r\n\r\n{");
    ASSERT_TRUE(pump_until([&] { return clock.pending() == 1; }));
    clock.advance(proto::kFrameDeadline);
    ASSERT_TRUE(pump_until_ended(peer));
    EXPECT_EQ(peer.frames().size(), 1U);
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, SlowButSteadyBytes_DoNotMoveTheFrameDeadline) {
    auto peer = connect();
    peer.send("Content-Length: 1000\r\n\r\n");
    ASSERT_TRUE(pump_until_known());
    for (auto waited = 0ms; waited < proto::kFrameDeadline; waited += 1'000ms) {
        peer.send("x");
        pump_ready();
        clock.advance(1'000ms);
    }
    ASSERT_TRUE(pump_until_ended(peer));
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, ReadsThatAlwaysEndWithinAFrame_EachFrameHasItsOwnDeadline) {
    auto peer = connect();
    const auto frame = RawPeer::frame_of(1, "broker.ping");
    peer.send(frame.substr(0, 10));
    ASSERT_TRUE(pump_until_known());
    for (std::size_t n = 1; n <= 4; ++n) {
        clock.advance(proto::kFrameDeadline - 1ms);
        pump_ready();
        peer.send(frame.substr(10) + frame.substr(0, 10));
        ASSERT_TRUE(pump_until_frames(peer, n));
    }
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, FramingError_IsAnsweredOnceThenClosed) {
    auto peer = connect();
    peer.call(1, "broker.ping");
    peer.send("GET / HTTP/1.1\r\n\r\nmore\r\n\r\n and more");
    ASSERT_TRUE(pump_until_ended(peer));
    ASSERT_EQ(peer.frames().size(), 2U);
    EXPECT_EQ(peer.frames()[0]["id"], 1);
    EXPECT_TRUE(peer.frames()[1]["id"].is_null());
    EXPECT_EQ(code_in(peer.frames()[1]), -32600);
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, FrameAboveTheLimit_IsRefusedBeforeItIsBuffered) {
    auto peer = connect();
    peer.send("Content-Length: 16777217\r\n\r\n");
    expect_refusal(peer, -32600);
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, Watch_IsKeptAliveUntilItEnds) {
    auto peer = connect();
    peer.call(1, "broker.watch", {{"progressToken", 1}});
    ASSERT_TRUE(pump_until_known());
    ASSERT_TRUE(pump_until([&] { return clock.pending() == 1; }));
    for (std::size_t n = 1; n <= 3; ++n) {
        clock.advance(proto::kAliveInterval);
        ASSERT_TRUE(pump_until_frames(peer, n));
        EXPECT_EQ(peer.frames().back()["method"], "$/alive");
    }
    peer.send(
        proto::make_frame(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}})"));
    ASSERT_TRUE(pump_until_frames(peer, 4));
    EXPECT_EQ(code_in(peer.frames().back()), 1223);
    clock.advance(2 * proto::kAliveInterval);
    pump_ready();
    peer.look();
    EXPECT_EQ(peer.frames().size(), 4U);
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, GoneDuringAWatch_LeavesNothing) {
    auto peer = connect();
    peer.call(1, "broker.watch", {{"progressToken", 1}});
    ASSERT_TRUE(pump_until_known());
    expect_nothing_left(peer);
    ASSERT_TRUE(broker->start(alice, 0, token(1)));
}

TEST_F(RpcConnection, HalfClosed_StillGetsItsAnswers) {
    auto peer = connect();
    for (int n = 0; n < 5; ++n) {
        peer.call(n, "broker.ping");
    }
    peer.half_close();
    ASSERT_TRUE(pump_until_ended(peer));
    EXPECT_EQ(peer.frames().size(), 5U);
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, HalfClosedAndNotReading_IsClosedAtTheFrameDeadline) {
    auto peer = connect();
    peer.call("known", "broker.ping");
    ASSERT_TRUE(pump_until_frames(peer, 1));
    const json params{{"payload", std::string(30'000, 'x')}};
    for (int n = 0; n < 30; ++n) {
        peer.call(n, "broker.ping", params);
        pump_ready();
    }
    ASSERT_TRUE(peer.all_sent());
    peer.half_close();
    ASSERT_TRUE(pump_until([&] { return clock.pending() == 1; }));
    EXPECT_EQ(gone, 0) << "the answers fit into the socket: nothing was tested";
    clock.advance(proto::kFrameDeadline);
    ASSERT_TRUE(pump_until([&] { return gone == 1; }));
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, DoesNotRead_IsDroppedAtTheUnsentLimit) {
    auto peer = connect();
    const auto frame = RawPeer::frame_of(1, "broker.ping", {{"payload", std::string(30'000, 'x')}});
    std::size_t sent = 0;
    std::size_t in_frame = 0;
    ASSERT_TRUE(pump_until([&] {
        const auto now = peer.send_some(std::string_view{frame}.substr(in_frame));
        sent += now;
        in_frame = (in_frame + now) % frame.size();
        return gone == 1;
    }));
    EXPECT_GE(sent, proto::kMaxUnsentBytes);
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, Drain_Idle_ClosesAtOnce) {
    auto peer = connect();
    peer.call(1, "broker.ping");
    ASSERT_TRUE(pump_until_frames(peer, 1));
    weak.lock()->drain();
    ASSERT_TRUE(pump_until_ended(peer));
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, Drain_NewCalls_AreNotTaken) {
    auto peer = connect();
    peer.call(1, "broker.watch", {{"progressToken", 1}});
    ASSERT_TRUE(pump_until_known());
    weak.lock()->drain();
    peer.call(2, "session.start", {{"flags", 0}, {"token", proto::write(token(1))}});
    pump_ready();
    weak.lock()->cancel_calls();
    ASSERT_TRUE(pump_until_ended(peer));
    ASSERT_EQ(peer.frames().size(), 1U);
    EXPECT_EQ(code_in(peer.frames()[0]), 1223);
    EXPECT_EQ(broker->session_count(), 0U);
    expect_nothing_left(peer);
}

TEST_F(RpcConnection, Drain_WhileIdentified_FirstCallIsNotCarriedOut) {
    HeldIdentity held{alice};
    auto peer = connect(held.script());
    peer.call(1, "session.start", {{"flags", 0}, {"token", proto::write(token(1))}});
    ASSERT_TRUE(pump_until([&] { return held.is_asked(); }));
    weak.lock()->drain();
    held.release();
    ASSERT_TRUE(pump_until([&] { return gone == 1; }));
    EXPECT_EQ(broker->session_count(), 0U);
    expect_nothing_left(peer);
}

}  // namespace
