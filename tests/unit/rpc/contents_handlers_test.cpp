#include "rpc/contents_handlers.hpp"

#include "rpc/answer_size.hpp"
#include "rpc_world.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace rmb;
using namespace rmb::test;
using nlohmann::json;

std::string token_text(std::uint32_t n) {
    return proto::write(token(n)).get<std::string>();
}

struct RpcContents : testing::Test, RpcWorld {
    RpcContents() {
        rpc::bind_contents_methods(dispatcher, *broker, *accounts);
        const auto started =
            ask(alice, "session.start", {{"flags", 0}, {"token", token_text(1)}})["result"];
        session = started["session"];
        joined = ask(other, "session.join", {{"key", started["key"]}, {"token", token_text(1)}});
        joined = joined["result"]["session"];
    }

    static json ask(Talk& who, std::string_view method, const json& params = json::object()) {
        who.call(1, method, params);
        return who.answer();
    }
    json with(json params, std::uint32_t n) const {
        params["session"] = session;
        params["token"] = token_text(n);
        return params;
    }
    json show(Talk& who) {
        const auto sessions = ask(admin, "broker.sessions")["result"]["sessions"];
        return ask(who, "broker.session", {{"hash", sessions.at(0)["hash"]}});
    }
    json filters() {
        return ask(alice, "filter.list", {{"session", session}})["result"]["filters"];
    }

    Talk alice{dispatcher, caller(10)};
    Talk other{dispatcher, caller(11)};
    Talk bob{dispatcher, caller(20, kBob)};
    Talk admin{dispatcher, administrator(30)};
    json session;
    json joined;
};

TEST_F(RpcContents, Register_AddsUpAndIsShown) {
    const json all{{"files", {"C:\\a", "C:\\b"}},
                   {"processes", {{{"pid", 5}, {"startTime", "77"}}}},
                   {"services", {"Spooler"}}};
    EXPECT_EQ(ask(alice, "session.register", with(all, 2))["result"], json::object());
    EXPECT_EQ(code_in(ask(other, "session.register",
                          {{"session", joined}, {"files", {"C:\\c"}}, {"token", token_text(2)}})),
              0);
    const auto shown = show(alice)["result"];
    EXPECT_EQ(shown["files"], (json{"C:\\a", "C:\\b", "C:\\c"}));
    EXPECT_EQ(shown["fileCount"], 3);
    EXPECT_EQ(shown["processes"], (json::array({{{"pid", 5}, {"startTime", "77"}}})));
    EXPECT_EQ(shown["services"], (json{"Spooler"}));
    EXPECT_EQ(shown["ledger"], json::array());
}

TEST_F(RpcContents, Register_NothingOrEmptyArrays_IsSuccess) {
    EXPECT_EQ(code_in(ask(alice, "session.register", with(json::object(), 2))), 0);
    const json empty{
        {"files", json::array()}, {"processes", json::array()}, {"services", json::array()}};
    EXPECT_EQ(code_in(ask(alice, "session.register", with(empty, 3))), 0);
    EXPECT_EQ(show(alice)["result"]["fileCount"], 0);
}

TEST_F(RpcContents, Register_WrongType_NamesThePath) {
    const auto refused = ask(alice, "session.register", with({{"files", {"C:\\a", 5}}}, 2));
    EXPECT_EQ(code_in(refused), -32602);
    EXPECT_EQ(refused["error"]["data"]["subject"], "params.files[1]");
}

TEST_F(RpcContents, Register_WhileTheSessionIsBusy_StaysChargedAndComesAfter) {
    std::optional<core::Task> task;
    broker->begin_task(caller(10), session.get<std::uint32_t>(),
                       [&](core::result<core::Task> begun) { task.emplace(*std::move(begun)); });
    ASSERT_TRUE(task);
    const auto before = bytes_left(kAlice);
    const std::string path(10'000, 'a');
    alice.call(1, "session.register", with({{"files", {path}}}, 2));
    EXPECT_TRUE(alice.heard().empty());
    EXPECT_LE(bytes_left(kAlice), before - path.size());
    EXPECT_TRUE(task->contents.registered.empty());
    task.reset();
    EXPECT_EQ(code_in(alice.answer()), 0);
    EXPECT_EQ(show(alice)["result"]["fileCount"], 1);
    EXPECT_GE(bytes_left(kAlice), before - 2 * path.size()) << "charged once more, when stored";
}

TEST_F(RpcContents, Register_BeyondTheBytes_Is14AndNothingIsRegistered) {
    const auto rest = accounts->charge_bytes(std::string{kAlice}, bytes_left(kAlice) - 100);
    ASSERT_TRUE(rest);
    const auto refused =
        ask(alice, "session.register", with({{"files", {std::string(1'000, 'a')}}}, 2));
    EXPECT_EQ(code_in(refused), 14);
    EXPECT_EQ(show(alice)["result"]["fileCount"], 0);
}

TEST_F(RpcContents, Filters_AreReplacedByTargetListedAndRemoved) {
    const json program{{"file", "C:\\a.exe"}};
    const json process{{"process", {{"pid", 5}, {"startTime", "77"}}}};
    const json service{{"service", "Spooler"}};
    std::uint32_t n = 10;
    for (const auto& target : {program, process, service, program}) {
        const auto action = n == 13 ? 2 : 1;
        EXPECT_EQ(
            code_in(ask(alice, "filter.add", with({{"target", target}, {"action", action}}, n++))),
            0);
    }
    EXPECT_EQ(filters(), (json::array({{{"target", program}, {"action", 2}},
                                       {{"target", process}, {"action", 1}},
                                       {{"target", service}, {"action", 1}}})));
    EXPECT_EQ(show(alice)["result"]["filters"].size(), 3U);
    EXPECT_EQ(code_in(ask(alice, "filter.remove", with({{"target", process}}, 20))), 0);
    EXPECT_EQ(code_in(ask(alice, "filter.remove", with({{"target", process}}, 21))), 2);
    EXPECT_EQ(filters().size(), 2U);
}

TEST_F(RpcContents, Filter_NoTargetOrTwo_Is160) {
    const json none = json::object();
    const json two{{"file", "C:\\a.exe"}, {"service", "Spooler"}};
    for (const auto& target : {none, two}) {
        const auto refused =
            ask(alice, "filter.add", with({{"target", target}, {"action", 1}}, 10));
        EXPECT_EQ(code_in(refused), 160);
        EXPECT_EQ(refused["error"]["data"]["subject"], "params.target");
        EXPECT_EQ(code_in(ask(alice, "filter.remove", with({{"target", target}}, 11))), 160);
    }
}

TEST_F(RpcContents, Filter_UnknownActionOrEmptyTarget_Is160) {
    const json program{{"file", "C:\\a.exe"}};
    for (const auto action : {0, 3}) {
        EXPECT_EQ(
            code_in(ask(alice, "filter.add", with({{"target", program}, {"action", action}}, 10))),
            160);
    }
    const json empty{{"file", ""}};
    EXPECT_EQ(code_in(ask(alice, "filter.add", with({{"target", empty}, {"action", 1}}, 10))), 160);
}

TEST_F(RpcContents, Secondary_OnlyRegisters) {
    const json target{{"service", "Spooler"}};
    const auto as_other = [&](json params) {
        params["session"] = joined;
        params["token"] = token_text(9);
        return params;
    };
    EXPECT_EQ(code_in(ask(other, "filter.add", as_other({{"target", target}, {"action", 1}}))),
              1219);
    EXPECT_EQ(code_in(ask(other, "filter.remove", as_other({{"target", target}}))), 1219);
    EXPECT_EQ(code_in(ask(other, "filter.list", {{"session", joined}})), 1219);
    EXPECT_EQ(code_in(ask(other, "session.cancel", {{"session", joined}})), 1219);
    EXPECT_EQ(code_in(ask(other, "session.register", as_other({{"services", {"Spooler"}}}))), 0);
}

TEST_F(RpcContents, Cancel_WithoutATask_IsSuccess_StrangersHandleIs6) {
    EXPECT_EQ(ask(alice, "session.cancel", {{"session", session}})["result"], json::object());
    EXPECT_EQ(code_in(ask(bob, "session.cancel", {{"session", session}})), 6);
}

TEST_F(RpcContents, Show_IsForTheOwnerAndAdministrators) {
    EXPECT_EQ(code_in(show(other)), 0);
    EXPECT_EQ(code_in(show(admin)), 0);
    EXPECT_EQ(code_in(show(bob)), 2);
}

TEST_F(RpcContents, Show_ManyFiles_TellsSomeAndCountsAll) {
    const std::vector<std::string> many(rpc::kMaxShown + 1, "C:\\a");
    ASSERT_EQ(code_in(ask(alice, "session.register", with({{"files", many}}, 2))), 0);
    const auto shown = show(alice)["result"];
    EXPECT_EQ(shown["files"].size(), rpc::kMaxShown);
    EXPECT_EQ(shown["fileCount"], rpc::kMaxShown + 1);
}

TEST_F(RpcContents, Show_LongFiles_FitIntoOneAnswer) {
    const std::vector<std::string> long_ones(400, std::string(30'000, 'a'));
    ASSERT_EQ(code_in(ask(alice, "session.register", with({{"files", long_ones}}, 2))), 0);
    const auto shown = show(alice);
    EXPECT_EQ(shown["result"]["fileCount"], 400);
    EXPECT_LT(shown.dump().size(), proto::kMaxUnsentBytes);
    EXPECT_GT(shown["result"]["files"].size(), 50U);
}

}  // namespace
