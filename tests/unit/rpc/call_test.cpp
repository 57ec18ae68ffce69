#include "rpc/call.hpp"

#include "proto/methods.hpp"
#include "support/results.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace {

using namespace rmb;
using namespace rmb::rpc;
using core::Code;
using core::Error;
using nlohmann::json;

/// Keeps what it is told.
struct Owner final : CallOwner {
    void answered(std::uint64_t number, core::result<json> outcome) override {
        EXPECT_EQ(number, 7U);
        answers.push_back(std::move(outcome));
    }
    void notified(const proto::Notification& note) override {
        notes.push_back(note);
    }

    std::vector<core::result<json>> answers;
    std::vector<proto::Notification> notes;
};

struct RpcCall : testing::Test {
    [[nodiscard]] std::shared_ptr<Call> make() const {
        return std::make_shared<Call>(std::make_shared<core::Caller>(), owner, 7);
    }
    std::shared_ptr<Owner> owner = std::make_shared<Owner>();
    std::vector<core::result<json>>& answers = owner->answers;
    std::vector<proto::Notification>& notes = owner->notes;
};

TEST_F(RpcCall, Reply_Twice_FirstCounts) {
    const auto call = make();
    call->reply(json(1));
    call->reply(json(2));
    call->reply(Error{Code::cancelled, "late"});
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].value(), json(1));
}

TEST_F(RpcCall, Dropped_AnswersInternalError) {
    make().reset();
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(test::code_of(answers[0]), Code::internal_error);
}

TEST_F(RpcCall, DroppedAfterReply_AnswersNothingMore) {
    make()->reply(json(1));
    EXPECT_EQ(answers.size(), 1U);
}

TEST_F(RpcCall, Stop_RunsTheHandlersStopOnce) {
    const auto call = make();
    std::vector<StopReason> reasons;
    call->on_stop([&](StopReason reason) { reasons.push_back(reason); });
    call->stop(StopReason::disconnected);
    call->stop(StopReason::cancelled);
    EXPECT_EQ(reasons, std::vector{StopReason::disconnected});
    EXPECT_TRUE(answers.empty()) << "stopping is the handler's business, not an answer";
}

TEST_F(RpcCall, Stop_Answered_IsNotTold) {
    const auto call = make();
    bool told = false;
    call->on_stop([&](StopReason) { told = true; });
    call->reply(json(1));
    call->stop(StopReason::cancelled);
    EXPECT_FALSE(told);
}

TEST_F(RpcCall, Stop_WithoutHandler_DoesNothing) {
    make()->stop(StopReason::cancelled);
    EXPECT_EQ(answers.size(), 1U);
}

TEST_F(RpcCall, Stop_HandlerHoldsTheOnlyReference_AnswersAndIsFreed) {
    auto call = make();
    const std::weak_ptr<Call> alive = call;
    call->on_stop([reply = Reply<proto::Empty>{call}](StopReason) {
        reply(Error{Code::cancelled, "stopped"});
    });
    auto* const running = call.get();
    call.reset();
    ASSERT_FALSE(alive.expired());
    running->stop(StopReason::cancelled);
    EXPECT_TRUE(alive.expired());
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(test::code_of(answers[0]), Code::cancelled);
}

TEST_F(RpcCall, OwnerGone_LateReplyAndProgress_AreHarmless) {
    const auto call = make();
    const std::weak_ptr gone{owner};
    owner.reset();
    ASSERT_TRUE(gone.expired()) << "a call must not keep its owner";
    call->progress("t", json(50));
    call->reply(json(1));
}

TEST_F(RpcCall, Progress_CarriesTokenAndValue) {
    const auto call = make();
    call->progress("t", json(50));
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_EQ(notes[0].method, "$/progress");
    EXPECT_EQ(notes[0].params, (json{{"token", "t"}, {"value", 50}}));
}

TEST_F(RpcCall, Progress_Answered_IsNotSent) {
    const auto call = make();
    call->reply(json(1));
    call->progress("t", json(50));
    EXPECT_TRUE(notes.empty());
}

TEST_F(RpcCall, Reply_Typed_WritesTheResultOrPassesTheError) {
    const Reply<proto::JoinResult> good{make()};
    good(proto::JoinResult{7});
    const Reply<proto::JoinResult> bad{make()};
    bad(Error{Code::invalid_handle, "none"});
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers[0].value(), (json{{"session", 7}}));
    EXPECT_EQ(test::code_of(answers[1]), Code::invalid_handle);
}

TEST_F(RpcCall, Reply_AllCopiesDropped_AnswersInternalErrorOnce) {
    std::optional<Reply<proto::Empty>> first{make()};
    std::optional<Reply<proto::Empty>> second = first;
    first.reset();
    EXPECT_TRUE(answers.empty());
    second.reset();
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(test::code_of(answers[0]), Code::internal_error);
}

}  // namespace
