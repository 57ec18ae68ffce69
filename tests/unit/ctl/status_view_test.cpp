#include "client/ctl/status_view.hpp"

#include "proto/codec.hpp"
#include "proto/openrpc.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace {

using namespace rmb;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

proto::StatusResult a_status() {
    proto::StatusResult status;
    status.version = "1.2.3";
    status.protocol = 1;
    status.pid = 4711;
    status.uptime_seconds = 245;
    status.sessions = 12;
    status.own_sessions = 2;
    status.processes = 7;
    status.connections = 3;
    status.limits = {{"sessionsPerUser", 256, 3}, {"depth", 16}};
    return status;
}

TEST(StatusText, HealthyService_ShowsCountsAndLimits) {
    EXPECT_EQ(ctl::status_text(a_status()),
              "rmbroker 1.2.3, protocol 1, process 4711, up 4 min 5 s\n"
              "\n"
              "sessions     12  2 of your user session\n"
              "processes     7  that take part in a session\n"
              "connections   3\n"
              "\n"
              "LIMIT            VALUE  REFUSED\n"
              "sessionsPerUser    256        3\n"
              "depth               16        -\n");
}

TEST(StatusText, Problems_AreListedWithTheWayToDoctor) {
    auto status = a_status();
    status.problems = {{"policy\\SessionsPerUser", "expected a number, found 0; ignored"}};
    EXPECT_THAT(ctl::status_text(status),
                HasSubstr("\nWHERE                   PROBLEM\n"
                          "policy\\SessionsPerUser  expected a number, found 0; ignored\n"
                          "\n'rmbctl doctor' says what to do about it.\n"));
}

TEST(MethodsText, DocumentOfThisBuild_ListsEveryMethodWithParams) {
    const auto list =
        proto::decode<ctl::MethodList>(proto::openrpc_document("1.2.3"), "result").value();
    const auto text = ctl::methods_text(list);
    proto::for_each_method(
        [&]<class M>() { EXPECT_THAT(text, HasSubstr(std::string{M::kName} + "(")); });
    EXPECT_THAT(text, HasSubstr("session.join(key, token)  ["));
    EXPECT_THAT(text, HasSubstr("broker.hello(protocol?, client?)  [anyone]\n    Agrees on"));
}

TEST(PingFigures, EvenNumber_MedianIsTheMeanOfTheMiddleTwo) {
    const auto figures = ctl::ping_figures(900us, {40us, 10us, 20us, 100us});
    EXPECT_EQ(figures, (ctl::PingFigures{900us, 4, 10us, 30us, 100us}));
}

TEST(PingFigures, OddNumber_MedianIsTheMiddleOne) {
    EXPECT_EQ(ctl::ping_figures(1us, {3us, 1us, 2us}), (ctl::PingFigures{1us, 3, 1us, 2us, 3us}));
    EXPECT_EQ(ctl::ping_figures(1us, {7us}), (ctl::PingFigures{1us, 1, 7us, 7us, 7us}));
}

TEST(PingText, Figures_AreInMicroseconds) {
    EXPECT_EQ(ctl::ping_text({900us, 4, 10us, 30us, 100us}),
              "4 calls: min 10, median 30, max 100 us; first one with connecting 900 us\n");
}

TEST(PingJson, Figures_AreNumbers) {
    const nlohmann::json expected{{"calls", 4},
                                  {"minMicroseconds", 10},
                                  {"medianMicroseconds", 30},
                                  {"maxMicroseconds", 100},
                                  {"connectMicroseconds", 900}};
    EXPECT_EQ(ctl::ping_json({900us, 4, 10us, 30us, 100us}), expected);
}

}  // namespace
