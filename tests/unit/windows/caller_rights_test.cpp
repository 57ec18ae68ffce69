#include "windows/caller_rights.hpp"

#include "fake_token_api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
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
struct SystemCallerRights : testing::Test {
    TokenApi& api = system_token_api();

    [[nodiscard]] SeamHandle own_token() const {
        HANDLE own = nullptr;
        EXPECT_EQ(api.open_process_token(GetCurrentProcess(), TOKEN_QUERY | TOKEN_DUPLICATE, own),
                  DWORD{ERROR_SUCCESS});
        return {api, own};
    }
    [[nodiscard]] SeamHandle copy_of(const SeamHandle& token) const {
        HANDLE copied = nullptr;
        EXPECT_EQ(api.duplicate_for_impersonation(token.get(), copied), DWORD{ERROR_SUCCESS});
        return {api, copied};
    }
    /// Its attributes in the token; nullopt where that does not hold it.
    [[nodiscard]] std::optional<DWORD> privilege(const SeamHandle& token,
                                                 const wchar_t* name) const {
        LUID wanted{};
        EXPECT_NE(LookupPrivilegeValueW(nullptr, name, &wanted), FALSE);
        std::vector<std::uint64_t> words;
        EXPECT_EQ(api.query_token(token.get(), TokenPrivileges, words), DWORD{ERROR_SUCCESS});
        const auto& held = *static_cast<const TOKEN_PRIVILEGES*>(static_cast<void*>(words.data()));
        const auto* const first = &held.Privileges[0];
        const auto* const end = first + held.PrivilegeCount;
        const auto* const found = std::find_if(first, end, [&](const LUID_AND_ATTRIBUTES& one) {
            return one.Luid.LowPart == wanted.LowPart && one.Luid.HighPart == wanted.HighPart;
        });
        return found == end ? std::nullopt : std::optional{found->Attributes};
    }
};

TEST_F(SystemCallerRights, EnablePrivilege_WhatTheTokenHoldsAndInTheCopyAlone) {
    const auto own = own_token();
    for (const auto* name : {SE_DEBUG_NAME, SE_TCB_NAME, SE_CREATE_TOKEN_NAME}) {
        const auto copy = copy_of(own);
        const auto before = privilege(own, name);
        const auto code = api.enable_privilege(copy.get(), name);
        if (before) {
            EXPECT_EQ(code, DWORD{ERROR_SUCCESS});
            EXPECT_NE(privilege(copy, name).value_or(0) & SE_PRIVILEGE_ENABLED, 0U);
        } else {
            EXPECT_EQ(code, DWORD{ERROR_NOT_ALL_ASSIGNED});
            EXPECT_EQ(privilege(copy, name), std::nullopt);
        }
        EXPECT_EQ(privilege(own, name), before);
    }
}

TEST_F(SystemCallerRights, Assume_TheThreadHasATokenUntilDropped) {
    const CallerRights rights{api, copy_of(own_token())};
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
