#include "client/lib/connection.hpp"

#include "fake_broker.hpp"
#include "proto/methods.hpp"

#include <gtest/gtest.h>

namespace rmb::client {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using proto::Code;
using proto::Request;
using test::FakeChannel;
using test::FakeClock;
using test::Peer;
using test::Script;

class ConnectionTest : public testing::Test {
protected:
    Connection::Limits limits(Milliseconds total = 30s, Milliseconds silence = 15s) {
        return {deadline_after(clock_.now(), total), silence};
    }
    io_result<proto::Response> ping(const Connection::Limits& limits,
                                    const OnProgress& on_progress = {}) {
        return connection_.call("broker.ping", json::object(), limits, on_progress);
    }

    FakeClock clock_;
    Script script_;
    Connection connection_{std::make_unique<FakeChannel>(clock_, script_, 1), clock_};
};

TEST_F(ConnectionTest, Call_Answered_GivesTheResult) {
    script_.on_request = [](Peer& peer, const Request& request) {
        peer.after(10ms).result(request, {{"payload", "x"}});
    };
    const auto answer = ping(limits());
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(*answer->outcome, json({{"payload", "x"}}));
    EXPECT_TRUE(connection_.is_usable());
    EXPECT_EQ(clock_.elapsed(), 10ms);
}

// It was repeated for 30 s, and RmStartSession gave 121 for what had been answered with 14.
TEST_F(ConnectionTest, Call_RefusedBeforeItIsSent_GivesTheRefusal) {
    script_.on_connect = [](Peer& peer) { peer.error({}, Code::out_of_memory).close(); };
    script_.refuse_to_receive = {2};
    Connection refused{std::make_unique<FakeChannel>(clock_, script_, 2), clock_};
    const auto answer = refused.call("broker.ping", json::object(), limits());
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->outcome.error().code, Code::out_of_memory);
    EXPECT_FALSE(refused.has_sent());
    EXPECT_FALSE(refused.is_usable());
    EXPECT_EQ(clock_.elapsed(), 0ms);
}

TEST_F(ConnectionTest, Call_Second_HasAnotherId) {
    script_.on_request = [](Peer& peer, const Request& request) { peer.result(request, 1); };
    ASSERT_TRUE(ping(limits()).has_value());
    ASSERT_TRUE(ping(limits()).has_value());
    EXPECT_NE(script_.asked.at(0).request.id, script_.asked.at(1).request.id);
}

TEST_F(ConnectionTest, Call_FrameInSingleBytes_IsRead) {
    script_.on_request = [](Peer& peer, const Request& request) {
        for (const char byte :
             proto::make_frame(proto::dump(proto::to_json(proto::Response{request.id, 7})))) {
            peer.after(1ms).send(std::string(1, byte));
        }
    };
    const auto answer = ping(limits());
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(*answer->outcome, json(7));
}

TEST_F(ConnectionTest, Call_FrameLargerThanTheBuffer_IsRead) {
    const std::string large(30'000, 'x');
    script_.on_request = [&](Peer& peer, const Request& request) {
        peer.result(request, json::array({large, large}));
    };
    const auto answer = ping(limits());
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ((*answer->outcome)[1], json(large));
}

TEST_F(ConnectionTest, Call_Silence_IsLost) {
    const auto answer = ping(limits(60s, 15s));
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error(), IoFailure::lost);
    EXPECT_EQ(clock_.elapsed(), 15s);
    EXPECT_TRUE(connection_.has_sent());
    EXPECT_FALSE(connection_.has_heard());
    EXPECT_FALSE(connection_.is_usable());
}

TEST_F(ConnectionTest, Call_TotalBeforeSilence_IsTimedOut) {
    const auto answer = ping(limits(10s, 15s));
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error(), IoFailure::timed_out);
    EXPECT_EQ(clock_.elapsed(), 10s);
    EXPECT_FALSE(connection_.is_usable());
}

TEST_F(ConnectionTest, Call_Alive_ResetsSilenceButNotTotal) {
    script_.on_request = [](Peer& peer, const Request&) {
        for (int i = 0; i < 100; ++i) {
            peer.after(5s).notify(proto::kAliveNotification);
        }
    };
    const auto answer = ping(limits(60s, 15s));
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error(), IoFailure::timed_out);
    EXPECT_EQ(clock_.elapsed(), 60s);
    EXPECT_TRUE(connection_.has_heard());
}

TEST_F(ConnectionTest, Call_AliveThenAnswer_IsAnswered) {
    script_.on_request = [](Peer& peer, const Request& request) {
        for (int i = 0; i < 100; ++i) {
            peer.after(14s).notify(proto::kAliveNotification);
        }
        peer.result(request, "done");
    };
    ASSERT_TRUE(ping({kNever, 15s}).has_value());
    EXPECT_EQ(clock_.elapsed(), 1400s);
}

TEST_F(ConnectionTest, Call_Progress_GoesToTheCallback) {
    script_.on_request = [](Peer& peer, const Request& request) {
        peer.notify(proto::kProgressNotification, {{"value", 1}})
            .notify("other/note", {{"value", 2}})
            .notify(proto::kProgressNotification, {{"value", 3}})
            .result(request, 0);
    };
    std::vector<json> seen;
    ASSERT_TRUE(ping(limits(), [&](const json& params) { seen.push_back(params["value"]); }));
    EXPECT_EQ(seen, (std::vector<json>{1, 3}));
}

TEST_F(ConnectionTest, Call_AnswerToAnotherId_IsNotTheAnswer) {
    script_.on_request = [](Peer& peer, const Request& request) {
        peer.error(proto::Id{std::int64_t{4711}}, Code::invalid_handle).result(request, 5);
    };
    const auto answer = ping(limits());
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(*answer->outcome, json(5));
}

TEST_F(ConnectionTest, Call_ErrorUnderNullId_IsTheAnswerAndTheLast) {
    script_.on_request = [](Peer& peer, const Request&) {
        peer.error(proto::Id{}, Code::parse_error);
    };
    const auto answer = ping(limits());
    ASSERT_TRUE(answer.has_value());
    ASSERT_FALSE(answer->outcome.has_value());
    EXPECT_EQ(answer->outcome.error().code, Code::parse_error);
    EXPECT_FALSE(connection_.is_usable());
}

TEST_F(ConnectionTest, Call_MalformedHeader_IsLost) {
    script_.on_request = [](Peer& peer, const Request&) { peer.send("HTTP/1.1 200 OK\r\n\r\n"); };
    const auto answer = ping(limits());
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error(), IoFailure::lost);
}

TEST_F(ConnectionTest, Call_FrameThatIsNoJson_IsLost) {
    script_.on_request = [](Peer& peer, const Request&) { peer.send(proto::make_frame("{")); };
    const auto answer = ping(limits());
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error(), IoFailure::lost);
}

TEST_F(ConnectionTest, Call_EndOfStream_IsLostAtOnce) {
    script_.on_request = [](Peer& peer, const Request&) { peer.close(); };
    const auto answer = ping(limits());
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error(), IoFailure::lost);
    EXPECT_EQ(clock_.elapsed(), 0ms);
}

TEST_F(ConnectionTest, Call_CannotSend_IsLostAndNotSent) {
    script_.refuse_to_receive = {1};
    const auto answer = ping(limits());
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error(), IoFailure::lost);
    EXPECT_FALSE(connection_.has_sent());
}

TEST_F(ConnectionTest, QueueUnawaited_GoesBeforeTheNextCallOnly) {
    script_.on_request = [](Peer& peer, const Request& request) { peer.result(request, 0); };
    connection_.queue_unawaited("session.end", {{"startToken", "x"}});
    ASSERT_TRUE(ping(limits()).has_value());
    ASSERT_TRUE(ping(limits()).has_value());
    ASSERT_EQ(script_.asked.size(), 3U);
    EXPECT_EQ(script_.asked[0].request.method, "session.end");
    EXPECT_EQ(script_.asked[1].request.method, "broker.ping");
    EXPECT_EQ(script_.asked[2].request.method, "broker.ping");
}

TEST_F(ConnectionTest, Frames_Raw_GoThroughUnchanged) {
    script_.on_request = [](Peer& peer, const Request&) { peer.send(proto::make_frame("[1, 2]")); };
    ASSERT_TRUE(connection_.send_frame(R"({"jsonrpc":"2.0","id":9,"method":"m"})", kNever));
    const auto frame = connection_.receive_frame(limits());
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(*frame, "[1, 2]");
}

}  // namespace
}  // namespace rmb::client
