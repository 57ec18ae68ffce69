#include "core/broker.hpp"

#include "proto/limits.hpp"
#include "support/core_world.hpp"
#include "support/fake_rights.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace rmb::core;
using namespace rmb::test;

Resources files(std::vector<std::string> paths) {
    return {std::move(paths), {}, {}};
}

struct BrokerRegister : testing::Test, CoreWorld {
    Caller primary = caller(10);
    Caller secondary = caller(11);
    StartedSession session = broker->start(primary, 0, token(1)).value();
    std::uint32_t joined = join(secondary, session.key, token(2)).value();
    const Resources all{{"C:\\a.dll", "C:\\b.dll"}, {{7, 70}}, {"Spooler"}};

    result<void> register_all(std::uint32_t n = 3) {
        return register_resources(primary, session.handle, all, token(n));
    }
    /// Who registered what, in order.
    std::vector<Registered> registered() {
        std::vector<Registered> list;
        const auto now = contents(primary, session.handle).value();
        for (const auto& each : now.registered) {
            list.push_back(*each);
        }
        return list;
    }
    std::string record_name(std::uint32_t number) const {
        return session_record_name(rmb::proto::hash_of(session.key)) + ".r" +
               std::to_string(number);
    }
};

TEST_F(BrokerRegister, ByPrimaryAndSecondary_AddsUpInOrder) {
    const auto of_secondary = files({"C:\\c.dll"});
    ASSERT_TRUE(register_all());
    ASSERT_TRUE(register_resources(secondary, joined, of_secondary, token(3)));
    ASSERT_TRUE(register_resources(primary, session.handle, files({"C:\\d.dll"}), token(4)));
    EXPECT_EQ(registered(),
              (std::vector<Registered>{
                  {primary.process, session.handle, token(3), all},
                  {secondary.process, joined, token(3), of_secondary},
                  {primary.process, session.handle, token(4), files({"C:\\d.dll"})}}));
}

TEST_F(BrokerRegister, EachCall_IsOneNewRecordStoredBeforeTheAnswer) {
    const auto before = store.records;
    store.calls.clear();
    Answer<void> answer;
    broker->register_resources(primary, session.handle, all, token(3), answer.completion([&] {
        EXPECT_EQ(store.calls,
                  (std::vector<FakeStore::Call>{{FakeStore::Op::put, record_name(1), true}}));
    }));
    ASSERT_EQ(answer.code(), Code::ok);
    ASSERT_TRUE(register_resources(secondary, joined, files({"x"}), token(4)));
    EXPECT_EQ(store.calls.size(), 2U);
    EXPECT_EQ(decode_registered(store.records.at(record_name(1))).value(),
              (Registered{primary.process, session.handle, token(3), all}));
    EXPECT_EQ(decode_registered(store.records.at(record_name(2))).value(),
              (Registered{secondary.process, joined, token(4), files({"x"})}));
    store.records.erase(record_name(1));
    store.records.erase(record_name(2));
    EXPECT_EQ(store.records, before) << "the session's own record was touched";
}

TEST_F(BrokerRegister, Rights_AreTheRegistrantsUntilTheServiceDies) {
    const auto of_primary = std::make_shared<const FakeRights>();
    const auto of_secondary = std::make_shared<const FakeRights>();
    primary.rights = of_primary;
    secondary.rights = of_secondary;
    ASSERT_TRUE(register_all());
    ASSERT_TRUE(register_resources(secondary, joined, all, token(3)));
    ASSERT_TRUE(end(secondary, joined));
    const auto before = registered();
    ASSERT_EQ(before.size(), 2U);
    EXPECT_EQ(before[0].rights, of_primary);
    EXPECT_EQ(before[1].rights, of_secondary) << "also after it has left";
    ASSERT_TRUE(restart());
    const auto after = registered();
    EXPECT_EQ(after, before);
    EXPECT_TRUE(after[0].rights == nullptr && after[1].rights == nullptr);
}

TEST_F(BrokerRegister, Nothing_IsSuccess) {
    EXPECT_TRUE(register_resources(primary, session.handle, {}, token(3)));
    EXPECT_TRUE(register_resources(secondary, joined, {}, token(3)));
    for (const auto& each : registered()) {
        EXPECT_EQ(each.resources, Resources{});
    }
}

TEST_F(BrokerRegister, Duplicates_AreHarmless) {
    const auto twice = files({"C:\\a", "C:\\a", "c:\\A"});
    EXPECT_TRUE(register_resources(primary, session.handle, twice, token(3)));
    EXPECT_TRUE(register_resources(primary, session.handle, twice, token(4)));
    EXPECT_EQ(registered().size(), 2U);
    EXPECT_EQ(registered()[1].resources, twice);
}

TEST_F(BrokerRegister, TextsThatMatchNothing_AreAccepted) {
    EXPECT_TRUE(register_resources(
        primary, session.handle, {{"", "relative", "Z:\\gone", "C:\\"}, {{0, 0}}, {""}}, token(3)));
}

TEST_F(BrokerRegister, HandleThatIsNotTheCallers_IsInvalidHandle) {
    const auto before = store.records;
    for (const std::uint32_t handle : {0U, 0xFFFF'FFFFU, session.handle ^ 1U, joined}) {
        const auto answer = register_resources(primary, handle, all, token(3));
        EXPECT_EQ(code_of(answer), Code::invalid_handle);
        EXPECT_EQ(subject_of(answer), "params.session");
    }
    EXPECT_EQ(code_of(register_resources(secondary, session.handle, all, token(3))),
              Code::invalid_handle);
    EXPECT_EQ(code_of(register_resources(administrator(13), session.handle, all, token(3))),
              Code::invalid_handle);
    EXPECT_EQ(store.records, before);
}

TEST_F(BrokerRegister, AfterTheEnd_IsInvalidHandle) {
    ASSERT_TRUE(end(secondary, joined));
    EXPECT_EQ(code_of(register_resources(secondary, joined, all, token(3))), Code::invalid_handle);
    ASSERT_TRUE(end(primary, session.handle));
    EXPECT_EQ(code_of(register_all()), Code::invalid_handle);
}

TEST_F(BrokerRegister, Bytes_AreChargedToTheOwnerAndGivenBackAtTheEnd) {
    const auto left = bytes_left(kAlice);
    ASSERT_TRUE(register_all());
    const auto record = store.records.at(record_name(1)).size();
    const auto charged =
        SessionResources::kChargePerRecord + record + 3 * SessionResources::kChargePerText;
    EXPECT_EQ(bytes_left(kAlice), left - charged);
    ASSERT_TRUE(register_resources(secondary, joined, all, token(3)));
    EXPECT_EQ(bytes_left(kAlice), left - 2 * charged);
    EXPECT_EQ(bytes_left(kBob), 64U * 1'048'576);
    ASSERT_TRUE(end(primary, session.handle));
    EXPECT_EQ(bytes_left(kAlice), 64U * 1'048'576);
}

TEST_F(BrokerRegister, ByteQuota_IsOutOfMemoryWithNothingChanged) {
    config.megabytes_per_user = 1;
    accounts->apply(config);
    const auto before = store.records;
    {
        const auto held = accounts->charge_bytes(std::string{kAlice}, bytes_left(kAlice) - 1'100);
        const auto refused = register_all();
        EXPECT_EQ(code_of(refused), Code::out_of_memory);
        EXPECT_EQ(subject_of(refused), "bytesPerUser");
        EXPECT_EQ(bytes_left(kAlice), 1'100U);
        EXPECT_EQ(store.records, before);
        EXPECT_TRUE(registered().empty());
    }
    EXPECT_TRUE(register_all()) << "the refused token can be used again";
}

TEST_F(BrokerRegister, RefusingStore_IsWriteFaultWithNothingChanged) {
    const auto before = store.records;
    const auto left = bytes_left(kAlice);
    store.refuse_next();
    EXPECT_EQ(code_of(register_all()), Code::write_fault);
    EXPECT_EQ(store.records, before);
    EXPECT_EQ(bytes_left(kAlice), left);
    EXPECT_TRUE(registered().empty());
    EXPECT_TRUE(register_all());
    EXPECT_EQ(registered().size(), 1U);
    EXPECT_TRUE(store.records.contains(record_name(1)));
}

TEST_F(BrokerRegister, TensOfThousandsOfFilesInOneCall_AreRegistered) {
    Resources many;
    for (int n = 0; n < 50'000; ++n) {
        many.files.push_back("C:\\Program Files\\Contoso\\" + std::string(40, 'x') + "\\" +
                             std::to_string(n));
    }
    ASSERT_TRUE(register_resources(primary, session.handle, many, token(3)));
    ASSERT_TRUE(restart());
    EXPECT_EQ(registered()[0].resources, many);
}

TEST_F(BrokerRegister, RepeatedToken_RegistersOnce) {
    ASSERT_TRUE(register_all(3));
    ASSERT_TRUE(register_resources(primary, session.handle, files({"x"}), token(4)));
    const auto left = bytes_left(kAlice);
    const auto writes = store.writes();
    EXPECT_TRUE(register_all(3));
    EXPECT_TRUE(register_resources(primary, session.handle, files({"x"}), token(4)));
    EXPECT_EQ(store.writes(), writes);
    EXPECT_EQ(bytes_left(kAlice), left);
    EXPECT_EQ(registered().size(), 2U);
    EXPECT_EQ(audit.count("session.register"), 2U);
    EXPECT_TRUE(register_all(5)) << "another token, another registration";
    EXPECT_EQ(registered().size(), 3U);
}

TEST_F(BrokerRegister, RepeatOfNothing_IsSuccessAndKeepsItsToken) {
    ASSERT_TRUE(register_resources(primary, session.handle, {}, token(3)));
    EXPECT_TRUE(register_resources(primary, session.handle, {}, token(3)));
    EXPECT_EQ(code_of(register_all(3)), Code::invalid_params);
}

TEST_F(BrokerRegister, TokenWithOtherParams_IsInvalidParams) {
    const auto own_joined = join(primary, session.key, token(9)).value();
    ASSERT_TRUE(register_all(3));
    const auto before = store.records;
    std::vector<Resources> others(6, all);
    others[0] = {};
    others[1].files.pop_back();
    std::swap(others[2].files[0], others[2].files[1]);
    others[3].processes[0].start_time = 71;
    others[4].services[0] = "spooler";
    others[5] = {all.files, all.processes, {"Spooler", ""}};
    for (const auto& other : others) {
        const auto answer = register_resources(primary, session.handle, other, token(3));
        EXPECT_EQ(code_of(answer), Code::invalid_params) << counts_of(other);
        EXPECT_EQ(subject_of(answer), "params.token");
    }
    EXPECT_EQ(code_of(register_resources(primary, own_joined, all, token(3))), Code::invalid_params)
        << "the handle is a parameter";
    EXPECT_EQ(store.records, before);
}

TEST_F(BrokerRegister, TokenOfAnotherCall_IsInvalidParams) {
    const auto before = store.records;
    EXPECT_EQ(code_of(register_all(1)), Code::invalid_params) << "its start's";
    EXPECT_EQ(code_of(register_resources(secondary, joined, all, token(2))), Code::invalid_params)
        << "its join's";
    EXPECT_EQ(store.records, before);
    ASSERT_TRUE(add_filter(primary, session.handle, {ServiceName{"a"}}, token(5)));
    EXPECT_EQ(code_of(register_all(5)), Code::invalid_params) << "its filter's";
    EXPECT_TRUE(registered().empty());
}

TEST_F(BrokerRegister, TokenOfAnotherProcess_IsNotItsOwn) {
    ASSERT_TRUE(register_all(3));
    ASSERT_TRUE(add_filter(primary, session.handle, {ServiceName{"a"}}, token(5)));
    for (const std::uint32_t n : {1U, 3U, 5U}) {
        EXPECT_TRUE(register_resources(secondary, joined, all, token(n))) << n;
    }
    EXPECT_EQ(registered().size(), 4U);
}

TEST_F(BrokerRegister, LeavingSecondary_LeavesWhatItRegistered) {
    ASSERT_TRUE(register_resources(secondary, joined, all, token(3)));
    ASSERT_TRUE(end(secondary, joined));
    EXPECT_EQ(registered().size(), 1U);
    processes.kill(11);
    EXPECT_EQ(registered().size(), 1U);
    EXPECT_TRUE(store.records.contains(record_name(1)));
}

TEST_F(BrokerRegister, EndOfTheSession_ErasesItsRecordFirstAndThenAllOthers) {
    ASSERT_TRUE(register_all(3));
    ASSERT_TRUE(register_resources(secondary, joined, {}, token(3)));
    store.calls.clear();
    ASSERT_TRUE(end(primary, session.handle));
    using enum FakeStore::Op;
    const auto session_record = session_record_name(rmb::proto::hash_of(session.key));
    EXPECT_EQ(store.calls, (std::vector<FakeStore::Call>{{erase, session_record, true},
                                                         {erase, record_name(1), true},
                                                         {erase, record_name(2), true}}));
    EXPECT_TRUE(store.records.empty());
}

TEST_F(BrokerRegister, PrimarysDeath_ErasesAll) {
    ASSERT_TRUE(register_all(3));
    ASSERT_TRUE(register_resources(secondary, joined, all, token(3)));
    processes.kill(10);
    EXPECT_TRUE(store.records.empty());
    EXPECT_EQ(bytes_left(kAlice), 64U * 1'048'576);
}

TEST_F(BrokerRegister, EndThatTheStoreRefuses_LosesNothing) {
    ASSERT_TRUE(register_all(3));
    const auto before = store.records;
    store.refuse_next();
    EXPECT_EQ(code_of(end(primary, session.handle)), Code::write_fault);
    EXPECT_EQ(store.records, before);
    EXPECT_EQ(registered().size(), 1U);
    ASSERT_TRUE(restart());
    EXPECT_EQ(registered().size(), 1U);
}

TEST_F(BrokerRegister, OtherSession_HasItsOwn) {
    const auto other = broker->start(primary, 0, token(7)).value();
    ASSERT_TRUE(register_all(3));
    EXPECT_TRUE(contents(primary, other.handle)->registered.empty());
    ASSERT_TRUE(register_resources(primary, other.handle, all, token(4)));
    ASSERT_TRUE(end(primary, other.handle));
    EXPECT_EQ(registered().size(), 1U);
    ASSERT_TRUE(restart());
    EXPECT_EQ(registered().size(), 1U);
}

TEST_F(BrokerRegister, EachCall_IsAuditedWithItsCountsAndNoNames) {
    ASSERT_TRUE(register_all(3));
    store.refuse_next();
    EXPECT_FALSE(register_resources(secondary, joined, all, token(3)));
    std::vector<RecordingAudit::Event> events;
    for (const auto& event : audit.events) {
        if (event.action == "session.register") {
            events.push_back(event);
        }
    }
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].detail, "files:2,processes:1,services:1");
    EXPECT_EQ(events[0].session, rmb::proto::hash_of(session.key).text);
    EXPECT_EQ(events[0].user, kAlice);
    EXPECT_EQ(events[0].process, primary.process);
    EXPECT_EQ(events[1].outcome, Code::write_fault);
    EXPECT_EQ(events[1].process, secondary.process);
}

/// While a task has the session, calls on it wait.
struct BrokerBusyRegister : BrokerRegister {
    std::unique_ptr<Task> task;
    Answer<void> answer;

    void SetUp() override {
        broker->begin_task(primary, session.handle, [&](result<Task> begun) {
            task = std::make_unique<Task>(std::move(begun).value());
        });
        ASSERT_TRUE(task);
    }
};

TEST_F(BrokerBusyRegister, DuringATask_TakesEffectAfterIt) {
    const auto before = store.records;
    broker->register_resources(secondary, joined, all, token(3), answer.completion());
    EXPECT_EQ(answer.times(), 0);
    EXPECT_EQ(store.records, before);
    task.reset();
    EXPECT_EQ(answer.code(), Code::ok);
    EXPECT_EQ(registered().size(), 1U);
}

TEST_F(BrokerBusyRegister, WaitPastTheDeadline_IsSemTimeoutAndNothingIsRegistered) {
    broker->register_resources(primary, session.handle, all, token(3), answer.completion());
    clock.advance(rmb::proto::kTurnDeadline);
    EXPECT_EQ(answer.code(), Code::sem_timeout);
    task.reset();
    EXPECT_TRUE(registered().empty());
    EXPECT_TRUE(register_all(3)) << "its repeat is tried again";
}

TEST_F(BrokerBusyRegister, HandleClosedMeanwhile_IsInvalidHandle) {
    Answer<void> left;
    broker->end(secondary, joined, left.completion());
    broker->register_resources(secondary, joined, all, token(3), answer.completion());
    task.reset();
    EXPECT_EQ(left.code(), Code::ok);
    EXPECT_EQ(answer.code(), Code::invalid_handle);
    EXPECT_TRUE(registered().empty());
}

TEST_F(BrokerBusyRegister, SessionEndedMeanwhile_IsInvalidHandle) {
    Answer<void> ended;
    broker->register_resources(primary, session.handle, all, token(3), answer.completion());
    broker->end(primary, session.handle, ended.completion());
    EXPECT_EQ(ended.times(), 0);
    task.reset();
    EXPECT_EQ(ended.code(), Code::ok);
    EXPECT_EQ(answer.code(), Code::invalid_handle);
    EXPECT_TRUE(store.records.empty());
}

TEST_F(BrokerBusyRegister, ProcessThatEndsMeanwhile_RegistersNothing) {
    broker->register_resources(secondary, joined, all, token(3), answer.completion());
    processes.kill(11);
    task.reset();
    EXPECT_EQ(answer.code(), Code::invalid_handle);
    EXPECT_TRUE(registered().empty());
}

TEST_F(BrokerBusyRegister, RepeatWhileTheFirstWaits_RegistersOnce) {
    Answer<void> repeat;
    broker->register_resources(primary, session.handle, all, token(3), answer.completion());
    broker->register_resources(primary, session.handle, all, token(3), repeat.completion());
    task.reset();
    EXPECT_EQ(answer.code(), Code::ok);
    EXPECT_EQ(repeat.code(), Code::ok);
    EXPECT_EQ(registered().size(), 1U);
}

}  // namespace
