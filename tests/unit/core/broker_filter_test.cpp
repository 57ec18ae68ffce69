#include "core/broker.hpp"

#include "proto/limits.hpp"
#include "support/core_world.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace rmb::core;
using namespace rmb::test;
using enum FilterAction;

struct BrokerFilter : testing::Test, CoreWorld {
    Caller primary = caller(10);
    Caller secondary = caller(11);
    StartedSession session = broker->start(primary, 0, token(1)).value();
    std::uint32_t joined = join(secondary, session.key, token(2)).value();
    std::uint32_t own_joined = join(primary, session.key, token(3)).value();
    const Filter module{ModulePath{"C:\\Program Files\\a.exe"}, no_restart};
    const Filter process{ProcessKey{7, 70}, no_shutdown};
    const Filter service{ServiceName{"Spooler"}, no_restart};
    std::uint32_t last_token = 100;

    result<void> add(const Filter& filter) {
        return add_filter(primary, session.handle, filter, token(++last_token));
    }
    result<void> remove(const FilterTarget& target) {
        return remove_filter(primary, session.handle, target, token(++last_token));
    }
    std::vector<Filter> list() {
        return filters(primary, session.handle).value();
    }
};

TEST_F(BrokerFilter, EachKindOfTarget_IsListedInOrderAndStored) {
    EXPECT_TRUE(list().empty());
    EXPECT_TRUE(add(module));
    EXPECT_TRUE(add(process));
    EXPECT_TRUE(add(service));
    EXPECT_EQ(list(), (std::vector<Filter>{module, process, service}));
    EXPECT_EQ(stored(session.key)->filters, list());
    EXPECT_EQ(contents(primary, session.handle)->filters, list());
}

TEST_F(BrokerFilter, SameTargetInAnyCase_ReplacesTheEarlierInItsPlace) {
    ASSERT_TRUE(add(module));
    ASSERT_TRUE(add(process));
    ASSERT_TRUE(add(service));
    const Filter louder{ModulePath{"C:\\PROGRAM FILES\\A.EXE"}, no_shutdown};
    const Filter milder{process.target, no_restart};
    const Filter quieter{ServiceName{"spooler"}, no_shutdown};
    EXPECT_TRUE(add(louder));
    EXPECT_TRUE(add(milder));
    EXPECT_TRUE(add(quieter));
    EXPECT_EQ(list(), (std::vector<Filter>{louder, milder, quieter}));
    EXPECT_EQ(stored(session.key)->filters.size(), 3U);
}

TEST_F(BrokerFilter, SameTextOfAnotherKind_IsAnotherTarget) {
    ASSERT_TRUE(add({ModulePath{"Spooler"}, no_shutdown}));
    ASSERT_TRUE(add(service));
    EXPECT_EQ(list().size(), 2U);
    EXPECT_TRUE(remove(ServiceName{"Spooler"}));
    EXPECT_EQ(list(), (std::vector<Filter>{{ModulePath{"Spooler"}, no_shutdown}}));
}

TEST_F(BrokerFilter, Remove_TakesTheOneForTheTarget) {
    ASSERT_TRUE(add(module));
    ASSERT_TRUE(add(process));
    ASSERT_TRUE(add(service));
    EXPECT_TRUE(remove(process.target));
    EXPECT_EQ(list(), (std::vector<Filter>{module, service}));
    EXPECT_TRUE(remove(ModulePath{"c:\\program files\\A.exe"}));
    EXPECT_TRUE(remove(ServiceName{"SPOOLER"}));
    EXPECT_TRUE(list().empty());
    EXPECT_TRUE(stored(session.key)->filters.empty());
}

TEST_F(BrokerFilter, RemoveOfNone_IsFileNotFound) {
    const auto writes = store.writes();
    EXPECT_EQ(code_of(remove(module.target)), Code::file_not_found);
    EXPECT_EQ(store.writes(), writes);
    ASSERT_TRUE(add(module));
    EXPECT_EQ(code_of(remove(ProcessKey{7, 71})), Code::file_not_found);
    EXPECT_EQ(code_of(remove(ServiceName{"C:\\Program Files\\a.exe"})), Code::file_not_found);
    EXPECT_TRUE(remove(module.target));
    EXPECT_EQ(code_of(remove(module.target)), Code::file_not_found);
}

TEST_F(BrokerFilter, BadActionOrEmptyTarget_IsBadArguments) {
    const auto writes = store.writes();
    for (const std::uint32_t action : {0U, 3U, 4U, 0xFFFF'FFFFU}) {
        EXPECT_EQ(code_of(add({module.target, static_cast<FilterAction>(action)})),
                  Code::bad_arguments)
            << action;
    }
    for (const FilterTarget& empty :
         std::vector<FilterTarget>{FilterTarget{}, ModulePath{}, ServiceName{}}) {
        EXPECT_EQ(code_of(add({empty, no_restart})), Code::bad_arguments);
        EXPECT_EQ(code_of(remove(empty)), Code::bad_arguments);
    }
    EXPECT_EQ(store.writes(), writes);
    EXPECT_TRUE(list().empty());
}

TEST_F(BrokerFilter, Secondary_IsCredentialConflict) {
    ASSERT_TRUE(add(module));
    const auto before = store.records;
    for (const auto& [who, handle] :
         {std::pair{secondary, joined}, std::pair{primary, own_joined}}) {
        const auto refused = add_filter(who, handle, service, token(50));
        EXPECT_EQ(code_of(refused), Code::session_credential_conflict);
        EXPECT_EQ(subject_of(refused), "params.session");
        EXPECT_EQ(code_of(remove_filter(who, handle, module.target, token(51))),
                  Code::session_credential_conflict);
        EXPECT_EQ(code_of(filters(who, handle)), Code::session_credential_conflict);
    }
    EXPECT_EQ(store.records, before);
}

TEST_F(BrokerFilter, HandleThatIsNotTheCallers_IsInvalidHandle) {
    for (const std::uint32_t handle : {0U, 0xFFFF'FFFFU, session.handle ^ 1U, joined}) {
        EXPECT_EQ(code_of(add_filter(primary, handle, module, token(50))), Code::invalid_handle);
        EXPECT_EQ(code_of(remove_filter(primary, handle, module.target, token(50))),
                  Code::invalid_handle);
        const auto listed = filters(primary, handle);
        EXPECT_EQ(code_of(listed), Code::invalid_handle);
        EXPECT_EQ(subject_of(listed), "params.session");
    }
    EXPECT_EQ(code_of(filters(secondary, session.handle)), Code::invalid_handle);
    EXPECT_EQ(code_of(filters(administrator(13), session.handle)), Code::invalid_handle);
    ASSERT_TRUE(end(primary, session.handle));
    EXPECT_EQ(code_of(add(module)), Code::invalid_handle);
    EXPECT_EQ(code_of(remove(module.target)), Code::invalid_handle);
    EXPECT_EQ(code_of(filters(primary, session.handle)), Code::invalid_handle);
}

TEST_F(BrokerFilter, RefusingStore_IsWriteFaultWithNothingChanged) {
    ASSERT_TRUE(add(module));
    const auto before = store.records;
    const auto left = bytes_left(kAlice);
    store.refuse_next();
    EXPECT_EQ(code_of(add_filter(primary, session.handle, service, token(50))), Code::write_fault);
    store.refuse_next();
    EXPECT_EQ(code_of(remove_filter(primary, session.handle, module.target, token(51))),
              Code::write_fault);
    EXPECT_EQ(list(), std::vector<Filter>{module});
    EXPECT_EQ(store.records, before);
    EXPECT_EQ(bytes_left(kAlice), left);
    EXPECT_TRUE(add_filter(primary, session.handle, service, token(50)));
    EXPECT_TRUE(remove_filter(primary, session.handle, module.target, token(51)));
    EXPECT_EQ(list(), std::vector<Filter>{service});
}

TEST_F(BrokerFilter, ByteQuota_IsOutOfMemoryWithNothingChanged) {
    config.megabytes_per_user = 1;
    accounts->apply(config);
    ASSERT_TRUE(add(process));
    const auto before = store.records;
    const auto held = accounts->charge_bytes(std::string{kAlice}, bytes_left(kAlice) - 10);
    const auto refused = add(module);
    EXPECT_EQ(code_of(refused), Code::out_of_memory);
    EXPECT_EQ(subject_of(refused), "bytesPerUser");
    EXPECT_EQ(store.records, before);
    EXPECT_EQ(list(), std::vector<Filter>{process});
    EXPECT_TRUE(remove(process.target)) << "what shrinks is never refused";
}

TEST_F(BrokerFilter, Bytes_AreThoseOfTheSessionsRecord) {
    ASSERT_TRUE(add(module));
    ASSERT_TRUE(add(service));
    EXPECT_EQ(bytes_left(kAlice), 64U * 1'048'576 - store.records.begin()->second.size());
    ASSERT_TRUE(remove(module.target));
    EXPECT_EQ(bytes_left(kAlice), 64U * 1'048'576 - store.records.begin()->second.size());
}

// The session's record is written whole at each change.
TEST_F(BrokerFilter, MoreThanTheRecordMayHold_IsOutOfMemory) {
    const auto long_path = [](char first, std::size_t size) {
        return Filter{ModulePath{first + std::string(size - 1, 'x')}, no_restart};
    };
    constexpr std::size_t kFrame = 4 + 4 + 4;  // action, kind, length
    ASSERT_TRUE(add(long_path('a', kMaxFilterBytes / 2 - kFrame)));
    const auto refused = add(long_path('b', kMaxFilterBytes / 2 - kFrame + 1));
    EXPECT_EQ(code_of(refused), Code::out_of_memory);
    EXPECT_EQ(subject_of(refused), "filterBytesPerSession");
    EXPECT_EQ(list().size(), 1U);
    EXPECT_TRUE(add(long_path('b', kMaxFilterBytes / 2 - kFrame)));
    EXPECT_EQ(code_of(add(process)), Code::out_of_memory);
    EXPECT_TRUE(add({list()[0].target, no_shutdown})) << "a replacement needs no more";
}

TEST_F(BrokerFilter, Restart_KeepsThem) {
    ASSERT_TRUE(add(module));
    ASSERT_TRUE(add(service));
    ASSERT_TRUE(restart());
    EXPECT_EQ(list(), (std::vector<Filter>{module, service}));
}

TEST_F(BrokerFilter, ChangesOfTheSession_KeepThem) {
    ASSERT_TRUE(add(module));
    ASSERT_TRUE(join(caller(12), session.key, token(1)));
    ASSERT_TRUE(end(secondary, joined));
    processes.kill(12);
    EXPECT_EQ(list(), std::vector<Filter>{module});
    EXPECT_EQ(stored(session.key)->filters, list());
}

TEST_F(BrokerFilter, RepeatedToken_ChangesOnce) {
    ASSERT_TRUE(add_filter(primary, session.handle, module, token(50)));
    const auto writes = store.writes();
    EXPECT_TRUE(add_filter(primary, session.handle, module, token(50)));
    EXPECT_EQ(store.writes(), writes);
    ASSERT_TRUE(remove_filter(primary, session.handle, module.target, token(51)));
    EXPECT_TRUE(remove_filter(primary, session.handle, module.target, token(51)))
        << "a repeat is no second removal";
    EXPECT_EQ(store.writes(), writes + 1);
    ASSERT_TRUE(restart());
    EXPECT_TRUE(remove_filter(primary, session.handle, module.target, token(51)));
    EXPECT_TRUE(list().empty());
    EXPECT_EQ(audit.count("filter.add"), 1U);
    EXPECT_EQ(audit.count("filter.remove"), 1U);
}

TEST_F(BrokerFilter, TokenOfARefusedCall_IsTriedAgain) {
    EXPECT_EQ(code_of(remove_filter(primary, session.handle, module.target, token(50))),
              Code::file_not_found);
    ASSERT_TRUE(add(module));
    EXPECT_TRUE(remove_filter(primary, session.handle, module.target, token(50)));
}

TEST_F(BrokerFilter, TokenWithOtherParams_IsInvalidParams) {
    ASSERT_TRUE(add_filter(primary, session.handle, module, token(50)));
    const auto before = store.records;
    for (const auto& other :
         {service, Filter{module.target, no_shutdown},
          Filter{ServiceName{std::get<ModulePath>(module.target).text}, no_restart}}) {
        const auto answer = add_filter(primary, session.handle, other, token(50));
        EXPECT_EQ(code_of(answer), Code::invalid_params);
        EXPECT_EQ(subject_of(answer), "params.token");
    }
    EXPECT_EQ(code_of(remove_filter(primary, session.handle, module.target, token(50))),
              Code::invalid_params);
    EXPECT_EQ(store.records, before);
    ASSERT_TRUE(restart());
    EXPECT_EQ(code_of(add_filter(primary, session.handle, service, token(50))),
              Code::invalid_params);
}

TEST_F(BrokerFilter, TokenOfAnotherCall_IsInvalidParams) {
    EXPECT_EQ(code_of(add_filter(primary, session.handle, module, token(1))), Code::invalid_params)
        << "its start's";
    EXPECT_EQ(code_of(add_filter(primary, session.handle, module, token(3))), Code::invalid_params)
        << "its join's";
    ASSERT_TRUE(register_resources(primary, session.handle, {}, token(50)));
    EXPECT_EQ(code_of(add_filter(primary, session.handle, module, token(50))), Code::invalid_params)
        << "its registration's";
    ASSERT_TRUE(add(module));
    EXPECT_EQ(code_of(remove_filter(primary, session.handle, module.target, token(50))),
              Code::invalid_params);
    EXPECT_EQ(list(), std::vector<Filter>{module});
}

TEST_F(BrokerFilter, TokenOfAnotherProcess_IsNotItsOwn) {
    ASSERT_TRUE(register_resources(secondary, joined, {}, token(50)));
    EXPECT_TRUE(add_filter(primary, session.handle, module, token(50)));
    EXPECT_TRUE(add_filter(primary, session.handle, service, token(2))) << "the secondary's join";
}

TEST_F(BrokerFilter, EachChange_IsAuditedWithoutNames) {
    ASSERT_TRUE(add(process));
    EXPECT_FALSE(remove(service.target));
    const auto& events = audit.events;
    ASSERT_GE(events.size(), 2U);
    const auto& added = events[events.size() - 2];
    EXPECT_EQ(added.action, "filter.add");
    EXPECT_EQ(added.detail, "no_shutdown");
    EXPECT_EQ(added.outcome, Code::ok);
    EXPECT_EQ(events.back().action, "filter.remove");
    EXPECT_EQ(events.back().outcome, Code::file_not_found);
}

TEST_F(BrokerFilter, DuringATask_WaitsAndTakesEffectAfterIt) {
    ASSERT_TRUE(add(module));
    std::unique_ptr<Task> task;
    broker->begin_task(primary, session.handle, [&](result<Task> begun) {
        task = std::make_unique<Task>(std::move(begun).value());
    });
    Answer<void> added;
    Answer<void> removed;
    Answer<std::vector<Filter>> listed;
    Answer<std::vector<Filter>> late;
    broker->add_filter(primary, session.handle, service, token(50), added.completion());
    broker->filters(primary, session.handle, listed.completion());
    broker->remove_filter(primary, session.handle, module.target, token(51), removed.completion());
    EXPECT_EQ(added.times() + removed.times() + listed.times(), 0);
    EXPECT_EQ(task->contents.filters, std::vector<Filter>{module});
    task.reset();
    EXPECT_EQ(added.code(), Code::ok);
    EXPECT_EQ(removed.code(), Code::ok);
    ASSERT_EQ(listed.code(), Code::ok);
    EXPECT_EQ(listed.outcome().value(), (std::vector<Filter>{module, service}));
    EXPECT_EQ(list(), std::vector<Filter>{service});
}

TEST_F(BrokerFilter, WaitPastTheDeadline_IsSemTimeout) {
    std::unique_ptr<Task> task;
    broker->begin_task(primary, session.handle, [&](result<Task> begun) {
        task = std::make_unique<Task>(std::move(begun).value());
    });
    Answer<void> added;
    Answer<void> removed;
    Answer<std::vector<Filter>> listed;
    broker->add_filter(primary, session.handle, service, token(50), added.completion());
    broker->remove_filter(primary, session.handle, module.target, token(51), removed.completion());
    broker->filters(primary, session.handle, listed.completion());
    clock.advance(rmb::proto::kTurnDeadline);
    EXPECT_EQ(added.code(), Code::sem_timeout);
    EXPECT_EQ(removed.code(), Code::sem_timeout);
    EXPECT_EQ(listed.code(), Code::sem_timeout);
    task.reset();
    EXPECT_TRUE(list().empty());
}

}  // namespace
