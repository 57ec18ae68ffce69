#include "windows/control/windows_control.hpp"

#include "../made_service.hpp"
#include "../suspended_process.hpp"
#include "windows/wine.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <future>
#include <stop_token>
#include <string>
#include <vector>

namespace rmb::win {
namespace {

using namespace std::chrono_literals;
using Ended = std::vector<bool>;

// Longer than any test waits where all is well.
constexpr engine::Milliseconds kLong = 30s;

template <class T>
Code code_of(const result<T>& outcome) {
    return outcome.has_value() ? Code::ok : outcome.error().code;
}

struct WindowsControlTest : testing::Test {
    WindowsControl control;
};

TEST_F(WindowsControlTest, Terminate_EndsTheProcess) {
    const SuspendedProcess child;
    const std::array processes{child.key()};
    EXPECT_EQ(control.wait_for_end(processes, 0ms, {}), Ended{false});
    EXPECT_EQ(code_of(control.terminate(child.key())), Code::ok);
    EXPECT_EQ(control.wait_for_end(processes, kLong, {}), Ended{true});
}

TEST_F(WindowsControlTest, TerminateEndedOrAnotherOfTheSameId_FileNotFoundAndHarmless) {
    const SuspendedProcess child;
    auto other = child.key();
    ++other.start_time;
    EXPECT_EQ(code_of(control.terminate(other)), Code::file_not_found);
    const std::array processes{child.key()};
    EXPECT_EQ(control.wait_for_end(processes, 0ms, {}), Ended{false});
    child.end();
    EXPECT_EQ(code_of(control.terminate(child.key())), Code::file_not_found);
    EXPECT_EQ(code_of(control.terminate({0xFFFF'FFF0, 1})), Code::file_not_found);
}

TEST_F(WindowsControlTest, WaitForEnd_MoreThanSixtyFour_EachInItsOrder) {
    const std::vector<SuspendedProcess> children(70);
    std::vector<core::ProcessKey> processes;
    Ended expected;
    for (std::size_t i = 0; i < children.size(); ++i) {
        processes.push_back(children[i].key());
        expected.push_back(i % 3 != 0);
        if (expected.back()) {
            children[i].end();
        }
    }
    EXPECT_EQ(control.wait_for_end(processes, 10ms, {}), expected);
    EXPECT_TRUE(control.wait_for_end({}, kLong, {}).empty());
}

TEST_F(WindowsControlTest, WaitForEnd_ProcessEndsMeanwhile_ReturnsBeforeTheLimit) {
    const SuspendedProcess child;
    const std::array processes{child.key()};
    auto waited =
        std::async(std::launch::async, [&] { return control.wait_for_end(processes, kLong, {}); });
    ASSERT_EQ(waited.wait_for(150ms), std::future_status::timeout);
    ASSERT_EQ(code_of(control.terminate(child.key())), Code::ok);
    ASSERT_EQ(waited.wait_for(5s), std::future_status::ready);
    EXPECT_EQ(waited.get(), Ended{true});
}

TEST_F(WindowsControlTest, WaitForEnd_StopRequested_ReturnsWithinASecond) {
    const SuspendedProcess child;
    const std::array processes{child.key()};
    std::stop_source stop;
    auto waited = std::async(std::launch::async, [&] {
        return control.wait_for_end(processes, kLong, stop.get_token());
    });
    ASSERT_EQ(waited.wait_for(50ms), std::future_status::timeout);
    stop.request_stop();
    ASSERT_EQ(waited.wait_for(1s), std::future_status::ready);
    EXPECT_EQ(waited.get(), Ended{false});
}

TEST_F(WindowsControlTest, NoSuchService_1060AndInNoState) {
    const std::string name = "no such service";
    EXPECT_EQ(code_of(control.dependents(name)), Code::service_does_not_exist);
    EXPECT_EQ(code_of(control.stop_service(name)), Code::service_does_not_exist);
    EXPECT_EQ(code_of(control.start_service(name)), Code::service_does_not_exist);
    const std::array names{name};
    EXPECT_EQ(control.wait_for_services(names, false, kLong, {}), Ended{false});
    EXPECT_EQ(control.wait_for_services(names, true, kLong, {}), Ended{false});
}

TEST_F(WindowsControlTest, Service_StartedAndStopped_TwiceIsSuccessToo) {
    if (!under_wine()) {
        GTEST_SKIP() << "would stop the printing of a real system";
    }
    const std::array names{std::string{"Spooler"}};
    for (int times = 0; times < 2; ++times) {
        ASSERT_EQ(code_of(control.start_service(names[0])), Code::ok);
        ASSERT_EQ(control.wait_for_services(names, true, kLong, {}), Ended{true});
    }
    EXPECT_EQ(control.wait_for_services(names, false, 0ms, {}), Ended{false});
    for (int times = 0; times < 2; ++times) {
        ASSERT_EQ(code_of(control.stop_service(names[0])), Code::ok);
        ASSERT_EQ(control.wait_for_services(names, false, kLong, {}), Ended{true});
    }
}

TEST_F(WindowsControlTest, Dependents_OnlyThoseThatRun) {
    if (!under_wine()) {
        GTEST_SKIP() << "its program is a service's own only under Wine";
    }
    const MadeService dependent{L"C:\\windows\\system32\\spoolsv.exe", L"PlugPlay"};
    const std::array names{dependent.name()};
    const auto is_one = [&] {
        const auto found = control.dependents("plugplay");
        return found.has_value() && std::ranges::count(*found, names[0]) == 1;
    };
    EXPECT_FALSE(is_one());
    ASSERT_EQ(code_of(control.start_service(names[0])), Code::ok);
    ASSERT_EQ(control.wait_for_services(names, true, kLong, {}), Ended{true});
    EXPECT_TRUE(is_one());
    ASSERT_EQ(code_of(control.stop_service(names[0])), Code::ok);
    ASSERT_EQ(control.wait_for_services(names, false, kLong, {}), Ended{true});
    EXPECT_FALSE(is_one());
}

TEST_F(WindowsControlTest, WaitForServices_StopRequested_ReturnsWithinASecond) {
    const std::array names{std::string{"PlugPlay"}};
    std::stop_source stop;
    auto waited = std::async(std::launch::async, [&] {
        return control.wait_for_services(names, false, kLong, stop.get_token());
    });
    ASSERT_EQ(waited.wait_for(50ms), std::future_status::timeout);
    stop.request_stop();
    ASSERT_EQ(waited.wait_for(1s), std::future_status::ready);
    EXPECT_EQ(waited.get(), Ended{false});
}

TEST_F(WindowsControlTest, ApplicationLimit_OfNobody_TheDefault) {
    EXPECT_EQ(control.application_limit("S-1-0-0"), engine::kApplicationLimit);
    EXPECT_EQ(control.application_limit(""), engine::kApplicationLimit);
}

TEST_F(WindowsControlTest, ServiceLimit_WithinItsBounds) {
    EXPECT_GE(control.service_limit(), 1s);
    EXPECT_LE(control.service_limit(), 5min);
}

}  // namespace
}  // namespace rmb::win
