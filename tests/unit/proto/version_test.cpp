#include "proto/version.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Version, Built_IsTheProjects) {
    EXPECT_EQ(rmb::proto::kVersion, RMB_PROJECT_VERSION);
}

}  // namespace
