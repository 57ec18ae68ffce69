#include "client/lib/restart_manager.hpp"
#include "proto/limits.hpp"
#include "restart_manager_fixture.hpp"

#include <gtest/gtest.h>

namespace rmb::client {
namespace {

using nlohmann::json;
using proto::Code;
using proto::FilterTargetInfo;
using proto::Request;
using test::kHandle;
using test::no_token;
using test::Peer;

using RestartManagerContentsTest = test::RestartManagerTest;

const FilterTargetInfo kProgram{.file = "C:\\a.exe", .process = {}, .service = {}};

TEST_F(RestartManagerContentsTest, Register_Everything_IsOneCall) {
    answer_all(json::object());
    const Resources resources{{"C:\\a", "C:\\b"}, {{7, 8}}, {"Spooler"}};
    EXPECT_EQ(manager_.register_resources(kHandle, resources), Code::ok);
    ASSERT_EQ(broker_.methods(), (std::vector<std::string>{"session.register"}));
    const auto& params = asked().params;
    EXPECT_EQ(params["session"], kHandle);
    EXPECT_EQ(params["files"], (json{"C:\\a", "C:\\b"}));
    EXPECT_EQ(params["processes"], (json::array({{{"pid", 7}, {"startTime", "8"}}})));
    EXPECT_EQ(params["services"], (json{"Spooler"}));
}

TEST_F(RestartManagerContentsTest, Register_Nothing_IsACallToo) {
    answer_all(json::object());
    EXPECT_EQ(manager_.register_resources(kHandle, {}), Code::ok);
    EXPECT_FALSE(asked().params.contains("files"));
}

TEST_F(RestartManagerContentsTest, Register_ConnectionLost_IsRepeatedWithItsToken) {
    on_request([](Peer& peer, const Request& request) {
        peer.number() == 1 ? peer.close() : peer.result(request, json::object());
    });
    EXPECT_EQ(manager_.register_resources(kHandle, {{"C:\\a"}, {}, {}}), Code::ok);
    ASSERT_EQ(broker_.script.asked.size(), 2U);
    EXPECT_EQ(asked(0).params, asked(1).params);
    EXPECT_EQ(manager_.register_resources(kHandle, {{"C:\\a"}, {}, {}}), Code::ok);
    EXPECT_NE(asked(1).params["token"], asked(2).params["token"]);
}

TEST_F(RestartManagerContentsTest, Register_MoreThanAFrame_Is14WithoutACall) {
    // Backslashes take two bytes on the wire.
    const std::string path(proto::kMaxStringUnits, '\\');
    const auto count = proto::kMaxFrameBytes / (2 * proto::kMaxStringUnits);
    EXPECT_EQ(manager_.register_resources(kHandle, {std::vector(count + 1, path), {}, {}}),
              Code::out_of_memory);
    EXPECT_TRUE(broker_.deadlines.empty());
}

TEST_F(RestartManagerContentsTest, Register_MoreValuesThanAMessage_Is14WithoutACall) {
    const std::vector<proto::ProcessId> processes(proto::kMaxValues / 3);
    EXPECT_EQ(manager_.register_resources(kHandle, {{}, processes, {}}), Code::out_of_memory);
    EXPECT_EQ(manager_.register_resources(
                  kHandle, {{}, {}, std::vector<std::string>(proto::kMaxValues, "s")}),
              Code::out_of_memory);
    EXPECT_TRUE(broker_.deadlines.empty());
}

TEST_F(RestartManagerContentsTest, Register_FiftyThousandFiles_Fit) {
    answer_all(json::object());
    const std::vector<std::string> files(50'000, "C:\\Program Files\\" + std::string(60, 'x'));
    EXPECT_EQ(manager_.register_resources(kHandle, {files, {}, {}}), Code::ok);
    EXPECT_EQ(asked().params["files"].size(), files.size());
}

TEST_F(RestartManagerContentsTest, Register_Refused_IsItsCode) {
    expect_lets_out({Code::invalid_handle},
                    [this] { return manager_.register_resources(kHandle, {}); });
}

TEST_F(RestartManagerContentsTest, Register_BrokerSilent_Is121After30Seconds) {
    EXPECT_EQ(manager_.register_resources(kHandle, {}), Code::sem_timeout);
    EXPECT_EQ(clock_.elapsed(), proto::kShortCallDeadline);
}

TEST_F(RestartManagerContentsTest, Changes_NoRandomBytes_Are29) {
    RestartManager manager{caller_, &no_token};
    EXPECT_EQ(manager.register_resources(kHandle, {}), Code::write_fault);
    EXPECT_EQ(manager.add_filter(kHandle, kProgram, 1), Code::write_fault);
    EXPECT_EQ(manager.remove_filter(kHandle, kProgram), Code::write_fault);
}

TEST_F(RestartManagerContentsTest, Filters_OfEachKind_AreToldAsOne) {
    answer_all(json::object());
    EXPECT_EQ(manager_.add_filter(kHandle, kProgram, 1), Code::ok);
    EXPECT_EQ(asked(0).method, "filter.add");
    EXPECT_EQ(asked(0).params["target"], (json{{"file", "C:\\a.exe"}}));
    EXPECT_EQ(asked(0).params["action"], 1);
    EXPECT_EQ(manager_.add_filter(
                  kHandle, {.file = {}, .process = proto::ProcessId{7, 8}, .service = {}}, 2),
              Code::ok);
    EXPECT_EQ(asked(1).params["target"], (json{{"process", {{"pid", 7}, {"startTime", "8"}}}}));
    EXPECT_EQ(manager_.remove_filter(kHandle, {.file = {}, .process = {}, .service = "Spooler"}),
              Code::ok);
    EXPECT_EQ(asked(2).method, "filter.remove");
    EXPECT_EQ(asked(2).params["target"], (json{{"service", "Spooler"}}));
}

TEST_F(RestartManagerContentsTest, Filters_NotOneTargetOrAction_Are160WithoutACall) {
    const FilterTargetInfo two{.file = "a", .process = {}, .service = "b"};
    EXPECT_EQ(manager_.add_filter(kHandle, {}, 1), Code::bad_arguments);
    EXPECT_EQ(manager_.add_filter(kHandle, two, 1), Code::bad_arguments);
    EXPECT_EQ(manager_.add_filter(kHandle, kProgram, 0), Code::bad_arguments);
    EXPECT_EQ(manager_.add_filter(kHandle, kProgram, 3), Code::bad_arguments);
    EXPECT_EQ(manager_.remove_filter(kHandle, {}), Code::bad_arguments);
    EXPECT_EQ(manager_.remove_filter(kHandle, two), Code::bad_arguments);
    EXPECT_TRUE(broker_.deadlines.empty());
}

TEST_F(RestartManagerContentsTest, Filters_Refused_AreTheirCodes) {
    expect_lets_out({Code::invalid_handle, Code::session_credential_conflict},
                    [this] { return manager_.add_filter(kHandle, kProgram, 1); });
    expect_lets_out({Code::invalid_handle, Code::session_credential_conflict, Code::file_not_found},
                    [this] { return manager_.remove_filter(kHandle, kProgram); });
    expect_lets_out({Code::invalid_handle, Code::session_credential_conflict, Code::more_data},
                    [this] { return manager_.filters(kHandle).error().code; });
}

TEST_F(RestartManagerContentsTest, Filters_Listed_AreAllOfThem) {
    answer_all({{"filters", json::array({{{"target", {{"file", "C:\\a.exe"}}}, {"action", 1}},
                                         {{"target", {{"service", "s"}}}, {"action", 2}}})}});
    const auto filters = manager_.filters(kHandle);
    ASSERT_TRUE(filters.has_value());
    ASSERT_EQ(filters->size(), 2U);
    EXPECT_EQ(filters->at(0).target.file, "C:\\a.exe");
    EXPECT_EQ(filters->at(1).target.service, "s");
    EXPECT_EQ(filters->at(1).action, 2U);
}

}  // namespace
}  // namespace rmb::client
