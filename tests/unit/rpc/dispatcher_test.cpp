#include "rpc/dispatcher.hpp"

#include "rpc_tasks_world.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace {

using namespace rmb;
using namespace rmb::rpc;
using namespace rmb::test;
using core::Code;
using nlohmann::json;

struct Owner final : CallOwner {
    void answered(std::uint64_t /*number*/, core::result<json> outcome) override {
        answer = std::move(outcome);
    }
    void notified(const proto::Notification& /*notification*/) override {}
    std::optional<core::result<json>> answer;
};

struct RpcDispatcher : testing::Test {
    void dispatch(const std::string& method, const json& params = json::object()) {
        const auto caller =
            std::make_shared<const core::Caller>(core::Caller{{10, 20}, {}, false, {}});
        dispatcher.dispatch(method, params, std::make_shared<Call>(caller, owner, 1));
    }
    Dispatcher dispatcher;
    std::shared_ptr<Owner> owner = std::make_shared<Owner>();
    std::optional<core::result<json>>& answer = owner->answer;
};

TEST_F(RpcDispatcher, UnknownMethod_IsNotFoundAndNamedShortened) {
    dispatch(std::string(10'000, 'x'));
    ASSERT_TRUE(answer);
    EXPECT_EQ(code_of(*answer), Code::method_not_found);
    EXPECT_LT(answer->error().message.size(), 200U);
}

TEST_F(RpcDispatcher, WrongParams_HandlerIsNotCalled) {
    bool called = false;
    dispatcher.bind<proto::method::SessionStart>(
        [&](const proto::StartParams&, const core::Caller&) -> core::result<proto::StartResult> {
            called = true;
            return proto::StartResult{};
        });
    dispatch("session.start", {{"flags", 0U}, {"token", 5}});
    ASSERT_TRUE(answer);
    EXPECT_EQ(code_of(*answer), Code::invalid_params);
    EXPECT_EQ(subject_of(*answer), "params.token");
    EXPECT_FALSE(called);
}

TEST_F(RpcDispatcher, DirectHandler_SeesParamsAndCaller) {
    dispatcher.bind<proto::method::Ping>(
        [](const proto::PingParams& params,
           const core::Caller& caller) -> core::result<proto::PingResult> {
            return proto::PingResult{*params.payload + std::to_string(caller.process.pid)};
        });
    dispatch("broker.ping", {{"payload", "p"}});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->value(), (json{{"payload", "p10"}}));
}

TEST_F(RpcDispatcher, DeferredHandler_AnswersLater) {
    std::optional<Reply<proto::PingResult>> kept;
    dispatcher.bind<proto::method::Ping>(
        [&](const proto::PingParams&, const Reply<proto::PingResult>& reply) { kept = reply; });
    dispatch("broker.ping");
    EXPECT_FALSE(answer);
    (*kept)(proto::PingResult{"later"});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->value(), (json{{"payload", "later"}}));
}

TEST_F(RpcDispatcher, DeferredHandler_DropsTheReply_AnswersInternalError) {
    dispatcher.bind<proto::method::Ping>(
        [](const proto::PingParams&, const Reply<proto::PingResult>&) {});
    dispatch("broker.ping");
    ASSERT_TRUE(answer);
    EXPECT_EQ(code_of(*answer), Code::internal_error);
}

TEST_F(RpcDispatcher, Has_NamesAreCompared_Exactly) {
    dispatcher.bind<proto::method::Ping>(
        [](const proto::PingParams&, const core::Caller&) -> core::result<proto::PingResult> {
            return proto::PingResult{};
        });
    EXPECT_TRUE(dispatcher.has("broker.ping"));
    EXPECT_FALSE(dispatcher.has("broker.pin"));
    EXPECT_FALSE(dispatcher.has("Broker.ping"));
}

TEST(RpcMethodTable, EveryMethod_IsBound) {
    RpcTasksWorld world;
    proto::for_each_method(
        [&]<class M>() { EXPECT_TRUE(world.dispatcher.has(M::kName)) << M::kName; });
}

}  // namespace
