#include "harness/broker_test.hpp"
#include "proto/limits.hpp"

#include <vector>

/// Every documented result of the three functions, out of the real DLL, by the real service.
namespace rmb::e2e {
namespace {

constexpr auto kUnknownKey = "00112233445566778899aabbccddeeff";

class Results : public RunningBroker {
protected:
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
        // A frame that was announced and does not come: its charge stands, and leaves less than
        // the frame of a start takes.
        constexpr std::size_t kQuota = 1'048'576;
        const auto hog = broker().dial();
        const auto announced = std::to_string(kQuota / proto::kFrameChargeFactor - 10);
        ASSERT_TRUE(hog->send("Content-Length: " + announced + "\r\n\r\n", after(kPatience)));
        EXPECT_TRUE(eventually([this] { return child_.start().code == 14U; }));
        const auto refused = child_.start();
        EXPECT_EQ(refused.code, 14U);
        EXPECT_EQ(refused.written, "untouched");
        EXPECT_EQ(child_.end(12'345), 6U) << "what takes no memory is answered";
    }
    EXPECT_TRUE(eventually([this] { return child_.start().code == 0U; }));
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
