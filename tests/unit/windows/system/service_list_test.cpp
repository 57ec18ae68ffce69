#include "windows/system/service_list.hpp"

#include "../made_service.hpp"
#include "../suspended_process.hpp"
#include "windows/wine.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace rmb::win {
namespace {

TEST(ListServices, System_ItsServicesWithTheirProcesses) {
    const auto services = list_services();
    ASSERT_TRUE(services.has_value()) << services.error().message;
    const auto found = std::ranges::find(*services, "PlugPlay", &engine::ServiceFacts::name);
    ASSERT_NE(found, services->end());
    EXPECT_FALSE(found->display_name.empty());
    EXPECT_TRUE(found->is_running);
    EXPECT_NE(found->pid, 0U);
    EXPECT_TRUE(std::ranges::any_of(*services, [](const engine::ServiceFacts& service) {
        return !service.is_running && service.pid == 0;
    }));
}

TEST(ListServices, ServiceWithoutADisplayName_DisplayedByItsName) {
    const MadeService made;
    const auto& name = made.name();
    const auto services = list_services();
    ASSERT_TRUE(services.has_value());
    const auto found = std::ranges::find(*services, name, &engine::ServiceFacts::name);
    ASSERT_NE(found, services->end());
    EXPECT_EQ(*found, (engine::ServiceFacts{name, name, 0, false}));
}

TEST(ServiceState, ProcessHasEndedAndScmSaysItRuns_StoppedUnderWine) {
    if (!under_wine()) {
        GTEST_SKIP() << "SCM knows it";
    }
    const SuspendedProcess host;
    SERVICE_STATUS_PROCESS status{};
    status.dwCurrentState = SERVICE_STOP_PENDING;
    status.dwProcessId = host.key().pid;
    EXPECT_EQ(service_state(status), DWORD{SERVICE_STOP_PENDING});
    host.end();
    EXPECT_EQ(service_state(status), DWORD{SERVICE_STOPPED});
    // None yet, or none any more.
    status.dwProcessId = 0;
    EXPECT_EQ(service_state(status), DWORD{SERVICE_STOP_PENDING});
}

TEST(OpenService, Name_WhateverItsCase) {
    EXPECT_TRUE(open_service("PLUGPLAY", SERVICE_QUERY_STATUS).has_value());
    const auto missing = open_service("no such service", SERVICE_QUERY_STATUS);
    ASSERT_TRUE(missing.has_error());
    EXPECT_EQ(missing.error().code, Code::service_does_not_exist);
}

}  // namespace
}  // namespace rmb::win
