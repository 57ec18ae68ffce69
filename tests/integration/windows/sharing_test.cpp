#include "harness/broker_test.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string_view>

/// Sessions between processes, and what becomes of them when processes end.
namespace rmb::e2e {
namespace {

class Sharing : public RunningBroker {
protected:
    /// What the broker tells of its only session.
    proto::SessionInfo only_session() {
        const auto found = broker().sessions().sessions;
        EXPECT_EQ(found.size(), 1U);
        return found.empty() ? proto::SessionInfo{} : found.front();
    }

    ChildProcess& primary_ = spawn();
    ChildProcess& secondary_ = spawn();
};

TEST_F(Sharing, Join_ByKey_BothAreShownWithTheirProcesses) {
    const auto started = primary_.start();
    ASSERT_EQ(started.code, 0U);
    const auto joined = secondary_.join(started.key);
    ASSERT_EQ(joined.code, 0U);
    EXPECT_NE(joined.handle, started.handle);
    const auto session = only_session();
    EXPECT_EQ(session.hash, proto::hash_of(proto::parse_key(started.key).value()).text);
    EXPECT_EQ(session.primary.pid, primary_.pid());
    EXPECT_NE(session.primary.program.find("rmb-e2e-child.exe"), std::string::npos);
    ASSERT_EQ(session.secondaries.size(), 1U);
    EXPECT_EQ(session.secondaries.front().pid, secondary_.pid());
}

TEST_F(Sharing, Join_KeyInUpperCase_OpensTheSession) {
    auto key = primary_.start().key;
    std::ranges::transform(key, key.begin(), [](char c) {
        return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    EXPECT_EQ(secondary_.join(key).code, 0U);
}

TEST_F(Sharing, End_BySecondary_LeavesTheSessionToItsPrimary) {
    const auto started = primary_.start();
    const auto joined = secondary_.join(started.key);
    ASSERT_EQ(secondary_.end(joined.handle), 0U);
    EXPECT_EQ(secondary_.end(joined.handle), 6U);
    EXPECT_TRUE(only_session().secondaries.empty());
    EXPECT_EQ(primary_.end(started.handle), 0U);
}

TEST_F(Sharing, End_ByPrimary_TakesTheSecondarysHandle) {
    const auto started = primary_.start();
    const auto joined = secondary_.join(started.key);
    ASSERT_EQ(primary_.end(started.handle), 0U);
    EXPECT_TRUE(has_sessions(0));
    EXPECT_EQ(secondary_.end(joined.handle), 6U);
    EXPECT_EQ(secondary_.join(started.key).code, 1219U);
}

TEST_F(Sharing, Primary_Killed_SessionsAreGoneWithinASecondAndSlotsFree) {
    set_policy({{L"SessionsPerUserSession", 3}});
    const auto joined = secondary_.join(primary_.start().key);
    ASSERT_EQ(joined.code, 0U);
    ASSERT_EQ(primary_.start().code, 0U);
    ASSERT_EQ(primary_.start().code, 0U);
    ASSERT_EQ(secondary_.start().code, 353U);
    Watch watch{broker()};

    const auto begun = std::chrono::steady_clock::now();
    primary_.kill();
    for (int ended = 0; ended < 3; ++ended) {
        const auto event = watch.next(Milliseconds{1'000});
        ASSERT_TRUE(event) << ended << " of 3 sessions ended";
        EXPECT_EQ(event->event, "ended");
        EXPECT_EQ(event->pid, primary_.pid());
    }
    EXPECT_LT(since(begun), Milliseconds{1'000});

    EXPECT_TRUE(has_sessions(0, Milliseconds{0}));
    EXPECT_EQ(secondary_.end(joined.handle), 6U) << "a secondary keeps nothing alive";
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(secondary_.start().code, 0U) << "slot " << i;
    }
}

TEST_F(Sharing, Primary_ExitsOrCrashes_SessionIsGoneWithinASecond) {
    for (const auto* way : {"exit 7", "crash"}) {
        ChildProcess installer;
        ASSERT_EQ(installer.start().code, 0U);
        Watch watch{broker()};
        const auto begun = std::chrono::steady_clock::now();
        installer.tell(way);
        const auto event = watch.next();
        ASSERT_TRUE(event) << way;
        EXPECT_EQ(event->event, "ended") << way;
        installer.wait_for_exit();
        EXPECT_LT(since(begun), Milliseconds{1'000}) << way;
    }
}

TEST_F(Sharing, Secondary_Killed_LeavesAndTheSessionStays) {
    const auto started = primary_.start();
    ASSERT_EQ(secondary_.join(started.key).code, 0U);
    Watch watch{broker()};
    secondary_.kill();
    const auto event = watch.next(Milliseconds{1'000});
    ASSERT_TRUE(event);
    EXPECT_EQ(event->event, "left");
    EXPECT_EQ(event->pid, secondary_.pid());
    EXPECT_TRUE(only_session().secondaries.empty());
    EXPECT_EQ(primary_.end(started.handle), 0U);
}

TEST_F(Sharing, Dll_UnloadedAndLoadedAgain_HandlesStayValid) {
    const auto started = primary_.start();
    ASSERT_EQ(primary_.ask("unload"), "0");
    ASSERT_EQ(primary_.ask("load " + programs().dll.string()), "0");
    EXPECT_EQ(primary_.end(started.handle), 0U) << "sessions belong to the process";
}

/// 32-bit clients of the 64-bit service. RMB_E2E_X86_BIN=none says that there is no x86 build.
class Sharing32Bit : public RunningBroker {
protected:
    void SetUp() override {
        RunningBroker::SetUp();
        const char* folder = std::getenv("RMB_E2E_X86_BIN");
        if (folder != nullptr && std::string_view{folder} == "none") {
            GTEST_SKIP() << "no x86 build";
        }
        ASSERT_TRUE(std::filesystem::exists(x86_programs().child))
            << x86_programs().child << " is not there: build the x86 preset first";
    }
};

TEST_F(Sharing32Bit, StartAndEnd_X86Dll_WorkAsInX64) {
    ChildProcess child{x86_programs()};
    const auto started = child.start();
    EXPECT_EQ(started.code, 0U);
    EXPECT_EQ(started.written, "exact");
    EXPECT_EQ(child.end(started.handle), 0U);
    EXPECT_EQ(child.end(started.handle), 6U);
    EXPECT_EQ(child.ask("start-no-handle"), "160 untouched");
    EXPECT_EQ(child.start("start-flags 1").code, 160U);
    EXPECT_EQ(child.ask("pairs 70"), "0 70");
}

TEST_F(Sharing32Bit, Join_SessionOfX64Process_WorksBothWays) {
    ChildProcess x64;
    ChildProcess x86{x86_programs()};
    const auto of_x64 = x64.start();
    const auto of_x86 = x86.start();
    ASSERT_EQ(of_x64.code, 0U);
    ASSERT_EQ(of_x86.code, 0U);
    const auto x86_joined = x86.join(of_x64.key);
    const auto x64_joined = x64.join(of_x86.key);
    EXPECT_EQ(x86_joined.code, 0U);
    EXPECT_EQ(x64_joined.code, 0U);
    EXPECT_EQ(x86.end(x86_joined.handle), 0U);
    x86.kill();
    EXPECT_TRUE(has_sessions(1, Milliseconds{1'000})) << "the x86 process's own is gone with it";
    EXPECT_EQ(x64.end(x64_joined.handle), 6U);
    EXPECT_EQ(x64.end(of_x64.handle), 0U);
}

}  // namespace
}  // namespace rmb::e2e
