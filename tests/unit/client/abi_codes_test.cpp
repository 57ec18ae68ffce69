#include "client/lib/abi_codes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace rmb::client {
namespace {

using proto::Code;

struct Row {
    Function function;
    std::vector<std::int32_t> documented;  // reference, and DESIGN 7
};

const std::array kRows{
    Row{Function::start_session, {0, 14, 29, 121, 160, 353, 1062}},
    Row{Function::join_session, {0, 14, 29, 121, 160, 353, 1062, 1219}},
    Row{Function::end_session, {0, 6, 14, 29, 121, 160, 1062}},
    Row{Function::register_resources, {0, 6, 14, 29, 121, 160, 1062}},
    Row{Function::get_list, {0, 5, 6, 14, 29, 121, 160, 234, 1062, 1219, 1223}},
    Row{Function::shutdown, {0, 6, 14, 29, 121, 160, 350, 351, 1062, 1219, 1223}},
    Row{Function::restart, {0, 6, 14, 29, 121, 160, 350, 351, 352, 776, 1062, 1219, 1223}},
    Row{Function::cancel_current_task, {0, 6, 14, 29, 121, 160, 1062, 1219}},
    Row{Function::add_filter, {0, 6, 14, 29, 121, 160, 1062, 1219}},
    Row{Function::remove_filter, {0, 2, 6, 14, 29, 121, 160, 1062, 1219}},
    Row{Function::get_filter_list, {0, 6, 14, 29, 121, 160, 234, 1062, 1219}},
};

TEST(AbiCode, OfEveryFunction_IsDocumentedOrBecomesADocumentedOne) {
    for (const auto& [function, documented] : kRows) {
        for (std::int32_t code = -33'000; code < 20'000; ++code) {
            const auto told =
                static_cast<std::int32_t>(abi_code(function, static_cast<Code>(code)));
            const bool stays = std::ranges::find(documented, code) != documented.end();
            ASSERT_TRUE(!stays || told == code) << code;
            ASSERT_NE(std::ranges::find(documented, told), documented.end()) << code;
            ASSERT_TRUE(code == 0 || told != 0) << code;
        }
    }
}

TEST(AbiCode, Foreign_IsTheNearest) {
    for (const auto& row : kRows) {
        EXPECT_EQ(abi_code(row.function, Code::not_enough_quota), Code::out_of_memory);
        EXPECT_EQ(abi_code(row.function, Code::not_ready), Code::write_fault);
        EXPECT_EQ(abi_code(row.function, Code::internal_error), Code::write_fault);
        EXPECT_EQ(abi_code(row.function, Code::service_does_not_exist), Code::service_not_active);
    }
}

TEST(AbiCode, OfOneFunctionOnly_IsTheNearestOfIt) {
    EXPECT_EQ(abi_code(Function::join_session, Code::invalid_handle),
              Code::session_credential_conflict);
    EXPECT_EQ(abi_code(Function::join_session, Code::cancelled), Code::session_credential_conflict);
    EXPECT_EQ(abi_code(Function::add_filter, Code::cancelled), Code::write_fault);
    EXPECT_EQ(abi_code(Function::start_session, Code::invalid_handle), Code::write_fault);
    EXPECT_EQ(abi_code(Function::end_session, Code::max_sessions_reached), Code::write_fault);
    EXPECT_EQ(abi_code(Function::shutdown, Code::access_denied), Code::fail_shutdown);
    EXPECT_EQ(abi_code(Function::restart, Code::access_denied), Code::fail_restart);
}

}  // namespace
}  // namespace rmb::client
