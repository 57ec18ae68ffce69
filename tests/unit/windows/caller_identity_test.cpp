#include "windows/caller_identity.hpp"

#include "core/rights.hpp"
#include "fake_token_api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace rmb::win {
namespace {

using testing::ElementsAre;

struct CallerIdentityTest : testing::Test {
    FakeTokenApi api;
    CallerIdentity identity{api, api.pipe, 77};

    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> found;
        for (const auto& call : api.calls) {
            found.push_back(call.name);
        }
        return found;
    }
    void expect_refused(Code code) {
        const auto caller = identity.caller();
        ASSERT_TRUE(caller.has_error());
        EXPECT_EQ(caller.error().code, code) << caller.error().message;
    }
};

TEST_F(CallerIdentityTest, AgreeingTokens_MakeTheCaller) {
    const auto caller = identity.caller();
    ASSERT_TRUE(caller.has_value());
    EXPECT_EQ(caller->process, (core::ProcessKey{77, 1234}));
    EXPECT_EQ(caller->owner, (core::UserSession{"S-1-5-21-1-2-3-1001", 2}));
    EXPECT_EQ(caller->program, "C:\\setup.exe");
    EXPECT_FALSE(caller->administrator);
    EXPECT_EQ(api.opened_pid, 77U);
}

TEST_F(CallerIdentityTest, PipeToken_OpenedForQueryInOurOwnNameAndOnlyQueried) {
    // For whom most is done.
    api.pipe_facts.administrator = true;
    api.process_facts.administrator = true;
    ASSERT_TRUE(identity.caller().has_value());
    bool queried = false;
    for (const auto& call : api.calls) {
        if (call.name == "open_thread_token") {
            EXPECT_EQ(call.access, static_cast<DWORD>(TOKEN_QUERY));
        }
        if (call.handle == api.pipe_token) {
            EXPECT_THAT(call.name, testing::AnyOf("query_token", "close"));
            queried = queried || call.name == "query_token";
        }
    }
    EXPECT_TRUE(queried);
    EXPECT_TRUE(api.open_as_self);
}

TEST_F(CallerIdentityTest, Rights_AreACopyOfTheProcessTokenOpenedAfterTheAgreement) {
    const auto caller = identity.caller();
    ASSERT_TRUE(caller.has_value());
    EXPECT_NE(caller->rights, nullptr);
    const auto made = names();
    const auto opened = std::ranges::find(made, "open_source_token");
    ASSERT_NE(opened, made.end());
    EXPECT_LT(std::ranges::find(made, "revert"), opened);
    for (const auto& call : api.calls) {
        if (call.name == "open_source_token") {
            EXPECT_EQ(call.handle, api.process);
            EXPECT_EQ(call.access, static_cast<DWORD>(TOKEN_QUERY | TOKEN_DUPLICATE));
        }
        if (call.name == "duplicate") {
            EXPECT_EQ(call.handle, api.source_token);
        }
    }
    EXPECT_EQ(std::ranges::count(made, "duplicate"), 1);
    EXPECT_EQ(std::ranges::count(made, "assume"), 0) << "nobody acts yet";
}

TEST_F(CallerIdentityTest, Rights_NotMadeForWhomIsRefusedNorBeforeThePipeIsKnown) {
    ASSERT_TRUE(identity.process().has_value());
    EXPECT_EQ(identity.process()->rights, nullptr);
    api.pipe_facts.windows_session = 9;
    expect_refused(Code::access_denied);
    EXPECT_EQ(std::ranges::count(names(), "open_source_token"), 0);
    EXPECT_EQ(std::ranges::count(names(), "duplicate"), 0);
}

TEST_F(CallerIdentityTest, Rights_TokenToCopyIsAnotherThanAgreed_Refused) {
    api.source_facts = FakeTokenApi::facts();
    api.source_facts->integrity = 0x4000;
    expect_refused(Code::access_denied);
    EXPECT_EQ(std::ranges::count(names(), "duplicate"), 0);
}

TEST_F(CallerIdentityTest, Rights_TokenForQueriesOnly_CallerWithoutRights) {
    for (const char* refused : {"open_source_token", "duplicate"}) {
        FakeTokenApi other;
        other.failures[refused] = ERROR_ACCESS_DENIED;
        CallerIdentity asked{other, other.pipe, 77};
        const auto caller = asked.caller();
        ASSERT_TRUE(caller.has_value()) << refused;
        EXPECT_EQ(caller->rights, nullptr) << refused;
    }
}

TEST_F(CallerIdentityTest, Rights_OfAnAdministrator_DebugPrivilegeEnabledInTheCopyAlone) {
    api.pipe_facts.administrator = true;
    api.process_facts.administrator = true;
    const auto caller = identity.caller();
    ASSERT_TRUE(caller.has_value());
    EXPECT_NE(caller->rights, nullptr);
    EXPECT_EQ(api.enabled, std::vector<std::wstring>{L"SeDebugPrivilege"});
    std::vector<std::string> on_copy;
    for (const auto& call : api.calls) {
        if (call.handle == api.rights_token) {
            on_copy.push_back(call.name);
        }
    }
    EXPECT_THAT(on_copy, ElementsAre("enable_privilege"));
}

TEST_F(CallerIdentityTest, Rights_PrivilegeNotHeldOrNotEnabled_AdministratorKeepsHisRights) {
    for (const auto code : {DWORD{ERROR_NOT_ALL_ASSIGNED}, DWORD{ERROR_ACCESS_DENIED}}) {
        FakeTokenApi other;
        other.pipe_facts.administrator = true;
        other.process_facts.administrator = true;
        other.failures["enable_privilege"] = code;
        CallerIdentity asked{other, other.pipe, 77};
        const auto caller = asked.caller();
        ASSERT_TRUE(caller.has_value()) << code;
        EXPECT_TRUE(caller->administrator) << code;
        ASSERT_NE(caller->rights, nullptr) << code;
        EXPECT_TRUE(caller->rights->assume().has_value()) << code;
        EXPECT_EQ(other.enabled.size(), 1U) << code;
    }
}

TEST_F(CallerIdentityTest, Rights_OfNoAdministrator_PrivilegesStayAsTheyAre) {
    struct Row {
        bool pipe;
        bool process;
        bool source;
    };
    for (const auto& row : {Row{false, false, false}, Row{true, false, false},
                            Row{false, true, true}, Row{true, true, false}}) {
        FakeTokenApi other;
        other.pipe_facts.administrator = row.pipe;
        other.process_facts.administrator = row.process;
        other.source_facts = FakeTokenApi::facts();
        other.source_facts->administrator = row.source;
        CallerIdentity asked{other, other.pipe, 77};
        const auto caller = asked.caller();
        ASSERT_TRUE(caller.has_value());
        EXPECT_NE(caller->rights, nullptr);
        EXPECT_TRUE(other.enabled.empty());
    }
}

TEST_F(CallerIdentityTest, Impersonation_NothingBetweenItAndRevertButOpeningTheToken) {
    ASSERT_TRUE(identity.caller().has_value());
    const auto made = names();
    const auto begin = std::ranges::find(made, "impersonate");
    ASSERT_NE(begin, made.end());
    EXPECT_THAT(std::vector<std::string>(begin, begin + 3),
                ElementsAre("impersonate", "open_thread_token", "revert"));
    EXPECT_EQ(std::ranges::count(made, "impersonate"), 1);
}

TEST_F(CallerIdentityTest, Process_OpenedForLimitedQueriesOnly) {
    ASSERT_TRUE(identity.caller().has_value());
    for (const auto& call : api.calls) {
        if (call.name == "open_process") {
            EXPECT_EQ(call.access,
                      static_cast<DWORD>(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE));
        }
        if (call.name == "open_process_token") {
            EXPECT_EQ(call.access, static_cast<DWORD>(TOKEN_QUERY));
        }
    }
}

TEST_F(CallerIdentityTest, RevertFails_EndsTheProcessBeforeAnythingElse) {
    api.failures["revert"] = ERROR_NOT_ENOUGH_MEMORY;
    EXPECT_THROW((void)identity.caller(), FakeTokenApi::Died);
    const auto made = names();
    const auto revert = std::ranges::find(made, "revert");
    ASSERT_NE(revert, made.end());
    EXPECT_EQ(*(revert + 1), "die");
}

TEST_F(CallerIdentityTest, TokenCannotBeOpened_RevertedAllTheSameAndRefused) {
    api.failures["open_thread_token"] = ERROR_NO_TOKEN;
    expect_refused(Code::access_denied);
    EXPECT_EQ(std::ranges::count(names(), "revert"), 1);
}

TEST_F(CallerIdentityTest, RevertFailsAfterOpenFailed_StillFatal) {
    api.failures["open_thread_token"] = ERROR_NO_TOKEN;
    api.failures["revert"] = ERROR_NOT_ENOUGH_MEMORY;
    EXPECT_THROW((void)identity.caller(), FakeTokenApi::Died);
}

TEST_F(CallerIdentityTest, NothingReadYet1368_Refused) {
    api.failures["impersonate"] = ERROR_CANNOT_IMPERSONATE;
    expect_refused(Code::access_denied);
    // Nothing was impersonated, so there is nothing to revert.
    EXPECT_EQ(std::ranges::count(names(), "revert"), 0);
}

TEST_F(CallerIdentityTest, Anonymous1347_Refused) {
    api.failures["open_thread_token"] = ERROR_CANT_OPEN_ANONYMOUS;
    expect_refused(Code::bad_impersonation_level);
}

TEST_F(CallerIdentityTest, AnonymousLevel1346_Refused) {
    api.failures["impersonate"] = ERROR_BAD_IMPERSONATION_LEVEL;
    expect_refused(Code::bad_impersonation_level);
}

TEST_F(CallerIdentityTest, EachFieldThatDiffers_RefusedByName) {
    using Change = std::function<void(core::TokenFacts&)>;
    const std::vector<std::pair<std::string, Change>> fields{
        {"user", [](auto& facts) { facts.user = "S-1-5-21-1-2-3-1002"; }},
        {"windowsSession", [](auto& facts) { facts.windows_session = 3; }},
        {"logonId", [](auto& facts) { facts.logon_id = 0x2'0000'0007; }},
        {"integrity", [](auto& facts) { facts.integrity = 0x3000; }},
        {"elevationType", [](auto& facts) { facts.elevation_type = 2; }},
        {"appContainer", [](auto& facts) { facts.app_container = "S-1-15-2-1-2-3"; }},
        {"restrictedSids", [](auto& facts) { facts.restricted_sids = {"S-1-5-12"}; }},
    };
    for (const auto& [name, change] : fields) {
        for (const bool in_pipe : {true, false}) {
            FakeTokenApi other;
            change(in_pipe ? other.pipe_facts : other.process_facts);
            CallerIdentity asked{other, other.pipe, 77};
            const auto caller = asked.caller();
            ASSERT_TRUE(caller.has_error()) << name;
            EXPECT_EQ(caller.error().code, Code::access_denied);
            EXPECT_EQ(caller.error().subject, name);
        }
    }
}

TEST_F(CallerIdentityTest, Administrator_OnlyWithTheGroupEnabledInBoth) {
    for (const auto& [pipe, process] :
         {std::pair{true, true}, {true, false}, {false, true}, {false, false}}) {
        FakeTokenApi other;
        other.pipe_facts.administrator = pipe;
        other.process_facts.administrator = process;
        CallerIdentity asked{other, other.pipe, 77};
        const auto caller = asked.caller();
        ASSERT_TRUE(caller.has_value());
        EXPECT_EQ(caller->administrator, pipe && process);
    }
}

TEST_F(CallerIdentityTest, RestrictedSidsUnknownToTheSystem_EqualOnlyWhenUnknownOfBoth) {
    api.pipe_restricted = ERROR_INVALID_FUNCTION;
    api.process_restricted = ERROR_INVALID_FUNCTION;
    EXPECT_TRUE(identity.caller().has_value());
    for (const bool of_pipe : {true, false}) {
        FakeTokenApi other;
        (of_pipe ? other.pipe_restricted : other.process_restricted) = ERROR_INVALID_FUNCTION;
        CallerIdentity asked{other, other.pipe, 77};
        const auto caller = asked.caller();
        ASSERT_TRUE(caller.has_error());
        EXPECT_EQ(caller.error().subject, "restrictedSids");
    }
}

TEST_F(CallerIdentityTest, RestrictedSidsRefusedOtherwise_Refused) {
    api.pipe_restricted = ERROR_ACCESS_DENIED;
    api.process_restricted = ERROR_ACCESS_DENIED;
    expect_refused(Code::access_denied);
}

TEST_F(CallerIdentityTest, AnyQuestionUnanswered_Refused) {
    for (const char* whose : {"query_token:pipe", "query_token:process"}) {
        FakeTokenApi other;
        other.failures[whose] = ERROR_INVALID_HANDLE;
        CallerIdentity asked{other, other.pipe, 77};
        EXPECT_TRUE(asked.caller().has_error()) << whose;
    }
}

TEST_F(CallerIdentityTest, OtherQuestionUnknownToTheSystem_Refused) {
    for (const auto what : {TokenUser, TokenSessionId, TokenStatistics, TokenIntegrityLevel,
                            TokenElevationType, TokenAppContainerSid, TokenGroups}) {
        FakeTokenApi other;
        other.failing_class = what;
        CallerIdentity asked{other, other.pipe, 77};
        EXPECT_TRUE(asked.caller().has_error()) << what;
    }
}

TEST_F(CallerIdentityTest, ProcessGone_Refused) {
    api.failures["open_process"] = ERROR_INVALID_PARAMETER;
    expect_refused(Code::access_denied);
    EXPECT_EQ(std::ranges::count(names(), "impersonate"), 0);
}

TEST_F(CallerIdentityTest, ImageUnreadable_KnownWithoutIt) {
    api.failures["process_image"] = ERROR_ACCESS_DENIED;
    const auto caller = identity.caller();
    ASSERT_TRUE(caller.has_value());
    EXPECT_EQ(caller->program, "");
}

TEST_F(CallerIdentityTest, ProcessAlone_DoesNotImpersonateAndIsNoAdministrator) {
    api.process_facts.administrator = true;
    const auto caller = identity.process();
    ASSERT_TRUE(caller.has_value());
    EXPECT_FALSE(caller->administrator);
    EXPECT_EQ(std::ranges::count(names(), "impersonate"), 0);
}

TEST_F(CallerIdentityTest, ProcessThenCaller_ProcessOpenedOnceAndHeldUntilTheEnd) {
    {
        CallerIdentity asked{api, api.pipe, 77};
        ASSERT_TRUE(asked.process().has_value());
        ASSERT_TRUE(asked.caller().has_value());
        EXPECT_EQ(std::ranges::count(names(), "open_process"), 1);
        EXPECT_EQ(std::ranges::count_if(api.calls,
                                        [&](const auto& call) {
                                            return call.name == "close" &&
                                                   call.handle == api.process;
                                        }),
                  0);
    }
    // All that was opened is closed, once, and the borrowed pipe is not.
    for (const auto& [handle, times] : {std::pair{api.process, 1},
                                        {api.process_token, 1},
                                        {api.source_token, 1},
                                        {api.rights_token, 1},
                                        {api.pipe_token, 1},
                                        {api.pipe, 0}}) {
        EXPECT_EQ(std::ranges::count_if(api.calls,
                                        [handle = handle](const auto& call) {
                                            return call.name == "close" && call.handle == handle;
                                        }),
                  times);
    }
}

}  // namespace
}  // namespace rmb::win
