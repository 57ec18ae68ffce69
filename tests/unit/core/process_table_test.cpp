#include "core/process_table.hpp"

#include "support/core_world.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace {

using namespace rmb::core;
using rmb::test::code_of;
using rmb::test::FakeProcesses;
using rmb::test::ScriptedRandom;
using rmb::test::token;

constexpr rmb::proto::SessionKey kKey{{1, 2, 3}};

struct ProcessTableTest : testing::Test {
    FakeProcesses processes;
    ScriptedRandom random;
    std::vector<std::pair<ProcessKey, std::vector<Membership>>> ends;
    std::optional<ProcessTable> table;
    const ProcessKey process = processes.run(10);

    ProcessTableTest() {
        table.emplace(processes, random,
                      [this](const ProcessKey& who, const std::vector<Membership>& had) {
                          ends.emplace_back(who, had);
                      });
    }
    RegistrationPtr attend(const ProcessKey& who) {
        auto attendance = table->attend(who);
        return attendance ? std::move(*attendance) : nullptr;
    }
};

TEST_F(ProcessTableTest, Attendance_KeepsTheProcessOpenWhileItLives) {
    auto one = attend(process);
    auto two = attend(process);
    EXPECT_EQ(table->size(), 1U);
    EXPECT_EQ(processes.watched(), 1U);
    one.reset();
    EXPECT_EQ(table->size(), 1U);
    two.reset();
    EXPECT_EQ(table->size(), 0U);
    EXPECT_EQ(processes.watched(), 0U);
}

TEST_F(ProcessTableTest, ProcessThatDoesNotRun_CannotAttend) {
    EXPECT_EQ(code_of(table->attend({11, 1'000})), Code::file_not_found);
    EXPECT_EQ(code_of(table->attend({10, 999})), Code::file_not_found);
    EXPECT_EQ(table->size(), 0U);
}

TEST_F(ProcessTableTest, FailingWatch_IsHandedOn) {
    processes.failure = Error{Code::access_denied, "no"};
    EXPECT_EQ(code_of(table->attend(process)), Code::access_denied);
    EXPECT_EQ(table->size(), 0U);
}

TEST_F(ProcessTableTest, Handle_IsFoundOfItsProcessOnly) {
    const auto here = attend(process);
    const auto other = attend(processes.run(11));
    table->add(process, {5, token(1), kKey, true}, {});
    const auto found = table->by_handle(process, 5);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->session, kKey);
    EXPECT_TRUE(found->primary);
    EXPECT_TRUE(table->by_token(process, token(1)));
    EXPECT_FALSE(table->by_handle(process, 6));
    EXPECT_FALSE(table->by_token(process, token(2)));
    EXPECT_FALSE(table->by_handle({11, 1'000}, 5));
    EXPECT_FALSE(table->by_token({11, 1'000}, token(1)));
    EXPECT_FALSE(table->by_handle({10, 1'001}, 5)) << "the pid alone";
}

TEST_F(ProcessTableTest, Membership_KeepsTheProcessWithoutAttendance) {
    auto here = attend(process);
    table->add(process, {5, token(1), kKey, true}, {});
    here.reset();
    EXPECT_EQ(table->size(), 1U);
    table->remove(process, 5);
    EXPECT_EQ(table->size(), 0U);
    EXPECT_EQ(processes.watched(), 0U);
}

TEST_F(ProcessTableTest, RemoveOfWhatIsNotThere_DoesNothing) {
    const auto here = attend(process);
    table->add(process, {5, token(1), kKey, true}, {});
    table->remove(process, 6);
    table->remove({99, 1}, 5);
    EXPECT_TRUE(table->by_handle(process, 5));
}

TEST_F(ProcessTableTest, DrawnHandle_IsBigEndianWithoutTopBit) {
    const auto here = attend(process);
    random.next({0xFF, 0x02, 0x03, 0x04});
    EXPECT_EQ(table->draw_handle(process).value(), 0x7F02'0304U);
}

TEST_F(ProcessTableTest, DrawnHandleZeroOrTaken_IsDrawnAgain) {
    const auto here = attend(process);
    const auto other = attend(processes.run(11));
    table->add(process, {5, token(1), kKey, true}, {});
    random.next({0, 0, 0, 0});
    random.next({0x80, 0, 0, 0});
    random.next({0, 0, 0, 5});
    random.next({0, 0, 0, 6});
    EXPECT_EQ(table->draw_handle(process).value(), 6U);
    EXPECT_TRUE(random.script_is_used_up());
    random.next({0, 0, 0, 5});
    EXPECT_EQ(table->draw_handle({11, 1'000}).value(), 5U) << "unique within a process only";
}

TEST_F(ProcessTableTest, FailingRandom_IsHandedOn) {
    const auto here = attend(process);
    random.failure = Error{Code::internal_error, "no entropy"};
    EXPECT_EQ(code_of(table->draw_handle(process)), Code::internal_error);
}

TEST_F(ProcessTableTest, End_IsToldOnceWithTheHandlesAndHidesThem) {
    const auto here = attend(process);
    table->add(process, {5, token(1), kKey, true}, {});
    table->add(process, {6, token(2), kKey, false}, {});
    processes.kill(10);
    ASSERT_EQ(ends.size(), 1U);
    EXPECT_EQ(ends[0].first, process);
    ASSERT_EQ(ends[0].second.size(), 2U);
    EXPECT_EQ(ends[0].second[0].handle, 5U);
    EXPECT_EQ(ends[0].second[1].handle, 6U);
    EXPECT_FALSE(table->by_handle(process, 5));
    EXPECT_FALSE(table->by_token(process, token(2)));
    EXPECT_EQ(code_of(table->attend(process)), Code::file_not_found);
    table->remove(process, 5);
    table->remove(process, 6);
    EXPECT_EQ(table->size(), 1U) << "its connection is still there";
}

// The key was used after the callback that held it had been destroyed.
TEST(ProcessTable, EndWhoseHandlesAreRemovedAtOnce_UsesNothingFreed) {
    FakeProcesses processes;
    ScriptedRandom random;
    int ends = 0;
    std::optional<ProcessTable> table;
    table.emplace(processes, random,
                  [&](const ProcessKey& who, const std::vector<Membership>& had) {
                      ++ends;
                      for (const auto& membership : had) {
                          table->remove(who, membership.handle);
                      }
                  });
    const auto bystander = table->attend(processes.run(11));
    const auto process = processes.run(10);
    {
        const auto here = table->attend(process);
        table->add(process, {5, token(1), kKey, true}, {});
    }
    processes.kill(10);
    EXPECT_EQ(ends, 1);
    EXPECT_EQ(table->size(), 1U);
    EXPECT_EQ(processes.watched(), 1U);
}

TEST_F(ProcessTableTest, PidThatComesAgain_IsAnotherProcess) {
    const auto here = attend(process);
    table->add(process, {5, token(1), kKey, true}, {});
    processes.kill(10);
    const auto again = processes.run(10, 2'000);
    const auto there = attend(again);
    ASSERT_TRUE(there);
    EXPECT_FALSE(table->by_handle(again, 5));
    EXPECT_FALSE(table->by_token(again, token(1)));
    EXPECT_EQ(table->size(), 2U);
}

TEST_F(ProcessTableTest, AbandonedTokens_AreRememberedWhileConnected) {
    auto here = attend(process);
    table->abandon(process, token(1));
    EXPECT_TRUE(table->is_abandoned(process, token(1)));
    EXPECT_FALSE(table->is_abandoned(process, token(2)));
    EXPECT_FALSE(table->is_abandoned({11, 1'000}, token(1)));
    here.reset();
    EXPECT_FALSE(table->is_abandoned(process, token(1)));
    table->abandon(process, token(1));
    EXPECT_EQ(table->size(), 0U) << "nothing is kept of who is not there";
}

TEST_F(ProcessTableTest, AbandonedTokens_AreBounded) {
    const auto here = attend(process);
    for (std::uint32_t n = 0; n <= ProcessTable::kMaxAbandoned; ++n) {
        table->abandon(process, token(n + 1));
    }
    EXPECT_FALSE(table->is_abandoned(process, token(1)));
    EXPECT_TRUE(table->is_abandoned(process, token(2)));
    EXPECT_TRUE(table->is_abandoned(process, token(ProcessTable::kMaxAbandoned + 1)));
}

TEST_F(ProcessTableTest, Charge_IsGivenBackWithTheMembership) {
    Meter meter{"handles", Code::max_sessions_reached, 1,
                [](std::string_view, std::string_view) {}};
    {
        const auto here = attend(process);
        table->add(process, {5, token(1), kKey, false}, std::move(meter.take("p", 1).value()));
        EXPECT_EQ(meter.used("p"), 1U);
        table->remove(process, 5);
        EXPECT_EQ(meter.used("p"), 0U);
    }
}

}  // namespace
