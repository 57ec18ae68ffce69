#include "windows/system/service_list.hpp"

#include "../made_service.hpp"

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

TEST(OpenService, Name_WhateverItsCase) {
    EXPECT_TRUE(open_service("PLUGPLAY", SERVICE_QUERY_STATUS).has_value());
    const auto missing = open_service("no such service", SERVICE_QUERY_STATUS);
    ASSERT_TRUE(missing.has_error());
    EXPECT_EQ(missing.error().code, Code::service_does_not_exist);
}

}  // namespace
}  // namespace rmb::win
