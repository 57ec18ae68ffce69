#include "linux/no_agents.hpp"

#include "linux/processes.hpp"
#include "support/forked_process.hpp"
#include "support/results.hpp"

#include <gtest/gtest.h>

namespace {

using namespace rmb;
using namespace rmb::test;

TEST(NoAgents, Agents_AreNotReady) {
    os_linux::NoAgents agents;
    EXPECT_EQ(code_of(agents.acting(1, nullptr)), core::Code::not_ready);
    EXPECT_EQ(code_of(agents.starting(1, "S-1-22-1-0")), core::Code::not_ready);
}

TEST(NoAgents, Resume_TellsWhetherItRuns) {
    os_linux::NoAgents agents;
    ForkedProcess child{geteuid(), [] { return true; }};
    const core::ProcessKey process{child.pid(), os_linux::start_time_of(child.pid()).value()};
    EXPECT_TRUE(agents.resume(process));
    EXPECT_FALSE(agents.resume({process.pid, process.start_time + 1}));
    child.end();
    EXPECT_FALSE(agents.resume(process));
}

}  // namespace
