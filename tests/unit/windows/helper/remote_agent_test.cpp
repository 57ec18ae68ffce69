#include "windows/helper/remote_agent.hpp"

#include "fake_agent.hpp"
#include "fake_link.hpp"
#include "windows/helper/helper_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <future>
#include <string>
#include <utility>
#include <vector>

namespace rmb::win {
namespace {

using namespace std::chrono_literals;
using Keys = std::vector<core::ProcessKey>;

struct RemoteAgentTest : testing::Test {
    const Keys two{{1, 10}, {2, 20}};
    FakeAgent desktop;  // behind an honest helper
    std::vector<std::shared_ptr<FakeHelper>> started;
    std::function<void(FramePipe&)> behave = [this](FramePipe& pipe) {
        (void)serve(pipe, desktop, 1h, [] { return true; });
    };
    ConnectHelper connect = [this]() -> result<std::unique_ptr<HelperLink>> {
        started.push_back(std::make_shared<FakeHelper>());
        return std::unique_ptr<HelperLink>{
            std::make_unique<FakeLink>(started.back(), make_pipe_ends(), behave)};
    };
    RemoteAgent agent{connect};

    /// Answers with the result alone, under the right id (the first call's is 1).
    void answer_with(const std::string& outcome) {
        answer_frames(R"({"jsonrpc": "2.0", "id": 1, "result": )" + outcome + "}");
    }
    void answer_frames(const std::string& body) {
        behave = [body](FramePipe& pipe) {
            (void)pipe.receive(wait_at_most(1h));
            (void)pipe.send(body, wait_at_most(5s));
            (void)pipe.receive(wait_at_most(1h));
        };
    }
    void expect_replaced(const Error& error) {
        EXPECT_EQ(error.code, Code::not_ready);
        EXPECT_FALSE(error.message.empty());
        EXPECT_TRUE(started.back()->was_dropped) << "the helper goes on";
        EXPECT_FALSE(agent.is_reusable());
    }
};

TEST_F(RemoteAgentTest, Look_ComesBackAsTheDesktopSawIt) {
    desktop.presences =
        std::vector<engine::Presence>{{true, false, true, {}}, {false, true, false, {2, 9}}};
    const auto seen = agent.look(two, {});
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(*seen, *desktop.presences);
    EXPECT_EQ(desktop.processes, two);
}

TEST_F(RemoteAgentTest, Votes_ComeBackInOrder) {
    using engine::Vote;
    const Keys four{{1, 1}, {2, 2}, {3, 3}, {4, 4}};
    desktop.votes = std::vector{Vote::silent, Vote::agreed, Vote::no_window, Vote::refused};
    const auto votes = agent.ask_to_end(four, true, 700ms, {});
    ASSERT_TRUE(votes.has_value());
    EXPECT_EQ(*votes, *desktop.votes);
    EXPECT_TRUE(desktop.flag);
    EXPECT_EQ(desktop.limit, 700ms);
}

TEST_F(RemoteAgentTest, OtherActs_ReachTheDesktop) {
    EXPECT_TRUE(agent.tell_end(two, true, 300ms, {}).has_value());
    EXPECT_TRUE(desktop.flag);
    EXPECT_EQ(desktop.limit, 300ms);
    desktop.processes.clear();
    EXPECT_TRUE(agent.close(two, {}).has_value());
    EXPECT_EQ(desktop.processes, two);
    EXPECT_TRUE(agent.interrupt({5, 50}, std::vector<std::uint32_t>{5, 6}, {}).has_value());
    EXPECT_EQ(desktop.processes, (Keys{{5, 50}}));
    EXPECT_EQ(desktop.attached, (std::vector<std::uint32_t>{5, 6}));
    EXPECT_EQ(started.size(), 1U);
}

TEST_F(RemoteAgentTest, Create_ThenRelease) {
    const engine::ProgramStart start{"C:\\a b.exe", "\"C:\\a b.exe\" /x", "C:\\", true};
    const auto created = agent.create(start);
    ASSERT_TRUE(created.has_value());
    EXPECT_EQ(*created, (core::ProcessKey{77, 770}));
    EXPECT_EQ(desktop.program.program, start.program);
    EXPECT_EQ(desktop.program.command_line, start.command_line);
    EXPECT_EQ(desktop.program.directory, start.directory);
    EXPECT_TRUE(desktop.program.new_console);
    EXPECT_FALSE(agent.is_reusable()) << "the next user's failure would end the program";
    EXPECT_TRUE(agent.release(*created).has_value());
    EXPECT_EQ(desktop.released, *created);
    EXPECT_TRUE(agent.is_reusable());
}

TEST_F(RemoteAgentTest, ReleaseOfWhatItHasNotCreated_FileNotFound) {
    const auto released = agent.release({5, 50});
    ASSERT_TRUE(released.has_error());
    EXPECT_EQ(released.error().code, Code::file_not_found);
}

TEST_F(RemoteAgentTest, DesktopRefuses_ItsErrorComesBackAndTheHelperStays) {
    desktop.outcome = Error{Code::access_denied, "others are attached"};
    const auto interrupted = agent.interrupt({5, 50}, {}, {});
    ASSERT_TRUE(interrupted.has_error());
    EXPECT_EQ(interrupted.error().code, Code::access_denied);
    EXPECT_EQ(interrupted.error().message, "others are attached");
    EXPECT_TRUE(agent.is_reusable());
}

TEST_F(RemoteAgentTest, HelperDies_NotReadyThenAnother) {
    const auto honest = behave;
    behave = [](FramePipe& pipe) { (void)pipe.receive(wait_at_most(1h)); };
    const auto closed = agent.close(two, {});
    ASSERT_TRUE(closed.has_error());
    expect_replaced(closed.error());
    behave = honest;
    EXPECT_TRUE(agent.close(two, {}).has_value());
    EXPECT_EQ(started.size(), 2U);
}

TEST_F(RemoteAgentTest, HelperHangs_NotReadyInTime) {
    RemoteAgent impatient{connect, 50ms};
    behave = [](FramePipe& pipe) {
        while (pipe.receive(wait_at_most(1h)).has_value()) {
        }
    };
    const auto votes = impatient.ask_to_end(two, false, 10ms, {});
    ASSERT_TRUE(votes.has_error());
    EXPECT_EQ(votes.error().code, Code::not_ready);
    EXPECT_TRUE(started.back()->was_dropped) << "the helper goes on";
    EXPECT_FALSE(impatient.is_reusable());
}

TEST_F(RemoteAgentTest, HelperEndsForIdlenessAsItIsAsked_AnotherTakesTheCall) {
    const auto honest = behave;
    behave = [&](FramePipe& /*pipe*/) {
        behave = honest;
        started.back()->ended_idle = true;
    };
    EXPECT_TRUE(agent.close(two, {}).has_value());
    EXPECT_EQ(desktop.processes, two);
    EXPECT_EQ(started.size(), 2U);
}

TEST_F(RemoteAgentTest, StopDuringACall_CancelledWithinASecondAndReplaced) {
    std::promise<void> asked;
    behave = [&](FramePipe& pipe) {
        (void)pipe.receive(wait_at_most(1h));
        asked.set_value();
        (void)pipe.receive(wait_at_most(1h));
    };
    std::stop_source stop;
    auto votes = std::async(std::launch::async,
                            [&] { return agent.ask_to_end(two, true, 1h, stop.get_token()); });
    asked.get_future().wait();
    stop.request_stop();
    ASSERT_EQ(votes.wait_for(1s), std::future_status::ready);
    EXPECT_EQ(votes.get().error().code, Code::cancelled);
    EXPECT_TRUE(started.back()->was_dropped);
}

TEST_F(RemoteAgentTest, StopBeforeACall_NotAsked) {
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(agent.close(two, stop.get_token()).error().code, Code::cancelled);
    EXPECT_TRUE(started.empty());
}

TEST_F(RemoteAgentTest, AnswerToAnotherRequest_NotBelieved) {
    answer_frames(R"({"jsonrpc": "2.0", "id": 2, "result": {}})");
    expect_replaced(agent.close(two, {}).error());
}

TEST_F(RemoteAgentTest, NoAnswerButARequest_NotBelieved) {
    answer_frames(R"({"jsonrpc": "2.0", "id": 1, "method": "helper.close"})");
    expect_replaced(agent.close(two, {}).error());
}

TEST_F(RemoteAgentTest, OtherNumberOfRows_NotBelieved) {
    answer_with(R"({"votes": [0]})");
    expect_replaced(agent.ask_to_end(two, false, 1s, {}).error());
}

TEST_F(RemoteAgentTest, PresenceOfOneProcessTooMany_NotBelieved) {
    answer_with(R"({"presences": [
        {"mainWindow": true, "otherWindow": false, "shell": false, "console": []}]})");
    expect_replaced(agent.look({}, {}).error());
}

TEST_F(RemoteAgentTest, NoVote_NotBelieved) {
    answer_with(R"({"votes": [0, 4]})");
    expect_replaced(agent.ask_to_end(two, false, 1s, {}).error());
}

TEST_F(RemoteAgentTest, ResultOfAnotherForm_NotBelieved) {
    answer_with(R"({"votes": "yes"})");
    expect_replaced(agent.ask_to_end(two, false, 1s, {}).error());
}

TEST_F(RemoteAgentTest, ConsoleOfOthers_NotBelieved) {
    answer_with(R"({"presences": [
        {"mainWindow": false, "otherWindow": false, "shell": false, "console": [4, 5]}]})");
    expect_replaced(agent.look(Keys{{1, 10}}, {}).error());
}

TEST_F(RemoteAgentTest, ReservedErrorCode_NotBelieved) {
    answer_frames(R"({"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": "no"}})");
    expect_replaced(agent.close(two, {}).error());
}

TEST_F(RemoteAgentTest, HelperSaysCancelled_NotBelieved) {
    answer_frames(R"({"jsonrpc": "2.0", "id": 1, "error": {"code": 1223, "message": "told"}})");
    expect_replaced(agent.close(two, {}).error());
}

TEST_F(RemoteAgentTest, LongErrorText_CutBetweenCharacters) {
    std::string text;
    for (int i = 0; i < 10'000; ++i) {
        text += "\u20AC";  // three bytes
    }
    answer_frames(R"({"jsonrpc": "2.0", "id": 1, "error": {"code": 5, "message": ")" + text +
                  R"("}})");
    const auto closed = agent.close(two, {});
    ASSERT_TRUE(closed.has_error());
    EXPECT_EQ(closed.error().code, Code::access_denied);
    EXPECT_EQ(closed.error().message, text.substr(0, 1'023));
}

TEST_F(RemoteAgentTest, CreatedProcessIsNoneOfItsOwn_NotBelieved) {
    ASSERT_TRUE(agent.start().has_value());
    started.back()->created_is_believable = false;
    const auto created = agent.create({"C:\\a.exe", "a", "", false});
    ASSERT_TRUE(created.has_error());
    expect_replaced(created.error());
}

TEST(RemoteAgentStart, Refused_TheErrorIsTold) {
    RemoteAgent agent{[]() -> result<std::unique_ptr<HelperLink>> {
        return Error{Code::not_ready, "no desktop"};
    }};
    EXPECT_EQ(agent.start().error().message, "no desktop");
    EXPECT_EQ(agent.close({}, {}).error().message, "no desktop");
}

}  // namespace
}  // namespace rmb::win
