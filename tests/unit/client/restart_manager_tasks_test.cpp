#include "client/lib/restart_manager.hpp"
#include "proto/limits.hpp"
#include "proto/methods.hpp"
#include "restart_manager_fixture.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace rmb::client {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using proto::Code;
using proto::Request;
using test::kHandle;
using test::no_token;
using test::Peer;

class RestartManagerTasksTest : public test::RestartManagerTest {
protected:
    static void tell(Peer& peer, const Request& request, const json& percent) {
        peer.notify(proto::kProgressNotification, {{"token", request.params["progressToken"]},
                                                   {"value", {{"percent", percent}}}});
    }
    OnPercent record() {
        return [this](std::uint32_t percent) { percents_.push_back(percent); };
    }

    std::vector<std::uint32_t> percents_;
};

TEST_F(RestartManagerTasksTest, List_Answered_IsAllOfIt) {
    json application = proto::write(proto::ApplicationInfo{});
    application["pid"] = 7;
    answer_all({{"processes", {application}}, {"rebootReasons", 0x11}, {"hidden", 1}});
    const auto listed = manager_.list(kHandle);
    ASSERT_TRUE(listed.has_value());
    ASSERT_EQ(listed->processes.size(), 1U);
    EXPECT_EQ(listed->processes[0].pid, 7U);
    EXPECT_EQ(listed->reboot_reasons, 0x11U);
    EXPECT_EQ(asked().method, "session.list");
    EXPECT_EQ(asked().params, (json{{"session", kHandle}}));
}

TEST_F(RestartManagerTasksTest, List_Refused_IsItsCode) {
    expect_lets_out({Code::access_denied, Code::invalid_handle, Code::more_data,
                     Code::session_credential_conflict, Code::cancelled},
                    [this] { return manager_.list(kHandle).error().code; });
}

TEST_F(RestartManagerTasksTest, List_DialerMayNotOpenThePipe_IsNotAFolders5) {
    broker_.dials = {proto::Error{Code::access_denied, "not ours"}};
    EXPECT_EQ(manager_.list(kHandle).error().code, Code::service_not_active);
}

// It was taken for a registered folder (5), for a program that stays (351).
TEST_F(RestartManagerTasksTest, ConnectionRefused_IsNoAnswerToTheCall) {
    on_request([](Peer& peer, const Request&) { peer.error({}, Code::access_denied); });
    EXPECT_EQ(manager_.list(kHandle).error().code, Code::service_not_active);
    EXPECT_EQ(manager_.shutdown(kHandle, 0, {}), Code::service_not_active);
    EXPECT_EQ(manager_.restart(kHandle, 0, {}), Code::service_not_active);
}

TEST_F(RestartManagerTasksTest, List_TakesLong_HasTwoMinutes) {
    on_request([](Peer& peer, const Request&) {
        for (int i = 0; i < 100; ++i) {
            peer.after(5s).notify(proto::kAliveNotification);
        }
    });
    EXPECT_EQ(manager_.list(kHandle).error().code, Code::sem_timeout);
    EXPECT_EQ(clock_.elapsed(), proto::kListDeadline);
}

TEST_F(RestartManagerTasksTest, Shutdown_Flags_AreTheDocumentedOnes) {
    answer_all(json::object());
    for (const std::uint32_t flags : {0x0U, 0x1U, 0x10U, 0x11U}) {
        EXPECT_EQ(manager_.shutdown(kHandle, flags, {}), Code::ok);
        EXPECT_EQ(broker_.script.asked.back().request.params["flags"], flags);
    }
    const auto calls = broker_.script.asked.size();
    for (const std::uint32_t flags : {0x2U, 0x20U, 0x13U, 0x8000'0000U}) {
        EXPECT_EQ(manager_.shutdown(kHandle, flags, {}), Code::bad_arguments);
    }
    EXPECT_EQ(manager_.restart(kHandle, 1, {}), Code::bad_arguments);
    EXPECT_EQ(broker_.script.asked.size(), calls);
}

TEST_F(RestartManagerTasksTest, Tasks_WithoutCallback_AskForNoProgress) {
    answer_all(json::object());
    EXPECT_EQ(manager_.shutdown(kHandle, 0, {}), Code::ok);
    EXPECT_EQ(manager_.restart(kHandle, 0, {}), Code::ok);
    EXPECT_EQ(broker_.methods(), (std::vector<std::string>{"session.shutdown", "session.restart"}));
    EXPECT_FALSE(asked(0).params.contains("progressToken"));
    EXPECT_NE(asked(0).params["token"], asked(1).params["token"]);
}

TEST_F(RestartManagerTasksTest, Tasks_Refused_AreTheirCodes) {
    std::set codes{Code::invalid_handle, Code::fail_noaction_reboot, Code::fail_shutdown,
                   Code::session_credential_conflict, Code::cancelled};
    expect_lets_out(codes, [this] { return manager_.shutdown(kHandle, 0, {}); });
    codes.insert({Code::fail_restart, Code::request_out_of_sequence});
    expect_lets_out(codes, [this] { return manager_.restart(kHandle, 0, {}); });
}

TEST_F(RestartManagerTasksTest, Tasks_NoRandomBytes_Are29) {
    RestartManager manager{caller_, &no_token};
    EXPECT_EQ(manager.shutdown(kHandle, 0, {}), Code::write_fault);
    EXPECT_EQ(manager.restart(kHandle, 0, {}), Code::write_fault);
}

TEST_F(RestartManagerTasksTest, Tasks_TakeHours_WaitWhileTheBrokerLives) {
    on_request([](Peer& peer, const Request& request) {
        for (int i = 0; i < 2'000; ++i) {
            peer.after(5s).notify(proto::kAliveNotification);
        }
        peer.result(request, json::object());
    });
    EXPECT_EQ(manager_.shutdown(kHandle, 0, {}), Code::ok);
    EXPECT_EQ(manager_.restart(kHandle, 0, {}), Code::ok);
    EXPECT_EQ(clock_.elapsed(), 20'000s);
}

TEST_F(RestartManagerTasksTest, Progress_OfBothTasks_ReachesTheCallback) {
    on_request([](Peer& peer, const Request& request) {
        for (const auto percent : {0, 50, 100}) {
            tell(peer, request, percent);
        }
        peer.result(request, json::object());
    });
    EXPECT_EQ(manager_.shutdown(kHandle, 0, record()), Code::ok);
    EXPECT_EQ(manager_.restart(kHandle, 0, record()), Code::ok);
    EXPECT_EQ(percents_, (std::vector<std::uint32_t>{0, 50, 100, 0, 50, 100}));
}

TEST_F(RestartManagerTasksTest, Progress_IsToldOnTheCallersThread) {
    on_request([](Peer& peer, const Request& request) {
        tell(peer, request, 50);
        peer.result(request, json::object());
    });
    std::thread::id thread;
    EXPECT_EQ(
        manager_.shutdown(kHandle, 0, [&](std::uint32_t) { thread = std::this_thread::get_id(); }),
        Code::ok);
    EXPECT_EQ(thread, std::this_thread::get_id());
}

TEST_F(RestartManagerTasksTest, Progress_NotHigher_IsNotTold) {
    on_request([](Peer& peer, const Request& request) {
        for (const auto percent : {10, 10, 5, 30, 101, 20, 31}) {
            tell(peer, request, percent);
        }
        peer.result(request, json::object());
    });
    EXPECT_EQ(manager_.shutdown(kHandle, 0, record()), Code::ok);
    EXPECT_EQ(percents_, (std::vector<std::uint32_t>{10, 30, 31}));
}

TEST_F(RestartManagerTasksTest, Progress_AcrossALostConnection_StillRises) {
    on_request([](Peer& peer, const Request& request) {
        tell(peer, request, 0);
        tell(peer, request, peer.number() == 1 ? 40 : 20);
        if (peer.number() == 1) {
            peer.close();
            return;
        }
        tell(peer, request, 60);
        peer.result(request, json::object());
    });
    EXPECT_EQ(manager_.restart(kHandle, 0, record()), Code::ok);
    EXPECT_EQ(percents_, (std::vector<std::uint32_t>{0, 40, 60}));
    ASSERT_EQ(broker_.script.asked.size(), 2U);
    EXPECT_EQ(asked(0).params, asked(1).params) << "the same token";
}

TEST_F(RestartManagerTasksTest, Progress_OfAnotherCallOrShape_IsNotTold) {
    on_request([](Peer& peer, const Request& request) {
        peer.notify(proto::kProgressNotification,
                    {{"token", "other"}, {"value", {{"percent", 9}}}});
        peer.notify(proto::kProgressNotification, json::array({1}));
        tell(peer, request, "50");
        tell(peer, request, -1);
        peer.result(request, json::object());
    });
    EXPECT_EQ(manager_.shutdown(kHandle, 0, record()), Code::ok);
    EXPECT_TRUE(percents_.empty());
}

TEST_F(RestartManagerTasksTest, Cancel_WhileATaskRuns_HasItsOwnConnection) {
    Code cancelled = Code::internal_error;
    on_request([&](Peer& peer, const Request& request) {
        if (request.method == "session.cancel") {
            peer.result(request, json::object());
        } else {
            cancelled = manager_.cancel(kHandle);
            peer.error(request.id, Code::cancelled);
        }
    });
    EXPECT_EQ(manager_.shutdown(kHandle, 0, {}), Code::cancelled);
    EXPECT_EQ(cancelled, Code::ok);
    EXPECT_EQ(asked(1).params, (json{{"session", kHandle}}));
}

TEST_F(RestartManagerTasksTest, Cancel_Refused_IsItsCode) {
    expect_lets_out({Code::invalid_handle, Code::session_credential_conflict},
                    [this] { return manager_.cancel(kHandle); });
}

}  // namespace
}  // namespace rmb::client
