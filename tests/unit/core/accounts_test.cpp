#include "core/accounts.hpp"

#include "support/core_world.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace rmb::core;
using rmb::test::code_of;
using rmb::test::kAlice;
using rmb::test::kBob;
using rmb::test::RecordingAudit;
using rmb::test::subject_of;

struct MeterTest : testing::Test {
    std::vector<std::string> refused;
    Meter meter{"things", Code::max_sessions_reached, 10,
                [this](std::string_view limit, std::string_view key) {
                    refused.push_back(std::string{limit} + " " + std::string{key});
                }};
};

TEST_F(MeterTest, ChargesUpToTheLimit_AreGranted) {
    const auto first = meter.take("a", 4);
    const auto second = meter.take("a", 6);
    EXPECT_EQ(code_of(first), Code::ok);
    EXPECT_EQ(code_of(second), Code::ok);
    EXPECT_EQ(meter.used("a"), 10U);
    EXPECT_TRUE(refused.empty());
}

TEST_F(MeterTest, ChargeOverTheLimit_IsRefusedByNameAndTakesNothing) {
    const auto first = meter.take("a", 8);
    const auto second = meter.take("a", 3);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::max_sessions_reached);
    EXPECT_EQ(second.error().subject, "things");
    EXPECT_NE(second.error().message.find("8 of 10"), std::string::npos);
    EXPECT_EQ(meter.used("a"), 8U);
    EXPECT_EQ(code_of(meter.take("a", 2)), Code::ok);
}

TEST_F(MeterTest, HugeCharge_DoesNotWrapAround) {
    const auto first = meter.take("a", 1);
    EXPECT_EQ(code_of(meter.take("a", ~std::uint64_t{0})), Code::max_sessions_reached);
    EXPECT_EQ(meter.used("a"), 1U);
}

TEST_F(MeterTest, OneKeyAtItsLimit_LeavesAnotherAlone) {
    const auto first = meter.take("a", 10);
    EXPECT_EQ(code_of(meter.take("a", 1)), Code::max_sessions_reached);
    EXPECT_EQ(code_of(meter.take("b", 10)), Code::ok);
}

TEST_F(MeterTest, DestroyedCharge_IsGivenBack) {
    {
        const auto charge = meter.take("a", 10);
        EXPECT_EQ(meter.used("a"), 10U);
    }
    EXPECT_EQ(meter.used("a"), 0U);
    EXPECT_EQ(code_of(meter.take("a", 10)), Code::ok);
}

TEST_F(MeterTest, MovedCharge_IsGivenBackOnce) {
    std::optional<Charge> outer;
    {
        auto charge = meter.take("a", 3);
        outer = std::move(*charge);
    }
    EXPECT_EQ(meter.used("a"), 3U);
    outer.reset();
    EXPECT_EQ(meter.used("a"), 0U);
}

TEST_F(MeterTest, AssignedCharge_GivesBackWhatItHeld) {
    auto one = std::move(meter.take("a", 3).value());
    {
        auto other = std::move(meter.take("b", 4).value());
        one = std::move(other);
    }
    EXPECT_EQ(meter.used("a"), 0U);
    EXPECT_EQ(meter.used("b"), 4U);
    EXPECT_EQ(one.amount(), 4U);
}

TEST_F(MeterTest, Resize_GrowsAndShrinksWithinTheLimit) {
    auto charge = std::move(meter.take("a", 3).value());
    EXPECT_TRUE(charge.resize(10));
    EXPECT_EQ(meter.used("a"), 10U);
    EXPECT_EQ(code_of(charge.resize(11)), Code::max_sessions_reached);
    EXPECT_EQ(charge.amount(), 10U);
    EXPECT_EQ(meter.used("a"), 10U);
    EXPECT_TRUE(charge.resize(2));
    EXPECT_EQ(meter.used("a"), 2U);
}

TEST_F(MeterTest, ChargeOfNothing_CanGrowAndShrinkToNothing) {
    auto charge = std::move(meter.take("a", 0).value());
    const auto other = meter.take("a", 1);
    EXPECT_TRUE(charge.resize(5));
    EXPECT_EQ(meter.used("a"), 6U);
    EXPECT_TRUE(charge.resize(0));
    EXPECT_EQ(meter.used("a"), 1U);
    EXPECT_TRUE(charge.resize(9));
    EXPECT_EQ(meter.used("a"), 10U);
}

TEST_F(MeterTest, RestoreAboveTheLimit_IsCountedAndRefusesNewOnly) {
    auto restored = meter.restore("a", 25);
    EXPECT_EQ(meter.used("a"), 25U);
    EXPECT_EQ(code_of(meter.take("a", 1)), Code::max_sessions_reached);
    EXPECT_TRUE(restored.resize(20)) << "shrinking is always possible";
    EXPECT_EQ(code_of(restored.resize(21)), Code::max_sessions_reached);
    EXPECT_TRUE(restored.resize(9));
    EXPECT_EQ(code_of(meter.take("a", 1)), Code::ok);
}

TEST_F(MeterTest, LoweredLimit_KeepsWhatIsThere) {
    auto charge = std::move(meter.take("a", 8).value());
    meter.set_limit(5);
    EXPECT_EQ(meter.used("a"), 8U);
    EXPECT_EQ(code_of(meter.take("a", 1)), Code::max_sessions_reached);
    EXPECT_TRUE(charge.resize(4));
    EXPECT_EQ(code_of(meter.take("a", 1)), Code::ok);
}

TEST_F(MeterTest, FirstRefusalOfAKey_IsReportedTheRestOnlyCounted) {
    const auto a = meter.take("a", 10);
    const auto b = meter.take("b", 10);
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(meter.take("a", 1));
    }
    EXPECT_FALSE(meter.take("b", 1));
    EXPECT_EQ(refused, (std::vector<std::string>{"things a", "things b"}));
    EXPECT_EQ(meter.refused(), 6U);
}

// Who asks for more than all there is could fill the log.
TEST_F(MeterTest, RefusalsOfAKeyWithNothingCharged_AreReportedOnceInARow) {
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(meter.take("a", 11));
    }
    EXPECT_FALSE(meter.take("b", 11));
    EXPECT_FALSE(meter.take("a", 11));
    EXPECT_EQ(refused, (std::vector<std::string>{"things a", "things b", "things a"}));
}

Caller caller(std::uint32_t pid, std::string_view user = kAlice, std::uint32_t session = 1) {
    return {{pid, 1'000}, {std::string{user}, session}, false, {}};
}

struct AccountsTest : testing::Test {
    Config config;
    RecordingAudit audit;
    std::optional<Accounts> accounts;

    AccountsTest() {
        config.sessions_per_process = 2;
        config.sessions_per_user_session = 3;
        config.sessions_per_user = 4;
        config.sessions_total = 5;
        config.connections_per_user = 2;
        config.connections_total = 3;
        config.megabytes_per_user = 1;
        accounts.emplace(config, audit);
    }
};

TEST_F(AccountsTest, Sessions_AreRefusedByTheLimitThatIsMet) {
    std::vector<std::vector<Charge>> held;
    const auto charge = [&](const Caller& who) {
        auto charged = accounts->charge_session(who);
        const auto met = subject_of(charged);
        if (charged) {
            held.push_back(std::move(*charged));
        } else {
            EXPECT_EQ(charged.error().code, Code::max_sessions_reached);
        }
        return met;
    };
    EXPECT_EQ(charge(caller(1)), "");
    EXPECT_EQ(charge(caller(1)), "");
    EXPECT_EQ(charge(caller(1)), "sessionsPerProcess");
    EXPECT_EQ(charge(caller(2)), "");
    EXPECT_EQ(charge(caller(2)), "sessionsPerUserSession");
    EXPECT_EQ(charge(caller(3, kAlice, 2)), "");
    EXPECT_EQ(charge(caller(3, kAlice, 2)), "sessionsPerUser");
    EXPECT_EQ(charge(caller(4, kBob)), "");
    EXPECT_EQ(charge(caller(4, kBob)), "sessionsTotal");
    held.pop_back();
    EXPECT_EQ(charge(caller(4, kBob)), "");
}

TEST_F(AccountsTest, RefusedSession_TakesNothingOfAnyLimit) {
    std::vector<std::vector<Charge>> held;
    for (const auto& who : {caller(1), caller(2), caller(3, kAlice, 2), caller(4, kBob)}) {
        held.push_back(std::move(accounts->charge_session(who).value()));
    }
    held.push_back(std::move(accounts->charge_session(caller(5, kBob)).value()));
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(subject_of(accounts->charge_session(caller(6, "carol"))), "sessionsTotal");
    }
    held.clear();
    EXPECT_EQ(accounts->sessions_of({"carol", 1}), 0U);
    EXPECT_TRUE(accounts->charge_session(caller(6, "carol")));
}

TEST_F(AccountsTest, ProcessOfAnotherStartTime_CountsAnew) {
    auto again = caller(1);
    const auto one = accounts->charge_session(again);
    const auto two = accounts->charge_session(again);
    EXPECT_FALSE(accounts->charge_handle(again.process));
    ++again.process.start_time;
    EXPECT_TRUE(accounts->charge_handle(again.process));
}

TEST_F(AccountsTest, RestoredSessions_AreNeverRefused) {
    std::vector<std::vector<Charge>> held;
    for (int i = 0; i < 9; ++i) {
        held.push_back(accounts->restore_session({std::string{kAlice}, 1}, {1, 1'000}));
    }
    const auto bytes = accounts->restore_bytes(std::string{kAlice}, 5'000'000);
    EXPECT_EQ(accounts->sessions_of({std::string{kAlice}, 1}), 9U);
    EXPECT_EQ(code_of(accounts->charge_session(caller(1))), Code::max_sessions_reached);
    EXPECT_EQ(code_of(accounts->charge_bytes(std::string{kAlice}, 1)), Code::out_of_memory);
    EXPECT_TRUE(audit.events.size() >= 2);
    held.clear();
    EXPECT_TRUE(accounts->charge_session(caller(1)));
}

TEST_F(AccountsTest, Connections_AreLimitedPerUserAndInAll) {
    const auto a1 = accounts->charge_connection(std::string{kAlice});
    const auto a2 = accounts->charge_connection(std::string{kAlice});
    EXPECT_EQ(subject_of(accounts->charge_connection(std::string{kAlice})), "connectionsPerUser");
    EXPECT_TRUE(accounts->charge_connection(std::string{kBob}));
    const auto c1 = accounts->charge_any_connection();
    const auto c2 = accounts->charge_any_connection();
    const auto c3 = accounts->charge_any_connection();
    EXPECT_EQ(accounts->connections(), 3U);
    const auto c4 = accounts->charge_any_connection();
    EXPECT_EQ(code_of(c4), Code::out_of_memory);
    EXPECT_EQ(subject_of(c4), "connectionsTotal");
}

TEST_F(AccountsTest, Bytes_AreLimitedPerUserInMebibytes) {
    const auto all = accounts->charge_bytes(std::string{kAlice}, 1'048'576);
    EXPECT_TRUE(all);
    const auto more = accounts->charge_bytes(std::string{kAlice}, 1);
    EXPECT_EQ(code_of(more), Code::out_of_memory);
    EXPECT_EQ(subject_of(more), "bytesPerUser");
    EXPECT_TRUE(accounts->charge_bytes(std::string{kBob}, 1'048'576));
}

TEST_F(AccountsTest, LargestMegabytes_DoNotOverflow) {
    config.megabytes_per_user = 4'096;
    accounts->apply(config);
    EXPECT_TRUE(accounts->charge_bytes("u", std::uint64_t{4'096} * 1'048'576));
    EXPECT_FALSE(accounts->charge_bytes("u", std::uint64_t{4'096} * 1'048'576 + 1));
}

TEST_F(AccountsTest, Apply_ChangesEachLimit) {
    for (const auto& limit : accounts->limits()) {
        EXPECT_GT(limit.value, 0U) << limit.name;
    }
    const auto before = accounts->limits();
    accounts->apply(Config{});
    const auto after = accounts->limits();
    ASSERT_EQ(before.size(), 7U);
    for (std::size_t i = 0; i < before.size(); ++i) {
        EXPECT_EQ(before[i].name, after[i].name);
        EXPECT_LT(before[i].value, after[i].value) << before[i].name;
    }
}

TEST_F(AccountsTest, Refusal_IsAuditedOnceWithTheLimit) {
    const auto held = accounts->charge_bytes(std::string{kAlice}, 1'048'576);
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(accounts->charge_bytes(std::string{kAlice}, 1));
    }
    ASSERT_EQ(audit.events.size(), 1U);
    EXPECT_EQ(audit.events[0].action, "limit");
    EXPECT_EQ(audit.events[0].user, kAlice);
    EXPECT_EQ(audit.events[0].detail, "bytesPerUser");
}

TEST_F(AccountsTest, RefusalOfAProcess_NamesItAndNoUser) {
    config.sessions_per_process = 1;
    accounts->apply(config);
    const auto held = accounts->charge_handle({7, 1'000});
    EXPECT_FALSE(accounts->charge_handle({7, 1'000}));
    ASSERT_EQ(audit.events.size(), 1U);
    EXPECT_EQ(audit.events[0].user, "");
    EXPECT_EQ(audit.events[0].detail, "sessionsPerProcess of process 7@1000");
}

}  // namespace
