#include "client/lib/restart_manager.hpp"

#include "restart_manager_fixture.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace rmb::client {
namespace {

using nlohmann::json;
using proto::Code;
using proto::Request;
using test::kHandle;
using test::kKey;
using test::no_token;
using test::Peer;

class RestartManagerTest : public test::RestartManagerTest {
protected:
    static void work(Peer& peer, const Request& request) {
        if (request.method == "session.start") {
            peer.result(request, {{"session", kHandle}, {"key", kKey}});
        } else if (request.method == "session.join") {
            peer.result(request, {{"session", kHandle + 1}});
        } else {
            peer.result(request, json::object());
        }
    }
    void start_one() {
        EXPECT_EQ(manager_.start(0).code, Code::ok);
    }
    /// The next call finds the pipe broken after it was carried out; its repeat gets `code`.
    void lose_next_answer(Code code) {
        const auto first = broker_.script.asked.size();
        on_request([this, first, code](Peer& peer, const Request& request) {
            broker_.script.asked.size() == first + 1 ? peer.close() : peer.error(request.id, code);
        });
    }
    Code code_for(Code answered) {
        refuse_all(answered);
        return manager_.start(0).code;
    }
};

TEST_F(RestartManagerTest, Start_Answered_GivesHandleAndKey) {
    on_request(&work);
    const auto started = manager_.start(0);
    EXPECT_EQ(started.code, Code::ok);
    EXPECT_EQ(started.session.handle, kHandle);
    EXPECT_EQ(started.session.key, kKey);
}

TEST_F(RestartManagerTest, Start_Twice_HasTwoTokens) {
    on_request(&work);
    start_one();
    start_one();
    EXPECT_NE(broker_.script.asked.at(0).request.params["token"],
              broker_.script.asked.at(1).request.params["token"]);
}

TEST_F(RestartManagerTest, Start_Flags_Is160WithoutACall) {
    EXPECT_EQ(manager_.start(1).code, Code::bad_arguments);
    EXPECT_TRUE(broker_.deadlines.empty());
}

TEST_F(RestartManagerTest, Start_NoRandomBytes_Is29) {
    RestartManager manager{caller_, &no_token};
    EXPECT_EQ(manager.start(0).code, Code::write_fault);
    EXPECT_EQ(manager.join(kKey).code, Code::write_fault);
}

TEST_F(RestartManagerTest, Start_DocumentedCodes_ComeBack) {
    for (const auto code : {Code::out_of_memory, Code::write_fault, Code::sem_timeout,
                            Code::bad_arguments, Code::max_sessions_reached}) {
        EXPECT_EQ(code_for(code), code);
    }
}

TEST_F(RestartManagerTest, Start_UndocumentedCodes_StayInside) {
    EXPECT_EQ(code_for(Code::internal_error), Code::write_fault);
    EXPECT_EQ(code_for(Code::method_not_found), Code::write_fault);
    EXPECT_EQ(code_for(Code::cancelled), Code::write_fault);
    EXPECT_EQ(code_for(Code::not_enough_quota), Code::out_of_memory);
    EXPECT_EQ(code_for(static_cast<Code>(4711)), Code::write_fault);
}

TEST_F(RestartManagerTest, Start_BrokerSilent_Is121AndItsTokenIsGivenUp) {
    EXPECT_EQ(manager_.start(0).code, Code::sem_timeout);
    const auto token = broker_.script.asked.at(0).request.params["token"];
    broker_.script.asked.clear();
    on_request(&work);
    EXPECT_EQ(manager_.start(0).code, Code::ok);
    ASSERT_EQ(broker_.script.asked.size(), 2U);
    EXPECT_EQ(broker_.script.asked[0].request.method, "session.end");
    EXPECT_EQ(broker_.script.asked[0].request.params["startToken"], token);
    EXPECT_NE(broker_.script.asked[1].request.params["token"], token);
}

TEST_F(RestartManagerTest, Start_LostForGood_ItsTokenIsGivenUp) {
    broker_.dials = {std::nullopt, proto::Error{Code::service_not_active, "stopped"}};
    on_request([](Peer& peer, const Request&) { peer.close(); });
    EXPECT_EQ(manager_.start(0).code, Code::service_not_active);
    on_request(&work);
    EXPECT_EQ(manager_.end(1), Code::ok);
    EXPECT_EQ(broker_.methods(),
              (std::vector<std::string>{"session.start", "session.end", "session.end"}));
}

TEST_F(RestartManagerTest, Start_KeyOfWrongForm_Is29AndItsTokenIsGivenUp) {
    on_request([](Peer& peer, const Request& request) {
        peer.result(request, {{"session", 1}, {"key", "short"}});
    });
    EXPECT_EQ(manager_.start(0).code, Code::write_fault);
    on_request(&work);
    EXPECT_EQ(manager_.end(1), Code::ok);
    EXPECT_EQ(broker_.methods(),
              (std::vector<std::string>{"session.start", "session.end", "session.end"}));
}

TEST_F(RestartManagerTest, Start_RefusedOrNeverSent_GivesNothingUp) {
    EXPECT_EQ(code_for(Code::max_sessions_reached), Code::max_sessions_reached);
    broker_.script.refuse_to_receive = {1};
    broker_.dials = {proto::Error{Code::service_not_active, "stopped"}};
    EXPECT_EQ(manager_.start(0).code, Code::service_not_active);
    on_request(&work);
    EXPECT_EQ(manager_.end(1), Code::ok);
    EXPECT_EQ(broker_.methods(), (std::vector<std::string>{"session.start", "session.end"}));
}

TEST_F(RestartManagerTest, Dial_Failures_AreTheDocumentedCodes) {
    using Case = std::pair<Code, Code>;
    for (const auto& [dialed, told] : {Case{Code::service_not_active, Code::service_not_active},
                                       Case{Code::service_does_not_exist, Code::service_not_active},
                                       Case{Code::access_denied, Code::service_not_active},
                                       Case{Code::sem_timeout, Code::sem_timeout}}) {
        broker_.dials.assign(3, proto::Error{dialed, "no"});
        EXPECT_EQ(manager_.start(0).code, told);
        EXPECT_EQ(manager_.join(kKey).code, told);
        EXPECT_EQ(manager_.end(1), told);
    }
}

TEST_F(RestartManagerTest, Join_Answered_GivesTheHandle) {
    on_request(&work);
    const auto joined = manager_.join(kKey);
    EXPECT_EQ(joined.code, Code::ok);
    EXPECT_EQ(joined.handle, kHandle + 1);
    EXPECT_EQ(broker_.script.asked.at(0).request.params["key"], kKey);
}

TEST_F(RestartManagerTest, Join_MalformedKey_Is1219WithoutACall) {
    EXPECT_EQ(manager_.join("").code, Code::session_credential_conflict);
    EXPECT_EQ(manager_.join(kKey.substr(1)).code, Code::session_credential_conflict);
    EXPECT_EQ(manager_.join(kKey.substr(1) + "g").code, Code::session_credential_conflict);
    EXPECT_TRUE(broker_.deadlines.empty());
}

TEST_F(RestartManagerTest, Join_UnknownKey_Is1219) {
    on_request([](Peer& peer, const Request& request) {
        peer.error(request.id, Code::session_credential_conflict);
    });
    EXPECT_EQ(manager_.join(kKey).code, Code::session_credential_conflict);
}

TEST_F(RestartManagerTest, End_FirstAttemptGets6_Is6) {
    on_request(&work);
    start_one();
    on_request(
        [](Peer& peer, const Request& request) { peer.error(request.id, Code::invalid_handle); });
    EXPECT_EQ(manager_.end(kHandle), Code::invalid_handle);
}

TEST_F(RestartManagerTest, End_RepeatedGets6ForOwnHandle_IsSuccessOnce) {
    on_request(&work);
    start_one();
    lose_next_answer(Code::invalid_handle);
    EXPECT_EQ(manager_.end(kHandle), Code::ok);
    EXPECT_EQ(manager_.end(kHandle), Code::invalid_handle);
    lose_next_answer(Code::invalid_handle);
    EXPECT_EQ(manager_.end(kHandle), Code::invalid_handle) << "a repeat that was not the first end";
}

TEST_F(RestartManagerTest, End_RepeatedGets6ForForeignHandle_Is6) {
    lose_next_answer(Code::invalid_handle);
    EXPECT_EQ(manager_.end(4711), Code::invalid_handle);
}

TEST_F(RestartManagerTest, End_RepeatedGets6AfterItWasEnded_Is6) {
    on_request(&work);
    start_one();
    EXPECT_EQ(manager_.end(kHandle), Code::ok);
    lose_next_answer(Code::invalid_handle);
    EXPECT_EQ(manager_.end(kHandle), Code::invalid_handle);
}

TEST_F(RestartManagerTest, End_NeverSentAtFirst_Gets6_Is6) {
    on_request(&work);
    start_one();
    broker_.script.refuse_to_receive = {1};
    on_request(
        [](Peer& peer, const Request& request) { peer.error(request.id, Code::invalid_handle); });
    EXPECT_EQ(manager_.end(kHandle), Code::invalid_handle);
}

TEST_F(RestartManagerTest, End_TwoAtOnceAndOneAnswerLost_OneSucceeds) {
    on_request(&work);
    start_one();
    // While the first end waits for its answer, a second one runs, is lost, and its repeat gets 6.
    Code second = Code::internal_error;
    on_request([&](Peer& peer, const Request& request) {
        lose_next_answer(Code::invalid_handle);
        second = manager_.end(kHandle);
        peer.result(request, json::object());
    });
    const auto first = manager_.end(kHandle);
    EXPECT_EQ(second, Code::ok);
    EXPECT_EQ(first, Code::invalid_handle);
}

TEST_F(RestartManagerTest, End_HandleUsedAgain_IsANewOne) {
    on_request(&work);
    start_one();
    lose_next_answer(Code::invalid_handle);
    EXPECT_EQ(manager_.end(kHandle), Code::ok);
    on_request(&work);
    start_one();
    EXPECT_EQ(manager_.end(kHandle), Code::ok);
}

TEST(ReadKey, ThirtyTwoDigitsAndNul_IsTheKey) {
    EXPECT_EQ(read_key(u"00112233445566778899aabbccddeeff"), kKey);
    EXPECT_TRUE(read_key(u"00112233445566778899AABBCCDDEEFF").has_value());
}

TEST(ReadKey, Malformed_IsNothing) {
    EXPECT_FALSE(read_key(u"").has_value());
    EXPECT_FALSE(read_key(u"00112233445566778899aabbccddeef").has_value());
    EXPECT_FALSE(read_key(u"00112233445566778899aabbccddeefff").has_value());
    EXPECT_FALSE(read_key(u"00112233445566778899aabbccddeefg").has_value());
    EXPECT_FALSE(read_key(u"\u013000112233445566778899aabbccddeef").has_value());
}

TEST(ReadKey, NoNulAfterTheKey_ReadsNoFurther) {
    // The sanitizers see a read beyond the vector.
    const std::vector<char16_t> endless(33, u'a');
    EXPECT_FALSE(read_key(endless.data()).has_value());
    const std::vector<char16_t> stops{u'a', u'\0'};
    EXPECT_FALSE(read_key(stops.data()).has_value());
}

}  // namespace
}  // namespace rmb::client
