#include "harness/broker_test.hpp"
#include "harness/run_program.hpp"

#include <cstdlib>
#include <filesystem>
#include <string_view>

/// The ABI as a program in C sees it (tests/abi), with a broker behind it.
namespace rmb::e2e {
namespace {

using Abi = RunningBroker;

void expect_all_is_well(const Programs& of) {
    const auto said = run_program(of.dll.parent_path() / L"rmb-abi-dynamic.exe", "--broker");
    EXPECT_EQ(said.code, 0U) << said.text;
}

TEST_F(Abi, ProgramInC_64Bit_GetsWhatTheHeaderSays) {
    expect_all_is_well(programs());
}

TEST_F(Abi, ProgramInC_32Bit_GetsWhatTheHeaderSays) {
    if (const auto* const x86 = std::getenv("RMB_E2E_X86_BIN");
        x86 != nullptr && std::string_view{x86} == "none") {
        GTEST_SKIP() << "no x86 build";
    }
    expect_all_is_well(x86_programs());
}

}  // namespace
}  // namespace rmb::e2e
