#include "core/broker.hpp"

#include "support/core_world.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// Broker::restore: what was registered, and what is left over of sessions that are no more.
namespace {

using namespace rmb::core;
using namespace rmb::test;

struct RestoreResources : testing::Test, CoreWorld {
    Caller primary = caller(10);
    Caller secondary = caller(11);
    StartedSession session = broker->start(primary, 0, token(1)).value();
    std::uint32_t joined = join(secondary, session.key, token(2)).value();
    const Resources first{{"C:\\a.dll"}, {{7, 70}}, {"Spooler"}};
    const Resources second{{"C:\\b.dll", "C:\\c.dll"}, {}, {}};

    void SetUp() override {
        ASSERT_TRUE(register_resources(primary, session.handle, first, token(3)));
        ASSERT_TRUE(register_resources(secondary, joined, second, token(3)));
    }
    std::string session_name() const {
        return session_record_name(rmb::proto::hash_of(session.key));
    }
    std::string name(std::uint32_t number) const {
        return session_name() + ".r" + std::to_string(number);
    }
    std::vector<Resources> registered() {
        std::vector<Resources> list;
        const auto now = contents(primary, session.handle).value();
        for (const auto& each : now.registered) {
            list.push_back(each->resources);
        }
        return list;
    }
};

TEST_F(RestoreResources, LivingSession_HasAllWithItsTokensAndCharges) {
    const auto left = bytes_left(kAlice);
    const auto records = store.records;
    ASSERT_TRUE(restart());
    EXPECT_EQ(store.records, records);
    EXPECT_EQ(bytes_left(kAlice), left);
    EXPECT_EQ(registered(), (std::vector<Resources>{first, second}));
    EXPECT_TRUE(register_resources(primary, session.handle, first, token(3)));
    EXPECT_EQ(code_of(register_resources(secondary, joined, first, token(3))),
              Code::invalid_params);
    EXPECT_EQ(store.records, records);
    EXPECT_TRUE(broker->unreadable().empty());
    ASSERT_TRUE(end(primary, session.handle));
    EXPECT_TRUE(store.records.empty());
    EXPECT_EQ(bytes_left(kAlice), 64U * 1'048'576);
}

TEST_F(RestoreResources, MoreThanNine_StayInOrderAndGoOnBehindTheLast) {
    std::vector<Resources> expected{first, second};
    for (std::uint32_t n = 0; n < 12; ++n) {
        expected.push_back({{std::to_string(n)}, {}, {}});
        ASSERT_TRUE(register_resources(primary, session.handle, expected.back(), token(n + 100)));
    }
    ASSERT_TRUE(restart());
    EXPECT_EQ(registered(), expected) << "their names do not sort as their numbers do";
    expected.push_back({{"last"}, {}, {}});
    ASSERT_TRUE(register_resources(primary, session.handle, expected.back(), token(200)));
    EXPECT_TRUE(store.records.contains(name(15)));
    ASSERT_TRUE(restart());
    EXPECT_EQ(registered(), expected);
}

TEST_F(RestoreResources, AboveALoweredByteLimit_AllGoesOnAndNewIsRefused) {
    const Resources much{{std::string(1'100'000, 'x')}, {}, {}};
    ASSERT_TRUE(register_resources(primary, session.handle, much, token(4)));
    config.megabytes_per_user = 1;
    ASSERT_TRUE(restart());
    EXPECT_EQ(registered().size(), 3U);
    EXPECT_EQ(code_of(register_resources(primary, session.handle, first, token(5))),
              Code::out_of_memory);
    EXPECT_TRUE(end(primary, session.handle));
    EXPECT_EQ(bytes_left(kAlice), 1'048'576U);
}

TEST_F(RestoreResources, DeadPrimary_TakesThemAlong) {
    processes.kill_unseen(10);
    store.calls.clear();
    ASSERT_TRUE(restart());
    EXPECT_TRUE(store.records.empty());
    EXPECT_EQ(bytes_left(kAlice), 64U * 1'048'576);
    ASSERT_EQ(store.calls.size(), 4U);
    EXPECT_EQ(store.calls[1].name, session_name()) << "a crash must not leave it with fewer";
}

TEST_F(RestoreResources, DeadPrimaryWithARefusingStore_IsMetWholeNextTime) {
    const auto records = store.records;
    processes.kill_unseen(10);
    store.refuse_next();
    ASSERT_TRUE(restart());
    EXPECT_EQ(broker->session_count(), 0U);
    EXPECT_EQ(store.records, records);
    ASSERT_TRUE(restart());
    EXPECT_TRUE(store.records.empty());
}

TEST_F(RestoreResources, WithoutTheirSession_AreErased) {
    store.records.erase(session_name());
    ASSERT_TRUE(restart());
    EXPECT_TRUE(store.records.empty());
    EXPECT_TRUE(broker->unreadable().empty());
}

// Whatever is in it: its name says whose it was.
TEST_F(RestoreResources, UnreadableWithoutItsSession_IsErased) {
    store.records = {{name(1), {1, 2, 3}}};
    ASSERT_TRUE(restart());
    EXPECT_TRUE(store.records.empty());
}

TEST_F(RestoreResources, WithoutTheirSessionAndARefusingStore_AreMetNextTime) {
    store.records.erase(session_name());
    store.refuse_next(2);
    ASSERT_TRUE(restart());
    EXPECT_EQ(store.records.size(), 2U);
    ASSERT_TRUE(restart());
    EXPECT_TRUE(store.records.empty());
}

TEST_F(RestoreResources, Unreadable_IsReportedAndStaysAsLongAsTheSession) {
    auto future = store.records.at(name(2));
    future[4] = 2;
    store.records.at(name(2)) = future;
    store.records[name(7)] = {1, 2, 3};
    ASSERT_TRUE(restart());
    ASSERT_EQ(broker->unreadable().size(), 2U);
    EXPECT_EQ(broker->unreadable()[0].name, name(2));
    EXPECT_NE(broker->unreadable()[0].why.find("version 2"), std::string::npos);
    EXPECT_EQ(broker->unreadable()[1].name, name(7));
    EXPECT_EQ(registered(), std::vector<Resources>{first});
    EXPECT_EQ(store.records.at(name(2)), future);

    ASSERT_TRUE(register_resources(primary, session.handle, second, token(4)));
    EXPECT_TRUE(store.records.contains(name(8))) << "a number that is taken was given again";
    ASSERT_TRUE(end(primary, session.handle));
    EXPECT_TRUE(store.records.empty());
    EXPECT_EQ(bytes_left(kAlice), 64U * 1'048'576);
}

TEST_F(RestoreResources, OfAnUnreadableSession_AreKeptWithIt) {
    store.records.at(session_name())[4] = 3;
    const auto records = store.records;
    ASSERT_TRUE(restart());
    EXPECT_EQ(store.records, records);
    ASSERT_EQ(broker->unreadable().size(), 1U);
    EXPECT_EQ(broker->unreadable()[0].name, session_name());
}

TEST_F(RestoreResources, OfASessionWhosePrimaryCannotBeWatched_AreKeptWithIt) {
    const auto records = store.records;
    processes.failure = Error{Code::out_of_memory, "no memory for a wait"};
    ASSERT_TRUE(restart());
    EXPECT_EQ(store.records, records);
    processes.failure.reset();
    ASSERT_TRUE(restart());
    EXPECT_EQ(registered(), (std::vector<Resources>{first, second}));
}

TEST_F(RestoreResources, NameThatIsNoneOfOurs_IsReportedAndLeftAlone) {
    const std::vector<std::string> names{session_name() + ".r01", session_name() + ".x1",
                                         "session-0.r1"};
    for (const auto& other : names) {
        store.records[other] = store.records.at(name(1));
    }
    ASSERT_TRUE(restart());
    EXPECT_EQ(broker->unreadable().size(), 3U);
    EXPECT_EQ(registered(), (std::vector<Resources>{first, second}));
    ASSERT_TRUE(end(primary, session.handle));
    EXPECT_EQ(store.records.size(), 3U);
}

TEST_F(RestoreResources, VersionOneSession_GoesOnAndIsWrittenAnewWithItsFirstChange) {
    auto record = store.records.at(session_name());
    record[4] = 1;
    record.resize(record.size() - 8);
    store.records.at(session_name()) = record;
    ASSERT_TRUE(restart());
    EXPECT_EQ(registered(), (std::vector<Resources>{first, second}));
    EXPECT_TRUE(filters(primary, session.handle)->empty());
    EXPECT_EQ(store.records.at(session_name()), record);
    ASSERT_TRUE(add_filter(primary, session.handle, {ServiceName{"a"}}, token(9)));
    EXPECT_EQ(store.records.at(session_name())[4], 2);
    ASSERT_TRUE(restart());
    EXPECT_EQ(filters(primary, session.handle)->size(), 1U);
}

// A registration with any one byte wrong is reported or taken over, and goes with its session.
TEST_F(RestoreResources, CorruptAtEachByte_NeverCrashes) {
    const auto good = store.records;
    for (std::size_t at = 0; at < good.at(name(1)).size(); ++at) {
        for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
            store.records = good;
            auto& corrupt = store.records.at(name(1));
            corrupt[at] = static_cast<std::uint8_t>(corrupt[at] ^ flip);
            ASSERT_TRUE(restart());
            EXPECT_EQ(registered().size() + broker->unreadable().size(), 2U) << at;
            EXPECT_TRUE(end(primary, session.handle)) << at;
            EXPECT_TRUE(store.records.empty()) << at;
        }
    }
}

}  // namespace
