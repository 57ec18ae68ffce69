#include "client/ctl/output.hpp"

#include <gtest/gtest.h>

namespace {

using namespace rmb;
using ctl::ExitCode;
using proto::Code;

TEST(ExitCodeOf, ServiceRefused_IsFailed) {
    EXPECT_EQ(ctl::exit_code_of({{Code::access_denied, "no"}, true}), ExitCode::failed);
}

TEST(ExitCodeOf, NoAnswer_IsUnreachable) {
    EXPECT_EQ(ctl::exit_code_of({{Code::access_denied, "no"}, false}), ExitCode::unreachable);
    EXPECT_EQ(ctl::exit_code_of({{Code::sem_timeout, "late"}, false}), ExitCode::unreachable);
}

TEST(ErrorText, AnyError_HasNumberAndName) {
    EXPECT_EQ(ctl::error_text({Code::service_not_active, "nobody serves"}),
              "error 1062 (ERROR_SERVICE_NOT_ACTIVE): nobody serves");
}

TEST(ErrorText, Subject_IsToldOnce) {
    EXPECT_EQ(ctl::error_text({Code::access_denied, "not the broker", "wrongOwner"}),
              "error 5 (ERROR_ACCESS_DENIED): not the broker (wrongOwner)");
    EXPECT_EQ(ctl::error_text({Code::bad_arguments, "params.hash: too short", "params.hash"}),
              "error 160 (ERROR_BAD_ARGUMENTS): params.hash: too short");
}

TEST(ErrorText, TextOfTheService_CannotDriveTheTerminal) {
    EXPECT_EQ(ctl::error_text({Code::internal_error, "a\x1b[2J"}),
              R"(error -32603 (INTERNAL_ERROR): a\x1b[2J)");
}

}  // namespace
