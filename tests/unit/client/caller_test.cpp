#include "client/lib/caller.hpp"

#include "fake_broker.hpp"
#include "proto/methods.hpp"

#include <gtest/gtest.h>

#include <boost/uuid/uuid_io.hpp>

namespace rmb::client {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using proto::Code;
using proto::Request;
using proto::method::Ping;
using proto::method::SessionEnd;
using proto::method::SessionStart;
using test::FakeBroker;
using test::FakeClock;
using test::Peer;

constexpr proto::Token kToken{{1, 2, 3, 4, 5, 6, 0x47, 8, 0x89, 10, 11, 12, 13, 14, 15, 16}};
constexpr proto::Token kOther{{9, 9, 9, 9, 9, 9, 0x49, 9, 0x99, 9, 9, 9, 9, 9, 9, 9}};

const json kStarted{{"session", 77}, {"key", "00112233445566778899aabbccddeeff"}};

class CallerTest : public testing::Test {
protected:
    void answer_all(const json& value = json::object()) {
        broker_.script.on_request = [value](Peer& peer, const Request& request) {
            peer.result(request, value);
        };
    }
    CallOptions reported(std::optional<Milliseconds> total = std::nullopt) {
        return {.total = total, .on_progress = {}, .report = &report_};
    }

    FakeClock clock_;
    FakeBroker broker_{clock_};
    Caller caller_{broker_, clock_};
    CallReport report_;
};

TEST_F(CallerTest, Call_Answered_DecodesTheResult) {
    answer_all({{"payload", "p"}});
    const auto pong = caller_.call<Ping>({"p"}, reported());
    ASSERT_TRUE(pong.has_value());
    EXPECT_EQ(pong->payload, "p");
    EXPECT_EQ(broker_.script.asked.at(0).request.params, json({{"payload", "p"}}));
    EXPECT_TRUE(report_.answered);
    EXPECT_EQ(report_.sent, 1);
}

TEST_F(CallerTest, Call_ErrorAnswer_ComesBack) {
    broker_.script.on_request = [](Peer& peer, const Request& request) {
        peer.error(request.id, Code::max_sessions_reached);
    };
    const auto started = caller_.call<SessionStart>({0, kToken}, reported());
    ASSERT_FALSE(started.has_value());
    EXPECT_EQ(started.error().code, Code::max_sessions_reached);
    EXPECT_TRUE(report_.answered);
}

TEST_F(CallerTest, Call_ResultOfWrongShape_IsInternalError) {
    answer_all({{"session", "seven"}});
    const auto started = caller_.call<SessionStart>({0, kToken});
    ASSERT_FALSE(started.has_value());
    EXPECT_EQ(started.error().code, Code::internal_error);
    EXPECT_EQ(started.error().subject, "result.session");
}

TEST_F(CallerTest, Call_Repeatedly_UsesOneConnection) {
    answer_all();
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(caller_.call<Ping>({}).has_value());
    }
    EXPECT_EQ(broker_.deadlines.size(), 1U);
}

TEST_F(CallerTest, Call_NestedInAnother_DialsItsOwnConnection) {
    broker_.script.on_request = [&](Peer& peer, const Request& request) {
        if (peer.number() < 4) {
            EXPECT_TRUE(caller_.call<Ping>({}).has_value());
        }
        peer.result(request, json::object());
    };
    ASSERT_TRUE(caller_.call<Ping>({}).has_value());
    EXPECT_EQ(broker_.deadlines.size(), 4U);
    EXPECT_EQ(broker_.script.open_connections, static_cast<int>(Caller::kMaxIdle));
}

TEST_F(CallerTest, Call_DialFails_IsTheDialersError) {
    broker_.dials = {proto::Error{Code::service_does_not_exist, "none"}};
    const auto pong = caller_.call<Ping>({}, reported());
    ASSERT_FALSE(pong.has_value());
    EXPECT_EQ(pong.error().code, Code::service_does_not_exist);
    EXPECT_FALSE(report_.answered);
    EXPECT_EQ(report_.sent, 0);
    EXPECT_EQ(broker_.deadlines.at(0), clock_.now() + proto::kConnectDeadline);
}

TEST_F(CallerTest, Call_TotalShorterThanConnect_LimitsTheDial) {
    answer_all();
    ASSERT_TRUE(caller_.call<Ping>({}, reported(2s)).has_value());
    EXPECT_EQ(broker_.deadlines.at(0), clock_.now() + 2s);
}

TEST_F(CallerTest, Call_ConnectionLost_IsRepeatedWithTheSameParams) {
    broker_.script.on_request = [](Peer& peer, const Request& request) {
        peer.number() == 1 ? peer.close() : peer.result(request, kStarted);
    };
    const auto started = caller_.call<SessionStart>({0, kToken}, reported());
    ASSERT_TRUE(started.has_value());
    EXPECT_EQ(started->session, 77U);
    EXPECT_EQ(report_.sent, 2);
    ASSERT_EQ(broker_.script.asked.size(), 2U);
    EXPECT_EQ(broker_.script.asked[0].request.params, broker_.script.asked[1].request.params);
    EXPECT_EQ(broker_.script.asked[1].request.params["token"], to_string(kToken));
}

TEST_F(CallerTest, Call_LostInMidAnswer_IsRepeated) {
    broker_.script.on_request = [](Peer& peer, const Request& request) {
        peer.number() == 1 ? peer.send("Content-Length: 50\r\n\r\n{\"json").close()
                           : peer.result(request, kStarted);
    };
    EXPECT_TRUE(caller_.call<SessionStart>({0, kToken}).has_value());
}

TEST_F(CallerTest, Call_IdleConnectionIsStale_RedialsWithoutPause) {
    answer_all();
    ASSERT_TRUE(caller_.call<Ping>({}).has_value());
    broker_.script.refuse_to_receive = {1};
    ASSERT_TRUE(caller_.call<Ping>({}, reported()).has_value());
    EXPECT_EQ(clock_.elapsed(), 0ms);
    EXPECT_EQ(report_.sent, 1) << "what could not be sent was not carried out";
}

TEST_F(CallerTest, Call_LostAndServiceGone_GetsTheConnectDeadlineAgain) {
    broker_.dials = {std::nullopt, proto::Error{Code::service_not_active, "stopped"}};
    broker_.script.on_request = [](Peer& peer, const Request&) { peer.after(8s).close(); };
    const auto started = caller_.call<SessionStart>({0, kToken}, reported());
    ASSERT_FALSE(started.has_value());
    EXPECT_EQ(started.error().code, Code::service_not_active);
    EXPECT_EQ(broker_.deadlines.at(1), clock_.now() + proto::kConnectDeadline);
    EXPECT_EQ(report_.sent, 1);
    EXPECT_FALSE(report_.answered);
}

TEST_F(CallerTest, Call_BrokerSilent_TimesOutAtTheTotal) {
    const auto pong = caller_.call<Ping>({}, reported());
    ASSERT_FALSE(pong.has_value());
    EXPECT_EQ(pong.error().code, Code::sem_timeout);
    EXPECT_EQ(clock_.elapsed(), proto::kShortCallDeadline);
    EXPECT_EQ(report_.sent, 2) << "15 s of silence: reconnect and repeat";
    EXPECT_FALSE(report_.answered);
    EXPECT_EQ(broker_.script.open_connections, 0);
}

TEST_F(CallerTest, Call_BrokerHangsUpAlways_EndsWithoutSpinning) {
    broker_.script.on_request = [](Peer& peer, const Request&) { peer.close(); };
    const auto pong = caller_.call<Ping>({}, reported());
    ASSERT_FALSE(pong.has_value());
    EXPECT_EQ(pong.error().code, Code::sem_timeout);
    EXPECT_EQ(clock_.elapsed(), proto::kShortCallDeadline);
    EXPECT_LT(report_.sent, 50);
}

TEST_F(CallerTest, Call_Endless_RunsWhileTheServiceLives) {
    broker_.script.on_request = [](Peer& peer, const Request& request) {
        for (int i = 0; i < 1'000; ++i) {
            peer.after(5s).notify(proto::kAliveNotification);
        }
        peer.result(request, json::object());
    };
    EXPECT_TRUE(caller_.call<Ping>({}, reported(CallOptions::kEndless)).has_value());
    EXPECT_EQ(clock_.elapsed(), 5'000s);
}

TEST_F(CallerTest, Call_Endless_EndsWhenNothingIsHeardAnyMore) {
    broker_.script.on_request = [](Peer& peer, const Request&) {
        if (peer.number() == 1) {
            peer.after(10s).notify(proto::kAliveNotification);
        }
    };
    const auto pong = caller_.call<Ping>({}, reported(CallOptions::kEndless));
    ASSERT_FALSE(pong.has_value());
    EXPECT_EQ(pong.error().code, Code::sem_timeout);
    EXPECT_LE(clock_.elapsed(), 70s);
}

TEST_F(CallerTest, Call_ErrorUnderNullId_ClosesTheConnection) {
    broker_.script.on_request = [](Peer& peer, const Request&) {
        peer.error(proto::Id{}, Code::invalid_request);
    };
    const auto pong = caller_.call<Ping>({});
    ASSERT_FALSE(pong.has_value());
    EXPECT_EQ(pong.error().code, Code::invalid_request);
    EXPECT_EQ(broker_.script.open_connections, 0);
}

TEST_F(CallerTest, AbandonedStart_GoesAheadOfTheNextCall) {
    answer_all();
    caller_.abandon_start(kToken);
    ASSERT_TRUE(caller_.call<Ping>({}).has_value());
    ASSERT_TRUE(caller_.call<Ping>({}).has_value());
    EXPECT_EQ(broker_.methods(),
              (std::vector<std::string>{"session.end", "broker.ping", "broker.ping"}));
    EXPECT_EQ(broker_.script.asked[0].request.params, json({{"startToken", to_string(kToken)}}));
}

TEST_F(CallerTest, AbandonedStart_AnsweredWithAnError_IsNotTheCallsAnswer) {
    broker_.script.on_request = [](Peer& peer, const Request& request) {
        request.method == SessionEnd::kName ? peer.error(request.id, Code::invalid_handle)
                                            : peer.result(request, json::object());
    };
    caller_.abandon_start(kToken);
    EXPECT_TRUE(caller_.call<Ping>({}).has_value());
}

TEST_F(CallerTest, AbandonedStart_ConnectionLost_IsToldAgain) {
    broker_.script.on_request = [](Peer& peer, const Request& request) {
        peer.number() == 1 ? peer.close() : peer.result(request, json::object());
    };
    caller_.abandon_start(kToken);
    ASSERT_TRUE(caller_.call<Ping>({}).has_value());
    EXPECT_EQ(broker_.methods(), (std::vector<std::string>{"session.end", "broker.ping",
                                                           "session.end", "broker.ping"}));
}

TEST(AbandonedStarts, Full_ForgetsTheOldest) {
    AbandonedStarts starts;
    starts.add(kToken);
    for (std::size_t i = 0; i < AbandonedStarts::kCapacity; ++i) {
        starts.add(kOther);
    }
    std::size_t taken = 0;
    for (auto some = starts.take(); !some.empty(); some = starts.take()) {
        EXPECT_LE(some.size(), AbandonedStarts::kMostAtOnce);
        EXPECT_EQ(std::ranges::count(some, kToken), 0);
        taken += some.size();
    }
    EXPECT_EQ(taken, AbandonedStarts::kCapacity);
}

}  // namespace
}  // namespace rmb::client
