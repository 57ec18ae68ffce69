#include "windows/caller_rights.hpp"

#include "fake_token_api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

namespace rmb::win {
namespace {

struct CallerRightsTest : testing::Test {
    FakeTokenApi api;
    CallerRights rights{api, SeamHandle{api, api.rights_token}};

    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> found;
        for (const auto& call : api.calls) {
            found.push_back(call.name);
        }
        return found;
    }
};

TEST_F(CallerRightsTest, Assume_UntilTheResultIsDropped) {
    {
        const auto assumed = rights.assume();
        ASSERT_TRUE(assumed.has_value());
        EXPECT_THAT(names(), testing::ElementsAre("assume"));
        EXPECT_EQ(api.calls.front().handle, api.rights_token);
    }
    EXPECT_THAT(names(), testing::ElementsAre("assume", "revert"));
}

TEST_F(CallerRightsTest, Assume_Refused_NothingToRevert) {
    api.failures["assume"] = ERROR_BAD_TOKEN_TYPE;
    {
        const auto assumed = rights.assume();
        ASSERT_TRUE(assumed.has_error());
        EXPECT_EQ(assumed.error().code, Code::access_denied);
    }
    EXPECT_THAT(names(), testing::ElementsAre("assume"));
}

/// Ends the process with a code of its own, for there is no way back from a destructor.
class DyingApi final : public FakeTokenApi {
public:
    [[noreturn]] void die(DWORD code) override {
        std::_Exit(static_cast<int>(code));
    }
};

void assume_without_way_back() {
    DyingApi api;
    api.failures["revert"] = 77;
    const CallerRights rights{api, SeamHandle{api, api.rights_token}};
    (void)rights.assume();
}

TEST(CallerRightsDeathTest, RevertFails_EndsTheProcess) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_EXIT(assume_without_way_back(), testing::ExitedWithCode(77), "");
}

/// On the system itself: a copy of this process's own token.
TEST(SystemCallerRights, Assume_TheThreadHasATokenUntilDropped) {
    auto& api = system_token_api();
    HANDLE own = nullptr;
    ASSERT_EQ(api.open_process_token(GetCurrentProcess(), TOKEN_QUERY | TOKEN_DUPLICATE, own),
              DWORD{ERROR_SUCCESS});
    const SeamHandle token{api, own};
    HANDLE copied = nullptr;
    ASSERT_EQ(api.duplicate_for_impersonation(token.get(), copied), DWORD{ERROR_SUCCESS});
    const CallerRights rights{api, SeamHandle{api, copied}};
    const auto of_thread = [] {
        UniqueHandle thread_token;
        return OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, thread_token.out()) != FALSE;
    };
    EXPECT_FALSE(of_thread());
    {
        const auto assumed = rights.assume();
        ASSERT_TRUE(assumed.has_value());
        EXPECT_TRUE(of_thread());
    }
    EXPECT_FALSE(of_thread());
}

}  // namespace
}  // namespace rmb::win
