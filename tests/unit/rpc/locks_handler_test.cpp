#include "rpc/locks_handler.hpp"

#include "proto/limits.hpp"
#include "rpc_world.hpp"
#include "support/fake_system.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace {

using namespace rmb;
using namespace rmb::test;
using nlohmann::json;

struct RpcLocks : testing::Test, RpcWorld {
    RpcLocks() {
        rpc::bind_locks_method(dispatcher, *accounts, pool, system);
    }

    core::Caller with_rights(core::Caller who) const {
        who.rights = rights;
        return who;
    }
    json answer(Talk& who) {
        while (who.sent.empty()) {
            loop.restart();
            loop.run_one();
        }
        return who.answer();
    }
    json ask(Talk& who, const json& params) {
        who.call(1, "locks.query", params);
        return answer(who);
    }

    std::shared_ptr<FakeRights> rights = std::make_shared<FakeRights>();
    FakeSystem system{rights};
    boost::asio::io_context loop;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard{
        loop.get_executor()};
    rpc::WorkPool pool{loop};
    Talk alice{dispatcher, with_rights(caller(10))};
    Talk admin{dispatcher, with_rights(administrator(30))};
};

TEST_F(RpcLocks, Holders_AreGivenWithFileAndKind) {
    system.file("/a/b");
    system.hold(system.run(77), "/a/b", engine::HoldKind::handle, 3);
    system.hold(system.run(78), "/a/b", engine::HoldKind::image);
    const auto rows =
        ask(alice, {{"paths", {"/a", "/a/b"}}, {"recursive", true}})["result"]["paths"];
    ASSERT_EQ(rows.size(), 2U);
    for (const auto& row : rows) {
        EXPECT_FALSE(row.contains("error"));
        EXPECT_EQ(row["hidden"], 0);
        ASSERT_EQ(row["holders"].size(), 2U);
        EXPECT_EQ(row["holders"][0], (json{{"pid", 77},
                                           {"startTime", "1000"},
                                           {"program", "/bin/77"},
                                           {"user", kAlice},
                                           {"windowsSession", 1},
                                           {"file", "/a/b"},
                                           {"how", "handle"},
                                           {"access", 3}}));
        EXPECT_EQ(row["holders"][1]["how"], "image");
    }
}

TEST_F(RpcLocks, PathThatCannotBeNamed_IsAnErrorOfItsRow) {
    const auto row = ask(alice, {{"paths", {"/missing"}}})["result"]["paths"][0];
    EXPECT_EQ(row["path"], "/missing");
    EXPECT_EQ(row["error"]["code"], 2);
    EXPECT_TRUE(row["holders"].empty());
}

TEST_F(RpcLocks, CallerWithoutRights_IsRefused) {
    Talk nobody{dispatcher, caller(11)};
    EXPECT_EQ(code_in(ask(nobody, {{"paths", {"/"}}})), 5);
    EXPECT_EQ(system.calls.size(), 0U);
}

TEST_F(RpcLocks, NoPathOrTooMany_IsRefusedBeforeAnythingIsLookedAt) {
    const std::vector<std::string> many(proto::kMaxLocksPaths + 1, "/");
    for (const auto& paths : {json::array(), json(many)}) {
        alice.call(1, "locks.query", {{"paths", paths}});
        const auto refused = alice.answer();
        EXPECT_EQ(code_in(refused), -32602);
        EXPECT_EQ(refused["error"]["data"]["subject"], "params.paths");
    }
    EXPECT_EQ(system.calls.size(), 0U);
}

TEST_F(RpcLocks, WhatTheLookCouldNotSee_IsForAdministrators) {
    system.file("/a/b");
    system.snapshot.unseen = {{"process 4", "access denied"}};
    EXPECT_TRUE(ask(alice, {{"paths", {"/a/b"}}})["result"]["unseen"].empty());
    EXPECT_EQ(ask(admin, {{"paths", {"/a/b"}}})["result"]["unseen"],
              (json::array({{{"what", "process 4"}, {"why", "access denied"}}})));
}

TEST_F(RpcLocks, WhatTheCallerCouldNotList_IsForHim) {
    system.folder("/a/b");
    system.refused_enumerate["/a/b"] = {core::Code::access_denied, "no"};
    const auto unseen = ask(alice, {{"paths", {"/a"}}, {"recursive", true}})["result"]["unseen"];
    ASSERT_EQ(unseen.size(), 1U);
    EXPECT_NE(unseen[0]["what"].get<std::string>().find("/a/b"), std::string::npos);
}

TEST_F(RpcLocks, MoreHoldersThanAFrameCanHave_IsRefusedNotCut) {
    system.file("/a");
    for (std::uint32_t pid = 0; pid <= rpc::kMaxHolders; ++pid) {
        system.hold(system.run(100 + pid), "/a");
    }
    const auto refused = ask(alice, {{"paths", {"/a"}}});
    EXPECT_EQ(code_in(refused), 1816);
    EXPECT_EQ(refused["error"]["data"]["subject"], "params.paths");
}

TEST_F(RpcLocks, Cancelled_IsAnsweredAtOnceAndItsWorkStops) {
    system.file("/a");
    const auto before = bytes_left(kAlice);
    alice.call(1, "locks.query", {{"paths", {"/a"}}});
    alice.cancel(1);
    EXPECT_EQ(code_in(alice.answer()), 1223);
    while (bytes_left(kAlice) != before) {
        loop.restart();
        loop.run_one();
    }
    EXPECT_TRUE(alice.heard().empty());
    EXPECT_EQ(code_in(ask(alice, {{"paths", {"/a"}}})), 0);
}

TEST_F(RpcLocks, Query_IsChargedUntilItIsDone) {
    config.megabytes_per_user = 1;
    accounts->apply(config);
    system.file("/a");
    const auto before = bytes_left(kAlice);
    EXPECT_EQ(code_in(ask(alice, {{"paths", {"/a"}}})), 0);
    EXPECT_EQ(bytes_left(kAlice), before);
    const auto rest = accounts->charge_bytes(std::string{kAlice}, before - 100);
    ASSERT_TRUE(rest);
    EXPECT_EQ(code_in(ask(alice, {{"paths", {"/a"}}})), 14);
}

}  // namespace
