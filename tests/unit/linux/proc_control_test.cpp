#include "linux/proc_control.hpp"

#include "linux/processes.hpp"
#include "linux/user_rights.hpp"
#include "support/forked_process.hpp"
#include "support/results.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <array>
#include <chrono>
#include <future>
#include <stop_token>
#include <string>
#include <vector>

namespace {

using namespace rmb;
using namespace rmb::test;
using namespace std::chrono_literals;
using core::Code;
using core::ProcessKey;

constexpr auto kAlice = ForkedProcess::kAlice;
constexpr auto kBob = ForkedProcess::kBob;

// Longer than any test waits where all is well.
constexpr engine::Milliseconds kLong = 30s;

bool stay() {
    return true;
}

ProcessKey key_of(const ForkedProcess& process) {
    return {process.pid(), os_linux::start_time_of(process.pid()).value()};
}

struct ProcControl : testing::Test {
    os_linux::ProcControl control;
};

TEST_F(ProcControl, Terminate_EndsTheProcess) {
    const ForkedProcess child{geteuid(), stay};
    const std::array processes{key_of(child)};
    EXPECT_EQ(control.wait_for_end(processes, 0ms, {}), std::vector{false});
    EXPECT_TRUE(control.terminate(processes[0]));
    EXPECT_EQ(control.wait_for_end(processes, kLong, {}), std::vector{true});
}

TEST_F(ProcControl, TerminateEndedOrAnotherOfTheSameId_Is2AndHarmless) {
    ForkedProcess child{geteuid(), stay};
    const auto process = key_of(child);
    EXPECT_EQ(code_of(control.terminate({process.pid, process.start_time + 1})),
              Code::file_not_found);
    EXPECT_EQ(os_linux::start_time_of(process.pid), process.start_time);
    child.end();
    EXPECT_EQ(code_of(control.terminate(process)), Code::file_not_found);
}

TEST_F(ProcControl, WaitForEnd_TellsOfEachInItsOrder) {
    ForkedProcess gone{geteuid(), stay};
    const ForkedProcess stays{geteuid(), stay};
    const ForkedProcess ends{geteuid(), stay};
    const std::array processes{key_of(stays), key_of(gone), key_of(ends)};
    gone.end();
    ASSERT_TRUE(control.terminate(processes[2]));
    const std::array last{processes[2]};
    ASSERT_EQ(control.wait_for_end(last, kLong, {}), std::vector{true});
    EXPECT_EQ(control.wait_for_end(processes, 10ms, {}), (std::vector{false, true, true}));
    EXPECT_TRUE(control.wait_for_end({}, kLong, {}).empty());
}

TEST_F(ProcControl, WaitForEnd_ProcessEndsMeanwhile_ReturnsBeforeTheLimit) {
    const ForkedProcess child{geteuid(), stay};
    const std::array processes{key_of(child)};
    auto waited =
        std::async(std::launch::async, [&] { return control.wait_for_end(processes, kLong, {}); });
    ASSERT_EQ(waited.wait_for(150ms), std::future_status::timeout);
    ASSERT_TRUE(control.terminate(processes[0]));
    ASSERT_EQ(waited.wait_for(5s), std::future_status::ready);
    EXPECT_EQ(waited.get(), std::vector{true});
}

TEST_F(ProcControl, WaitForEnd_StopRequested_ReturnsWithinASecond) {
    const ForkedProcess child{geteuid(), stay};
    const std::array processes{key_of(child)};
    std::stop_source stop;
    auto waited = std::async(std::launch::async, [&] {
        return control.wait_for_end(processes, kLong, stop.get_token());
    });
    ASSERT_EQ(waited.wait_for(50ms), std::future_status::timeout);
    stop.request_stop();
    ASSERT_EQ(waited.wait_for(1s), std::future_status::ready);
    EXPECT_EQ(waited.get(), std::vector{false});
}

TEST_F(ProcControl, Services_DoNotExist) {
    const std::string name = "x";
    EXPECT_EQ(code_of(control.dependents(name)), Code::service_does_not_exist);
    EXPECT_EQ(code_of(control.stop_service(name)), Code::service_does_not_exist);
    EXPECT_EQ(code_of(control.start_service(name)), Code::service_does_not_exist);
    const std::array names{name};
    EXPECT_EQ(control.wait_for_services(names, false, kLong, {}), std::vector{false});
}

struct ProcControlUsers : ProcControl {
    void SetUp() override {
        if (geteuid() != 0) {
            GTEST_SKIP() << "needs root, to be several users";
        }
    }
    Code terminate_as(uid_t user, const ForkedProcess& process) {
        const auto key = key_of(process);
        const auto assumed = os_linux::UserRights{user, user}.assume();
        EXPECT_TRUE(assumed);
        return code_of(control.terminate(key));
    }
};

TEST_F(ProcControlUsers, Terminate_OnesOwnAndRootAll) {
    const ForkedProcess alices{kAlice, stay};
    const ForkedProcess another{kAlice, stay};
    EXPECT_EQ(terminate_as(kBob, alices), Code::access_denied);
    EXPECT_TRUE(os_linux::start_time_of(alices.pid()));
    EXPECT_EQ(terminate_as(kAlice, alices), Code::ok);
    EXPECT_EQ(terminate_as(0, another), Code::ok);
}

TEST_F(ProcControlUsers, TerminateProcessOfTheHostsOwnUser_IsNotLent) {
    const ForkedProcess roots{0, stay};
    EXPECT_EQ(terminate_as(kAlice, roots), Code::access_denied);
    EXPECT_TRUE(os_linux::start_time_of(roots.pid()));
}

}  // namespace
