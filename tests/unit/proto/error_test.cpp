#include "proto/error.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using rmb::proto::Code;
using rmb::proto::code_name;

TEST(CodeName, EachCode_IsThatOfTheWindowsHeaders) {
    // Numbers and names as winerror.h and the JSON-RPC specification have them.
    const std::vector<std::pair<int, std::string_view>> expected{
        {0, "ERROR_SUCCESS"},
        {2, "ERROR_FILE_NOT_FOUND"},
        {5, "ERROR_ACCESS_DENIED"},
        {6, "ERROR_INVALID_HANDLE"},
        {14, "ERROR_OUTOFMEMORY"},
        {29, "ERROR_WRITE_FAULT"},
        {121, "ERROR_SEM_TIMEOUT"},
        {160, "ERROR_BAD_ARGUMENTS"},
        {234, "ERROR_MORE_DATA"},
        {353, "ERROR_MAX_SESSIONS_REACHED"},
        {1060, "ERROR_SERVICE_DOES_NOT_EXIST"},
        {1062, "ERROR_SERVICE_NOT_ACTIVE"},
        {1219, "ERROR_SESSION_CREDENTIAL_CONFLICT"},
        {1223, "ERROR_CANCELLED"},
        {1312, "ERROR_NO_SUCH_LOGON_SESSION"},
        {1346, "ERROR_BAD_IMPERSONATION_LEVEL"},
        {1816, "ERROR_NOT_ENOUGH_QUOTA"},
        {-32700, "PARSE_ERROR"},
        {-32600, "INVALID_REQUEST"},
        {-32601, "METHOD_NOT_FOUND"},
        {-32602, "INVALID_PARAMS"},
        {-32603, "INTERNAL_ERROR"},
    };
    for (const auto& [number, name] : expected) {
        EXPECT_EQ(code_name(static_cast<Code>(number)), name) << number;
    }
}

TEST(CodeName, UnknownCode_IsUnknown) {
    for (const int number : {1, 7, -1, -32000, 354, 2'147'483'647}) {
        EXPECT_EQ(code_name(static_cast<Code>(number)), "UNKNOWN") << number;
    }
}

TEST(Result, ValueOfAnError_ThrowsItsMessage) {
    const rmb::proto::result<int> failed =
        rmb::proto::Error{Code::invalid_handle, "no such handle"};
    try {
        (void)failed.value();
        FAIL() << "did not throw";
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "no such handle");
    }
}

}  // namespace
