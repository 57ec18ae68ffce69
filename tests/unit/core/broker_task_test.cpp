#include "core/broker.hpp"

#include "proto/limits.hpp"
#include "support/core_world.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

// Broker::begin_task: the turn and the contents that a list, shutdown or restart works on;
// Broker::cancel, which asks it to stop; and the contents as others see them meanwhile.
namespace {

using namespace rmb::core;
using namespace rmb::test;

struct BrokerTask : testing::Test, CoreWorld {
    Caller primary = caller(10);
    Caller secondary = caller(11);
    StartedSession session = broker->start(primary, 0, token(1)).value();
    std::uint32_t joined = join(secondary, session.key, token(2)).value();
    std::unique_ptr<Task> task;

    std::function<void(result<Task>)> keep() {
        return [this](result<Task> begun) {
            ASSERT_TRUE(begun) << begun.error().message;
            task = std::make_unique<Task>(std::move(*begun));
        };
    }
    Code begin(const Caller& who, std::uint32_t handle) {
        return code_of(contents(who, handle));
    }
};

TEST_F(BrokerTask, Contents_StayWhatTheyWere) {
    ASSERT_TRUE(register_resources(secondary, joined, {{"a"}, {}, {}}, token(3)));
    broker->begin_task(primary, session.handle, keep());
    ASSERT_EQ(task->contents.registered.size(), 1U);
    Answer<void> ended;
    broker->end(primary, session.handle, ended.completion());
    const auto kept = task->contents.registered;
    task.reset();
    EXPECT_EQ(ended.code(), Code::ok);
    EXPECT_EQ(broker->session_count(), 0U);
    EXPECT_EQ(kept[0]->resources.files[0], "a");
    EXPECT_EQ(kept[0]->process, secondary.process);
}

TEST_F(BrokerTask, Task_TellsWhoseSessionItIs) {
    broker->begin_task(primary, session.handle, keep());
    EXPECT_EQ(task->session, rmb::proto::hash_of(session.key));
    EXPECT_EQ(task->owner, primary.owner);
    EXPECT_EQ(task->primary, stored(session.key)->primary());
    EXPECT_EQ(task->primary.process, primary.process);
    EXPECT_EQ(task->primary.program, primary.program);
}

TEST_F(BrokerTask, SecondTask_WaitsForTheFirst) {
    broker->begin_task(primary, session.handle, keep());
    int began = 0;
    broker->begin_task(primary, session.handle, [&](const result<Task>&) { ++began; });
    EXPECT_EQ(began, 0);
    task.reset();
    EXPECT_EQ(began, 1);
}

TEST_F(BrokerTask, WaitPastTheDeadline_IsSemTimeout) {
    broker->begin_task(primary, session.handle, keep());
    auto code = Code::internal_error;
    broker->begin_task(primary, session.handle,
                       [&](const result<Task>& begun) { code = code_of(begun); });
    clock.advance(rmb::proto::kTurnDeadline);
    EXPECT_EQ(code, Code::sem_timeout);
}

TEST_F(BrokerTask, SecondaryOrStranger_IsRefused) {
    const auto own_joined = join(primary, session.key, token(3)).value();
    EXPECT_EQ(begin(secondary, joined), Code::session_credential_conflict);
    EXPECT_EQ(begin(primary, own_joined), Code::session_credential_conflict);
    EXPECT_EQ(begin(secondary, session.handle), Code::invalid_handle);
    EXPECT_EQ(begin(administrator(13), session.handle), Code::invalid_handle);
    EXPECT_EQ(begin(primary, 0), Code::invalid_handle);
    EXPECT_EQ(begin(primary, session.handle), Code::ok);
}

TEST_F(BrokerTask, PrimarysDeath_AsksItToStopAndWaitsForIt) {
    broker->begin_task(primary, session.handle, keep());
    int asked = 0;
    task->turn.on_cancel([&] { ++asked; });
    processes.kill(10);
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(broker->session_count(), 1U);
    task.reset();
    EXPECT_EQ(broker->session_count(), 0U);
    EXPECT_TRUE(store.records.empty());
}

TEST_F(BrokerTask, End_AsksItToStopAndWaitsForItBeforeOtherCalls) {
    broker->begin_task(primary, session.handle, keep());
    int asked = 0;
    task->turn.on_cancel([&] { ++asked; });
    Answer<std::vector<Filter>> behind;
    broker->filters(primary, session.handle, behind.completion());
    Answer<void> ended;
    broker->end(primary, session.handle, ended.completion());
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(ended.times(), 0);
    EXPECT_TRUE(stored(session.key));
    task.reset();
    EXPECT_EQ(ended.code(), Code::ok);
    EXPECT_EQ(behind.code(), Code::invalid_handle);
    EXPECT_TRUE(store.records.empty());
}

TEST_F(BrokerTask, Cancel_AsksTheRunningOneToStopAndWaitsForNothing) {
    broker->begin_task(primary, session.handle, keep());
    int asked = 0;
    task->turn.on_cancel([&] { ++asked; });
    auto next = Code::internal_error;
    broker->begin_task(primary, session.handle,
                       [&](const result<Task>& begun) { next = code_of(begun); });
    EXPECT_TRUE(broker->cancel(primary, session.handle));
    EXPECT_TRUE(broker->cancel(primary, session.handle));
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(broker->session_count(), 1U);
    task.reset();
    EXPECT_EQ(next, Code::ok) << "one that waited was not asked";
}

TEST_F(BrokerTask, CancelWithoutATask_IsSuccessAndDoesNothingToTheNext) {
    EXPECT_TRUE(broker->cancel(primary, session.handle));
    broker->begin_task(primary, session.handle, keep());
    int asked = 0;
    task->turn.on_cancel([&] { ++asked; });
    EXPECT_EQ(asked, 0);
}

TEST_F(BrokerTask, CancelBySecondaryOrStranger_IsRefused) {
    broker->begin_task(primary, session.handle, keep());
    int asked = 0;
    task->turn.on_cancel([&] { ++asked; });
    EXPECT_EQ(code_of(broker->cancel(secondary, joined)), Code::session_credential_conflict);
    EXPECT_EQ(code_of(broker->cancel(secondary, session.handle)), Code::invalid_handle);
    EXPECT_EQ(code_of(broker->cancel(administrator(13), session.handle)), Code::invalid_handle);
    EXPECT_EQ(code_of(broker->cancel(primary, 0)), Code::invalid_handle);
    EXPECT_EQ(asked, 0);
}

TEST_F(BrokerTask, ContentsByHash_ShowTheOwnerAndAdministratorsWhatATaskHolds) {
    ASSERT_TRUE(register_resources(secondary, joined, {{"a"}, {}, {}}, token(3)));
    ASSERT_TRUE(add_filter(primary, session.handle, {ServiceName{"Spooler"}}, token(4)));
    broker->begin_task(primary, session.handle, keep());
    const auto hash = rmb::proto::hash_of(session.key);
    for (const auto& who : {primary, caller(20), administrator(21)}) {
        const auto shown = broker->contents_by_hash(who, hash.text.substr(0, 4));
        ASSERT_TRUE(shown) << shown.error().message;
        EXPECT_EQ(shown->hash, hash);
        EXPECT_EQ(shown->contents.registered, task->contents.registered);
        EXPECT_EQ(shown->contents.filters, task->contents.filters);
    }
}

TEST_F(BrokerTask, ContentsByHash_OfOthersOrTooShort_AreRefused) {
    const auto hash = rmb::proto::hash_of(session.key).text;
    EXPECT_EQ(code_of(broker->contents_by_hash(caller(20, kBob), hash)), Code::file_not_found);
    EXPECT_EQ(code_of(broker->contents_by_hash(caller(21, kAlice, 2), hash)), Code::file_not_found);
    EXPECT_EQ(code_of(broker->contents_by_hash(primary, hash + "0")), Code::file_not_found);
    EXPECT_EQ(code_of(broker->contents_by_hash(primary, hash.substr(0, 3))), Code::bad_arguments);
}

TEST_F(BrokerTask, ServiceThatDiesMeanwhile_LeavesTheSessionFree) {
    broker->begin_task(primary, session.handle, keep());
    ASSERT_TRUE(restart());
    EXPECT_EQ(begin(primary, session.handle), Code::ok);
    task.reset();
    EXPECT_EQ(begin(primary, session.handle), Code::ok);
}

}  // namespace
