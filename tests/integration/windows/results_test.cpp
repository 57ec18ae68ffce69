#include "child/text.hpp"
#include "harness/affecting_test.hpp"
#include "proto/limits.hpp"

#include <memory>
#include <string>
#include <vector>

/// Every documented result of the three functions, out of the real DLL, by the real service.
namespace rmb::e2e {
namespace {

constexpr auto kUnknownKey = "00112233445566778899aabbccddeeff";

class Results : public RunningBroker {
protected:
    /// All of one megabyte but so much, for as long as the connection lives: a frame that was
    /// announced and does not come.
    std::unique_ptr<client::Channel> take_all_but(std::size_t left) {
        constexpr std::size_t kQuota = 1'048'576;
        auto hog = broker().dial();
        const auto bytes = std::to_string((kQuota - left) / proto::kFrameChargeFactor);
        EXPECT_TRUE(hog->send("Content-Length: " + bytes + "\r\n\r\n", after(kPatience)));
        // A list of no session takes a task's memory, and no longer than the service looks at it:
        // it cannot stand in the hog's way.
        EXPECT_TRUE(eventually([this] { return number(child_.ask("list 12345")) == 14U; }));
        return hog;
    }

    // Loads the DLL before the service is installed: nothing may be decided at load.
    ChildProcess& child_ = spawn();
};

TEST_F(Results, Start_Succeeds_WritesHandleAnd33Characters) {
    const auto started = child_.start();
    EXPECT_EQ(started.code, 0U);
    EXPECT_EQ(started.written, "exact");
    EXPECT_EQ(started.key.size(), 32U);
    EXPECT_NE(started.handle, 0U);
    EXPECT_NE(started.handle, 0xFFFFFFFFU);
    EXPECT_EQ(child_.end(started.handle), 0U);
}

TEST_F(Results, Start_SeventyPairsInSequence_AllSucceed) {
    EXPECT_EQ(child_.ask("pairs 70"), "0 70");
}

TEST_F(Results, Start_NullPointersOrFlags_BadArgumentsAndNothingWritten) {
    EXPECT_EQ(child_.ask("start-no-handle"), "160 untouched");
    EXPECT_EQ(child_.ask("start-no-key").substr(0, 4), "160 ");
    EXPECT_TRUE(child_.ask("start-no-key").ends_with("untouched"));
    for (const auto* flags : {"1", "2", "2147483648", "4294967295"}) {
        const auto refused = child_.start(std::string{"start-flags "} + flags);
        EXPECT_EQ(refused.code, 160U) << flags;
        EXPECT_EQ(refused.written, "untouched") << flags;
    }
    EXPECT_TRUE(has_sessions(0));
}

TEST_F(Results, Start_SixtyFifthSession_MaxSessionsReachedUntilOneEnds) {
    std::vector<DWORD> handles;
    for (int i = 0; i < 64; ++i) {
        const auto started = child_.start();
        ASSERT_EQ(started.code, 0U) << i;
        handles.push_back(started.handle);
    }
    const auto refused = child_.start();
    EXPECT_EQ(refused.code, 353U);
    EXPECT_EQ(refused.written, "untouched");
    EXPECT_EQ(child_.end(handles.back()), 0U);
    EXPECT_EQ(child_.start().code, 0U);
}

TEST_F(Results, Start_LimitOfUserSession_IsSharedByItsProcesses) {
    set_policy({{L"SessionsPerUserSession", 3}});
    ChildProcess other;
    EXPECT_EQ(child_.start().code, 0U);
    EXPECT_EQ(other.start().code, 0U);
    EXPECT_EQ(child_.start().code, 0U);
    EXPECT_EQ(other.start().code, 353U);
    EXPECT_EQ(child_.start().code, 353U);
}

TEST_F(Results, Start_ByteQuotaTaken_OutOfMemoryUntilItIsFree) {
    set_policy({{L"MegabytesPerUser", 1}});
    {
        const auto hog = take_all_but(40);  // less than a start takes
        const auto refused = child_.start();
        EXPECT_EQ(refused.code, 14U);
        EXPECT_EQ(refused.written, "untouched");
        EXPECT_EQ(child_.end(12'345), 6U) << "what takes no memory is answered";
    }
    EXPECT_TRUE(eventually([this] { return child_.start().code == 0U; }));
}

TEST_F(Results, Calls_ByteQuotaTaken_OutOfMemoryUntilItIsFree) {
    set_policy({{L"MegabytesPerUser", 1}});
    Installer installer{child_};
    ASSERT_EQ(installer.add_filter({service_target("RmbTest")}, kNoRestart), 0U);
    {
        // Less than a task takes; then the filters leave less than a change does.
        const auto hog = take_all_but(2'000);
        DWORD code = 0;
        for (int i = 0; code == 0 && i < 100; ++i) {
            code =
                installer.add_filter({service_target("RmbTest" + std::to_string(i))}, kNoRestart);
        }
        EXPECT_EQ(code, 14U) << "add filter";
        EXPECT_EQ(child_.join(installer.key()).code, 14U);
        EXPECT_EQ(installer.add({service_target("RmbTest")}), 14U);
        EXPECT_EQ(installer.list().code, 14U);
        EXPECT_EQ(installer.shut_down().code, 14U);
        EXPECT_EQ(installer.restart().code, 14U);
        EXPECT_EQ(installer.cancel(), 0U) << "what takes no memory is answered";
        EXPECT_EQ(installer.remove_filter({service_target("RmbTest")}), 0U) << "it gives some back";
    }
    EXPECT_TRUE(eventually([&] { return installer.list().code == 0U; }));
    EXPECT_EQ(installer.shut_down().code, 0U);
    EXPECT_EQ(installer.restart().code, 0U);
    EXPECT_EQ(installer.end(), 0U);
}

TEST_F(Results, ChangesAndShutdown_StateKeyDeleted_WriteFaultAndNothingIsChanged) {
    Installer installer{child_};
    ASSERT_EQ(installer.add_filter({service_target("RmbTest")}, kNoRestart), 0U);
    const auto filters = installer.ask("filters", " 1000");
    delete_key(kStateKey);
    EXPECT_EQ(installer.add({process_target(child_.pid())}), 29U);
    EXPECT_EQ(installer.add_filter({service_target("RmbOther")}, kNoRestart), 29U);
    EXPECT_EQ(installer.remove_filter({service_target("RmbTest")}), 29U);
    EXPECT_EQ(installer.shut_down().code, 29U);
    EXPECT_EQ(installer.ask("filters", " 1000"), filters);
    EXPECT_EQ(installer.list().needed, 0U) << "the process was not registered";
    // The service that starts again knows nothing of the session.
    scm_.stop();
    scm_.start();
    EXPECT_EQ(installer.end(), 6U);
}

TEST_F(Results, StartAndEnd_StateKeyDeleted_WriteFaultUntilServiceStartsAgain) {
    const auto started = child_.start();
    ASSERT_EQ(started.code, 0U);
    ASSERT_TRUE(key_exists(kStateKey));
    delete_key(kStateKey);
    const auto refused = child_.start();
    EXPECT_EQ(refused.code, 29U);
    EXPECT_EQ(refused.written, "untouched");
    EXPECT_EQ(child_.join(started.key).code, 29U);
    EXPECT_EQ(child_.end(started.handle), 29U);
    scm_.stop();
    scm_.start();
    EXPECT_EQ(child_.end(started.handle), 6U) << "its record was deleted";
    const auto again = child_.start();
    EXPECT_EQ(again.code, 0U);
    EXPECT_EQ(child_.end(again.handle), 0U);
}

TEST_F(Results, Join_MalformedKeyIsACredentialConflictAndNullABadArgument) {
    const std::string good = kUnknownKey;
    EXPECT_EQ(child_.ask("join"), "1219 3237998081 untouched") << "empty";
    EXPECT_EQ(child_.join(good.substr(1)).code, 1219U) << "31 digits";
    EXPECT_EQ(child_.join(good + "0").code, 1219U) << "33 digits";
    EXPECT_EQ(child_.join("g" + good.substr(1)).code, 1219U) << "no hex digit";
    EXPECT_EQ(child_.join("{00112233-4455-6677-8899-aabbccddeeff}").code, 1219U);
    EXPECT_EQ(child_.ask("join-no-key").substr(0, 4), "160 ");
    EXPECT_EQ(child_.ask("join-no-handle " + good), "160");
}

TEST_F(Results, Join_KeyThatOpensNothing_CredentialConflictAndNothingWritten) {
    const auto unknown = child_.join(kUnknownKey);
    EXPECT_EQ(unknown.code, 1219U);
    EXPECT_EQ(unknown.written, "untouched");
    const auto started = child_.start();
    ASSERT_EQ(started.code, 0U);
    ASSERT_EQ(child_.end(started.handle), 0U);
    EXPECT_EQ(child_.join(started.key).code, 1219U) << "of an ended session";
}

TEST_F(Results, Join_LimitOfProcess_MaxSessionsReached) {
    set_policy({{L"SessionsPerProcess", 2}});
    ChildProcess primary;
    const auto started = primary.start();
    ASSERT_EQ(started.code, 0U);
    EXPECT_EQ(child_.join(started.key).code, 0U);
    EXPECT_EQ(child_.join(started.key).code, 0U);
    const auto refused = child_.join(started.key);
    EXPECT_EQ(refused.code, 353U);
    EXPECT_EQ(refused.written, "untouched");
}

TEST_F(Results, End_HandleThatIsNone_InvalidHandle) {
    for (const DWORD handle : {0U, 1U, 12'345U, 0x7FFFFFFFU, 0xDEADBEEFU, 0xFFFFFFFFU}) {
        EXPECT_EQ(child_.end(handle), 6U) << handle;
    }
}

TEST_F(Results, End_Twice_InvalidHandle) {
    const auto started = child_.start();
    EXPECT_EQ(child_.end(started.handle), 0U);
    EXPECT_EQ(child_.end(started.handle), 6U);
}

TEST_F(Results, End_HandleOfAnotherProcess_InvalidHandleAndSessionStays) {
    const auto started = child_.start();
    ChildProcess other;
    // Whatever this process's own handles are, that one must not be among them.
    EXPECT_EQ(other.end(started.handle), 6U);
    EXPECT_TRUE(has_sessions(1));
    EXPECT_EQ(child_.end(started.handle), 0U);
}

}  // namespace
}  // namespace rmb::e2e
