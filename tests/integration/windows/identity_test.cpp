#include "harness/broker_test.hpp"
#include "harness/win32_error.hpp"

/// Clients whose pipe and process do not speak of the same caller.
namespace rmb::e2e {
namespace {

using client::UniqueHandle;

class Identity : public RunningBroker {};

UniqueHandle own_token() {
    HANDLE token = nullptr;
    if (OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &token) == FALSE) {
        fail_with_last_error("OpenProcessToken");
    }
    return UniqueHandle{token};
}

/// The other half of an administrator's pair of tokens: another elevation type.
UniqueHandle linked_token() {
    const auto own = own_token();
    TOKEN_LINKED_TOKEN linked{};
    DWORD size = 0;
    if (GetTokenInformation(own.get(), TokenLinkedToken, &linked, sizeof linked, &size) == FALSE) {
        fail_with_last_error("TokenLinkedToken");
    }
    const UniqueHandle query_only{linked.LinkedToken};
    HANDLE primary = nullptr;
    if (DuplicateTokenEx(query_only.get(), TOKEN_ALL_ACCESS, nullptr, SecurityImpersonation,
                         TokenPrimary, &primary) == FALSE) {
        fail_with_last_error("DuplicateTokenEx");
    }
    return UniqueHandle{primary};
}

TEST_F(Identity, Client_ProcessTokenDiffersFromPipes_IsRefusedAndLogged) {
    if (!is_wine()) {
        GTEST_SKIP() << "only Wine lets a pipe's token differ from its client's so easily";
    }
    const auto token = linked_token();
    ChildProcess other{programs(), token.get()};
    const auto begun = std::chrono::steady_clock::now();
    const auto refused = other.start();
    EXPECT_EQ(refused.code, 1062U) << "there is no broker for it";
    EXPECT_EQ(refused.written, "untouched");
    EXPECT_LT(since(begun), Milliseconds{3'000}) << "a refusal is an answer";
    EXPECT_EQ(spawn().start().code, 0U) << "others are served";
    kill_children();
    scm_.stop();
    const auto log = read_log();
    EXPECT_NE(log.find("event=connection.refused pid=" + std::to_string(other.pid())),
              std::string::npos)
        << log;
    EXPECT_NE(log.find("differ in"), std::string::npos);
    scm_.start();
}

}  // namespace
}  // namespace rmb::e2e
