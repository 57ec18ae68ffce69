#include "windows/system/handle_risk.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace rmb::win {
namespace {

TEST(HandleRisk, Access_TellsWhatIsOpenedLikeThat) {
    const std::vector<std::pair<DWORD, HandleRisk>> rows{
        {FILE_GENERIC_READ, HandleRisk::low},
        {FILE_GENERIC_READ | FILE_GENERIC_EXECUTE, HandleRisk::low},
        {FILE_TRAVERSE | SYNCHRONIZE, HandleRisk::low},
        {FILE_ALL_ACCESS, HandleRisk::low},
        {0, HandleRisk::low},
        {FILE_GENERIC_READ | FILE_GENERIC_WRITE, HandleRisk::some},
        {FILE_GENERIC_WRITE | FILE_READ_ATTRIBUTES, HandleRisk::some},
        {FILE_GENERIC_READ | FILE_WRITE_ATTRIBUTES, HandleRisk::high},
        {FILE_GENERIC_READ | FILE_CREATE_PIPE_INSTANCE, HandleRisk::high},
        {FILE_GENERIC_READ | FILE_WRITE_DATA, HandleRisk::high},
        {FILE_GENERIC_READ | FILE_GENERIC_WRITE | WRITE_OWNER, HandleRisk::high},
        {FILE_GENERIC_READ | FILE_GENERIC_WRITE | WRITE_DAC, HandleRisk::high},
        {SYNCHRONIZE, HandleRisk::high},
    };
    for (const auto& [access, risk] : rows) {
        EXPECT_EQ(risk_of(access), risk) << std::hex << access;
    }
}

TEST(HandleRisk, Handles_LikelyPipesComeLastTheRestStaysInOrder) {
    const auto sorted = by_risk(
        {{1, 4, 0x120189}, {1, 8, 0x120089}, {2, 4, 0x12019F}, {2, 8, 0x1A019F}, {3, 4, 0x120089}});
    std::vector<std::pair<std::uint32_t, std::uintptr_t>> order;
    for (const auto& of_one_risk : sorted) {
        for (const auto& handle : of_one_risk) {
            order.emplace_back(handle.pid, handle.handle);
        }
    }
    EXPECT_EQ(order, (std::vector<std::pair<std::uint32_t, std::uintptr_t>>{
                         {1, 8}, {3, 4}, {2, 4}, {1, 4}, {2, 8}}));
    EXPECT_EQ(sorted.front().size(), 2U);
    EXPECT_EQ(sorted.back().size(), 2U);
}

}  // namespace
}  // namespace rmb::win
