#include "core/pipe_security.hpp"

#include "proto/service_setup.hpp"
#include "support/access_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rmb::core {
namespace {

using namespace rmb::test;

constexpr const char* kEveryone = "S-1-1-0";
constexpr const char* kAuthenticated = "S-1-5-11";
constexpr const char* kInteractive = "S-1-5-4";
constexpr const char* kNetwork = "S-1-5-2";
constexpr const char* kUsers = "S-1-5-32-545";
constexpr const char* kAdministrators = "S-1-5-32-544";
constexpr const char* kAlice = "S-1-5-21-1-2-3-1001";

constexpr std::uint32_t kLow = 0x1000;
constexpr std::uint32_t kMedium = 0x2000;
constexpr std::uint32_t kHigh = 0x3000;
constexpr std::uint32_t kSystemLevel = 0x4000;

/// What the client asks for.
constexpr std::uint32_t kClientOpen = kGenericRead | kFileWriteData;

struct Kind {
    std::string name;
    Token token;
    bool opens;
    bool owns;  // may create instances and change the DACL
};

std::vector<Kind> kinds() {
    const Token standard{
        kAlice, {kEveryone, kAuthenticated, kInteractive, kUsers}, {}, kMedium, {}};
    const Token ssh{kAlice, {kEveryone, kAuthenticated, kNetwork, kUsers}, {}, kMedium, {}};
    const Token filtered{
        kAlice, {kEveryone, kAuthenticated, kInteractive, kUsers}, {kAdministrators}, kMedium, {}};
    const Token full{
        kAlice, {kEveryone, kAuthenticated, kInteractive, kUsers, kAdministrators}, {}, kHigh, {}};
    Token low = standard;
    low.integrity = kLow;
    Token app = low;
    app.app_container = {"S-1-15-2-1", "S-1-15-2-11-22-33", "S-1-15-3-1"};
    // As when EveryoneIncludesAnonymous is set: the most that anonymous can have.
    const Token anonymous{"S-1-5-7", {kEveryone, kNetwork}, {}, 0, {}};
    const Token system{
        "S-1-5-18", {kEveryone, kAuthenticated, kAdministrators}, {}, kSystemLevel, {}};
    return {{"StandardUser", standard, true, false},
            {"SshUser", ssh, true, false},
            {"FilteredAdministrator", filtered, true, false},
            {"FullAdministrator", full, true, true},
            {"LowIntegrity", low, false, false},
            {"AppContainer", app, false, false},
            {"Anonymous", anonymous, false, false},
            {"System", system, true, true}};
}

bool pipe_grants(const Kind& kind, std::uint32_t access) {
    return access_granted(parse_sddl(pipe_sddl(kServiceOwner)), kind.token, access);
}

TEST(PipeSecurity, OpenAsTheClientDoes_OnlyForLocalUsersOfMediumIntegrity) {
    for (const auto& kind : kinds()) {
        EXPECT_EQ(pipe_grants(kind, kClientOpen), kind.opens) << kind.name;
        EXPECT_EQ(pipe_grants(kind, kClientOpen | kSynchronize), kind.opens) << kind.name;
        EXPECT_EQ(pipe_grants(kind, kFileWriteData), kind.opens) << kind.name;
    }
}

TEST(PipeSecurity, CreateInstance_OnlyForSystemAndAdministrators) {
    for (const auto& kind : kinds()) {
        EXPECT_EQ(pipe_grants(kind, kFileCreatePipeInstance), kind.owns) << kind.name;
        // GENERIC_WRITE holds the same bit, which is why the client does not ask for it.
        EXPECT_EQ(pipe_grants(kind, kGenericRead | kGenericWrite), kind.owns) << kind.name;
    }
}

TEST(PipeSecurity, ChangeProtection_OnlyForSystemAndAdministrators) {
    for (const auto& kind : kinds()) {
        EXPECT_EQ(pipe_grants(kind, kWriteDac), kind.owns) << kind.name;
        EXPECT_EQ(pipe_grants(kind, kWriteOwner), kind.owns) << kind.name;
        EXPECT_EQ(pipe_grants(kind, kDelete), kind.owns) << kind.name;
    }
}

TEST(PipeSecurity, ReadOwner_ForEverybodyWhoMayOpen) {
    for (const auto& kind : kinds()) {
        // A low process could read the owner and still not send a byte.
        EXPECT_EQ(pipe_grants(kind, kReadControl), kind.opens || kind.name == "LowIntegrity")
            << kind.name;
    }
}

TEST(PipeSecurityText, Parsed_SaysWhatTheDesignSays) {
    const auto descriptor = parse_sddl(pipe_sddl(kServiceOwner));
    EXPECT_EQ(descriptor.owner, "S-1-5-18");
    EXPECT_EQ(parse_sddl(pipe_sddl(kConsoleOwner)).owner, kAdministrators);
    EXPECT_TRUE(descriptor.dacl_protected);
    ASSERT_TRUE(descriptor.dacl);
    // FILE_GENERIC_READ | FILE_WRITE_DATA | FILE_WRITE_ATTRIBUTES | SYNCHRONIZE
    EXPECT_EQ(descriptor.dacl->back().rights,
              kFileGenericRead | kFileWriteData | 0x100U | kSynchronize);
    for (const auto& ace : *descriptor.dacl) {
        EXPECT_TRUE(ace.allow) << "a deny ACE on NETWORK would lock SSH users out";
    }
}

TEST(HelperPipeSecurity, OpenAsTheHelperDoes_OnlyForItsUserOfMediumIntegrityAndSystem) {
    const auto descriptor = parse_sddl(helper_pipe_sddl(kAlice));
    const auto granted = [&](const Kind& kind, std::uint32_t access) {
        return access_granted(descriptor, kind.token, access);
    };
    for (auto kind : kinds()) {
        const bool is_system = kind.name == "System";
        EXPECT_EQ(granted(kind, kGenericRead | kFileWriteData), kind.opens) << kind.name;
        EXPECT_EQ(granted(kind, kFileReadData), kind.opens) << kind.name;
        for (const auto access : {kFileCreatePipeInstance, kWriteDac, kWriteOwner, kDelete}) {
            EXPECT_EQ(granted(kind, access), is_system) << kind.name << " " << access;
        }
        if (!is_system) {
            kind.token.user = "S-1-5-21-1-2-3-1002";
            EXPECT_FALSE(granted(kind, kFileReadData)) << "another user, as " << kind.name;
            EXPECT_FALSE(granted(kind, kFileWriteData)) << "another user, as " << kind.name;
        }
    }
}

TEST(ServiceSecurity, QueryAndControl_ByAuthenticatedUsersAndAdministrators) {
    constexpr std::uint32_t kStart = 0x10;
    constexpr std::uint32_t kStop = 0x20;
    constexpr std::uint32_t kChangeConfig = 0x2;
    const auto descriptor = parse_sddl(proto::kServiceSddl);
    for (const auto& kind : kinds()) {
        const auto granted = [&](std::uint32_t access) {
            return access_granted(descriptor, kind.token, access, kServiceMapping);
        };
        const bool may_ask = kind.name != "AppContainer" && kind.name != "Anonymous";
        EXPECT_EQ(granted(proto::kServiceClientAccess), may_ask) << kind.name;
        for (const auto access : {kStart, kStop, kChangeConfig, kWriteDac}) {
            EXPECT_EQ(granted(access), kind.owns) << kind.name << " " << access;
        }
    }
}

// The check itself: each rule alone, so that the tables above cannot pass by accident.

const Token kUser{"S-1-5-21-9", {"S-1-1-0"}, {"S-1-5-32-544"}, 0x2000, {}};

TEST(AccessCheck, AceOrder_FirstThatNamesTheRightDecides) {
    EXPECT_FALSE(access_granted(parse_sddl("D:(D;;FR;;;WD)(A;;FA;;;WD)"), kUser, kFileReadData));
    EXPECT_TRUE(access_granted(parse_sddl("D:(A;;FA;;;WD)(D;;FR;;;WD)"), kUser, kFileReadData));
    EXPECT_TRUE(access_granted(parse_sddl("D:(D;;0x2;;;WD)(A;;FA;;;WD)"), kUser, kFileReadData));
}

TEST(AccessCheck, SeveralAces_AddUp) {
    const auto descriptor = parse_sddl("D:(A;;0x1;;;WD)(A;;0x2;;;S-1-5-21-9)");
    EXPECT_TRUE(access_granted(descriptor, kUser, kFileReadData | kFileWriteData));
    EXPECT_FALSE(access_granted(descriptor, kUser, kFileReadData | 0x4));
}

TEST(AccessCheck, DenyOnlyGroup_DeniesAndDoesNotAllow) {
    EXPECT_FALSE(access_granted(parse_sddl("D:(A;;FA;;;BA)"), kUser, kFileReadData));
    EXPECT_FALSE(access_granted(parse_sddl("D:(D;;FR;;;BA)(A;;FA;;;WD)"), kUser, kFileReadData));
}

TEST(AccessCheck, NoDacl_GrantsAll_EmptyDacl_GrantsNothing) {
    EXPECT_TRUE(access_granted(parse_sddl("O:SY"), kUser, kFileAllAccess));
    EXPECT_FALSE(access_granted(parse_sddl("O:SYD:"), kUser, kFileReadData));
}

TEST(AccessCheck, Owner_ReadsAndChangesTheDaclUnlessOwnerRightsAreStated) {
    EXPECT_TRUE(access_granted(parse_sddl("O:WDD:"), kUser, kReadControl | kWriteDac));
    EXPECT_FALSE(access_granted(parse_sddl("O:WDD:"), kUser, kFileReadData));
    EXPECT_FALSE(access_granted(parse_sddl("O:WDD:(A;;RC;;;OW)"), kUser, kWriteDac));
    EXPECT_TRUE(access_granted(parse_sddl("O:WDD:(A;;RC;;;OW)"), kUser, kReadControl));
}

TEST(AccessCheck, InheritOnlyAce_CountsForNothingHere) {
    EXPECT_FALSE(access_granted(parse_sddl("D:(A;OICIIO;FA;;;WD)"), kUser, kFileReadData));
}

TEST(AccessCheck, Label_StopsWritingFromBelowWhateverTheDaclSays) {
    Token low = kUser;
    low.integrity = 0x1000;
    const auto labelled = parse_sddl("D:(A;;FA;;;WD)S:(ML;;NW;;;ME)");
    EXPECT_TRUE(access_granted(labelled, kUser, kFileWriteData));
    EXPECT_FALSE(access_granted(labelled, low, kFileWriteData));
    EXPECT_TRUE(access_granted(labelled, low, kFileReadData));
    EXPECT_FALSE(access_granted(parse_sddl("D:(A;;FA;;;WD)"), low, kFileWriteData))
        << "no label means medium";
    EXPECT_FALSE(access_granted(parse_sddl("D:(A;;FA;;;WD)S:(ML;;NWNR;;;ME)"), low, kFileReadData));
    EXPECT_TRUE(access_granted(parse_sddl("D:(A;;FA;;;WD)S:(ML;;NW;;;LW)"), low, kFileWriteData));
}

TEST(AccessCheck, AppContainer_NeedsAGrantOfItsOwn) {
    Token app = kUser;
    app.app_container = {"S-1-15-2-1", "S-1-15-2-7"};
    EXPECT_FALSE(access_granted(parse_sddl("D:(A;;FA;;;WD)"), app, kFileReadData));
    EXPECT_FALSE(access_granted(parse_sddl("D:(A;;FA;;;AC)"), app, kFileReadData));
    EXPECT_TRUE(access_granted(parse_sddl("D:(A;;FA;;;WD)(A;;FR;;;AC)"), app, kFileReadData));
    EXPECT_FALSE(access_granted(parse_sddl("D:(A;;FA;;;WD)(A;;FR;;;AC)"), app, kFileWriteData));
}

TEST(AccessCheck, UnknownText_IsRefusedNotSkipped) {
    for (const char* sddl : {"D:(XA;;FA;;;WD;(a))", "D:(A;;ZZ;;;WD)", "D:(A;;FA;;;ZZ)",
                             "S:(AU;SA;FA;;;WD)", "D:AI(A;;FA;;;WD)", "Q:"}) {
        EXPECT_THROW((void)parse_sddl(sddl), std::invalid_argument) << sddl;
    }
}

}  // namespace
}  // namespace rmb::core
