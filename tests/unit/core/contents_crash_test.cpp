#include "core/broker.hpp"

#include "support/core_world.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

// The service is killed around, or refused, every write that concerns what a session contains.
// What was answered must hold, and a repeat must not do it twice.
namespace {

using namespace rmb::core;
using namespace rmb::test;
using enum FilterAction;

/// Two installers that repeat each call with its token until it is answered, as the library does.
class Installers {
public:
    struct Step {
        std::string what;
        std::function<Code()> call;
        std::function<void()> then;  // what must be so from now on
        Code again = Code::ok;       // of a repeat after the answer
    };

    explicit Installers(CoreWorld& world_in) : world(world_in) {}

    void start() {
        const auto started = world.broker->start(world.caller(10), 0, token(1)).value();
        session = started;
        joined = world.join(world.caller(11), session.key, token(2)).value();
    }

    std::vector<Step> steps() {
        const Filter whisper{ModulePath{"C:\\a.exe"}, no_restart};
        const Filter shout{ModulePath{"C:\\A.EXE"}, no_shutdown};
        const Filter service{ServiceName{"Spooler"}, no_restart};
        return {
            registering(10, 11, {{"C:\\a.dll"}, {{7, 70}}, {"Spooler"}}),
            registering(11, 12, {{"C:\\b.dll"}, {}, {}}),
            {"add", [=, this] { return add(whisper, 13); }, [=, this] { filters = {whisper}; }},
            registering(10, 14, {}),
            {"replace", [=, this] { return add(shout, 15); }, [=, this] { filters = {shout}; }},
            {"add another", [=, this] { return add(service, 16); },
             [=, this] {
                 filters = {shout, service};
             }},
            {"remove", [=, this] { return remove(whisper.target, 17); },
             [=, this] { filters = {service}; }},
            registering(11, 18, {{"C:\\b.dll"}, {}, {}}),
            {"leave", [this] { return code_of(world.end(world.caller(11), joined)); },
             [this] { joined_left = true; }, Code::invalid_handle},
            registering(10, 19, {{"C:\\c.dll"}, {}, {}}),
        };
    }
    Code end() {
        return code_of(world.end(world.caller(10), session.handle));
    }

    void run(const Step& step) {
        SCOPED_TRACE(step.what);
        for (bool first = true;; first = false) {
            try {
                const auto code = step.call();
                // An end that was carried out before the crash leaves nothing to end.
                if (first || step.again == Code::ok) {
                    EXPECT_EQ(code, Code::ok);
                } else {
                    EXPECT_TRUE(code == Code::ok || code == step.again);
                }
                break;
            } catch (const StoreCrash&) {
                restart();
            }
        }
        step.then();
    }

    /// A crash during the restart is one more crash.
    void restart() {
        for (;;) {
            try {
                ++restarts;
                ASSERT_TRUE(world.restart());
                return;
            } catch (const StoreCrash&) {
            }
        }
    }

    void check() {
        EXPECT_TRUE(world.broker->unreadable().empty());
        const auto contents = world.contents(world.caller(10), session.handle);
        ASSERT_TRUE(contents) << contents.error().message;
        std::vector<std::pair<std::uint32_t, Resources>> found;
        for (const auto& each : contents->registered) {
            found.emplace_back(each->process.pid, each->resources);
        }
        EXPECT_EQ(found, registered);
        EXPECT_EQ(contents->filters, filters);
        EXPECT_EQ(world.store.records.size(), 1 + registered.size());
        const auto state = world.stored(session.key);
        ASSERT_TRUE(state);
        EXPECT_EQ(state->filters, filters);
        EXPECT_EQ(state->participants.size(), joined_left ? 1U : 2U);
    }

    CoreWorld& world;
    StartedSession session;
    std::uint32_t joined = 0;
    bool joined_left = false;
    std::vector<std::pair<std::uint32_t, Resources>> registered;  // by whom
    std::vector<Filter> filters;
    std::size_t restarts = 0;

private:
    Step registering(std::uint32_t pid, std::uint32_t number, const Resources& resources) {
        return {"register " + std::to_string(number),
                [=, this] {
                    return code_of(world.register_resources(world.caller(pid),
                                                            pid == 10 ? session.handle : joined,
                                                            resources, token(number)));
                },
                [=, this] { registered.emplace_back(pid, resources); }};
    }
    Code add(const Filter& filter, std::uint32_t number) {
        return code_of(world.add_filter(world.caller(10), session.handle, filter, token(number)));
    }
    Code remove(const FilterTarget& target, std::uint32_t number) {
        return code_of(
            world.remove_filter(world.caller(10), session.handle, target, token(number)));
    }
};

void expect_repeat_changes_nothing(Installers& installers, const Installers::Step& step) {
    SCOPED_TRACE("repeat of " + step.what);
    const auto records = installers.world.store.records;
    EXPECT_EQ(step.call(), step.again);
    EXPECT_EQ(installers.world.store.records, records);
}

std::size_t writes_of_steps() {
    CoreWorld world;
    Installers installers{world};
    installers.start();
    const auto before = world.store.writes();
    for (const auto& step : installers.steps()) {
        installers.run(step);
    }
    EXPECT_EQ(installers.restarts, 0U);
    return world.store.writes() - before;
}

TEST(ContentsCrash, Steps_WriteOnceEach) {
    CoreWorld world;
    EXPECT_EQ(writes_of_steps(), Installers{world}.steps().size());
}

TEST(ContentsCrash, AtEachWrite_LosesAndDoublesNothing) {
    const auto writes = writes_of_steps();
    for (const auto when : {FakeStore::Crash::before_write, FakeStore::Crash::after_write}) {
        for (std::size_t at = 0; at < writes; ++at) {
            SCOPED_TRACE(std::to_string(at) +
                         (when == FakeStore::Crash::before_write ? " before" : " after"));
            CoreWorld world;
            Installers installers{world};
            installers.start();
            world.store.crash_after(at, when);
            for (const auto& step : installers.steps()) {
                installers.run(step);
                installers.check();
                expect_repeat_changes_nothing(installers, step);
            }
            EXPECT_EQ(installers.restarts, 1U);
        }
    }
}

TEST(ContentsCrash, BetweenAnyTwoCalls_LosesAndDoublesNothing) {
    CoreWorld world;
    Installers installers{world};
    installers.start();
    for (const auto& step : installers.steps()) {
        installers.run(step);
        installers.restart();
        installers.check();
        expect_repeat_changes_nothing(installers, step);
    }
}

TEST(ContentsCrash, AgainAtTheRepeat_LosesAndDoublesNothing) {
    const auto writes = writes_of_steps();
    for (std::size_t first = 0; first < writes; ++first) {
        for (const auto second : {FakeStore::Crash::before_write, FakeStore::Crash::after_write}) {
            SCOPED_TRACE(std::to_string(first));
            CoreWorld world;
            Installers installers{world};
            installers.start();
            world.store.crash_after(first, FakeStore::Crash::before_write);
            bool armed = false;
            for (auto step : installers.steps()) {
                const auto call = step.call;
                step.call = [&, call] {
                    if (installers.restarts == 1 && !armed) {
                        world.store.crash_after(0, second);
                        armed = true;
                    }
                    return call();
                };
                installers.run(step);
                installers.check();
            }
            EXPECT_EQ(installers.restarts, 2U);
        }
    }
}

TEST(ContentsCrash, RefusalOfEachWrite_ChangesNothingAndItsRepeatSucceeds) {
    CoreWorld world;
    Installers installers{world};
    installers.start();
    for (const auto& step : installers.steps()) {
        SCOPED_TRACE(step.what);
        const auto records = world.store.records;
        const auto left = world.bytes_left(kAlice);
        world.store.refuse_next();
        EXPECT_EQ(step.call(), Code::write_fault);
        EXPECT_EQ(world.store.records, records);
        EXPECT_EQ(world.bytes_left(kAlice), left);
        installers.check();
        installers.run(step);
        installers.check();
    }
}

/// All steps, and then the end.
struct ContentsCrashAtTheEnd : testing::Test, CoreWorld {
    Installers installers{*this};

    void SetUp() override {
        installers.start();
        for (const auto& step : installers.steps()) {
            installers.run(step);
        }
    }
};

TEST_F(ContentsCrashAtTheEnd, EachWrite_LeavesTheSessionWholeOrNothing) {
    const auto full = store.records;
    ASSERT_EQ(full.size(), 6U);
    for (const auto when : {FakeStore::Crash::before_write, FakeStore::Crash::after_write}) {
        for (std::size_t at = 0; at < full.size(); ++at) {
            SCOPED_TRACE(std::to_string(at) +
                         (when == FakeStore::Crash::before_write ? " before" : " after"));
            store.records = full;
            ASSERT_TRUE(restart());
            store.crash_after(at, when);
            EXPECT_THROW((void)installers.end(), StoreCrash);
            ASSERT_TRUE(restart());
            const bool carried_out = at > 0 || when == FakeStore::Crash::after_write;
            EXPECT_EQ(broker->session_count(), carried_out ? 0U : 1U);
            if (!carried_out) {
                installers.check();
            }
            EXPECT_EQ(installers.end(), carried_out ? Code::invalid_handle : Code::ok);
            EXPECT_TRUE(store.records.empty());
        }
    }
}

// The end was cut short, and so is each clean-up of what it left.
TEST_F(ContentsCrashAtTheEnd, AgainAtEachWriteOfTheRestart_IsGoneInTheEnd) {
    const auto full = store.records;
    for (const auto when : {FakeStore::Crash::before_write, FakeStore::Crash::after_write}) {
        for (std::size_t at = 0; at + 1 < full.size(); ++at) {
            SCOPED_TRACE(at);
            store.records = full;
            ASSERT_TRUE(restart());
            store.crash_after(1, FakeStore::Crash::before_write);
            EXPECT_THROW((void)installers.end(), StoreCrash);
            ASSERT_EQ(store.records.size(), 5U);
            store.crash_after(at, when);
            EXPECT_THROW((void)restart(), StoreCrash);
            ASSERT_TRUE(restart());
            EXPECT_EQ(broker->session_count(), 0U);
            EXPECT_TRUE(store.records.empty());
        }
    }
}

TEST_F(ContentsCrashAtTheEnd, RefusalOfALeftover_IsSuccessAndTheNextStartErasesIt) {
    const auto full = store.records;
    for (std::size_t refused = 1; refused < full.size(); ++refused) {
        store.records = full;
        ASSERT_TRUE(restart());
        store.refuse_after(refused);
        EXPECT_EQ(installers.end(), Code::ok);
        EXPECT_EQ(broker->session_count(), 0U);
        EXPECT_EQ(store.records.size(), 1U);
        ASSERT_TRUE(restart());
        EXPECT_TRUE(store.records.empty()) << refused;
        EXPECT_EQ(bytes_left(kAlice), 64U * 1'048'576);
    }
}

TEST_F(ContentsCrashAtTheEnd, DeathOfThePrimaryAtEachWriteOfARestart_LeavesNothing) {
    const auto full = store.records;
    processes.kill_unseen(10);
    for (const auto when : {FakeStore::Crash::before_write, FakeStore::Crash::after_write}) {
        for (std::size_t at = 0; at < full.size(); ++at) {
            SCOPED_TRACE(at);
            store.records = full;
            store.crash_after(at, when);
            EXPECT_THROW((void)restart(), StoreCrash);
            ASSERT_TRUE(restart());
            EXPECT_EQ(broker->session_count(), 0U);
            EXPECT_TRUE(store.records.empty());
        }
    }
}

}  // namespace
