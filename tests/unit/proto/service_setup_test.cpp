#include "proto/service_setup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rmb::proto {
namespace {

ServiceSetupFacts as_installed() {
    ServiceSetupFacts facts;
    facts.start_type = kServiceStartType;
    facts.delayed_start = false;
    facts.account = "LocalSystem";
    facts.image_path = R"("C:\Program Files\rmbroker\rmbroker.exe")";
    facts.restart_delays_ms.emplace(kRestartDelaysMs.begin(), kRestartDelaysMs.end());
    facts.act_on_error_exit = true;
    facts.sid_type = kServiceSidType;
    facts.authenticated_users_access = kServiceClientAccess;
    facts.description = std::string{kServiceDescription};
    return facts;
}

TEST(ServiceSetupGaps, AsInstalled_None) {
    EXPECT_TRUE(service_setup_gaps(as_installed()).empty());
}

TEST(ServiceSetupGaps, NothingKnown_None) {
    EXPECT_TRUE(service_setup_gaps({}).empty());
}

TEST(ServiceSetupGaps, AfterBareScCreate_NamesEachStepAndItsCommand) {
    ServiceSetupFacts facts;
    facts.start_type = 3;
    facts.delayed_start = false;
    facts.account = "LocalSystem";
    facts.image_path = R"(C:\Program Files\rmbroker\rmbroker.exe)";
    facts.restart_delays_ms.emplace();
    facts.act_on_error_exit = false;
    facts.sid_type = 0;
    facts.authenticated_users_access = 0;
    facts.description = "";
    const auto gaps = service_setup_gaps(facts);
    ASSERT_EQ(gaps.size(), 7U);
    EXPECT_EQ(gaps[0].command,
              "sc.exe config RmBroker "
              R"(binPath= "\"C:\Program Files\rmbroker\rmbroker.exe\"")");
    EXPECT_EQ(gaps[1].found, "demand");
    EXPECT_EQ(gaps[1].command, "sc.exe config RmBroker start= auto");
    EXPECT_EQ(gaps[2].found, "none");
    EXPECT_EQ(gaps[2].command,
              "sc.exe failure RmBroker reset= 86400 actions= "
              "restart/1000/restart/1000/restart/5000");
    EXPECT_EQ(gaps[3].command, "sc.exe failureflag RmBroker 1");
    EXPECT_EQ(gaps[4].command, "sc.exe sidtype RmBroker unrestricted");
    EXPECT_THAT(gaps[5].command, testing::StartsWith("sc.exe sdset RmBroker \"D:(A;;"));
    EXPECT_EQ(gaps[6].step, "description");
}

TEST(ServiceSetupGaps, DelayedStart_IsAGap) {
    auto facts = as_installed();
    facts.delayed_start = true;
    const auto gaps = service_setup_gaps(facts);
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps[0].found, "auto, delayed");
}

TEST(ServiceSetupGaps, OtherAccount_IsAGap) {
    auto facts = as_installed();
    facts.account = R"(NT AUTHORITY\LocalService)";
    const auto gaps = service_setup_gaps(facts);
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps[0].command, "sc.exe config RmBroker obj= LocalSystem");
}

}  // namespace
}  // namespace rmb::proto
