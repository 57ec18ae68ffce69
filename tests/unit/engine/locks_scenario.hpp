#pragma once

#include "locks_world.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace rmb::test {

/// What is asked of a machine, and the rows that must come.
struct Scenario {
    const char* name;
    void (*build)(FakeSystem& system);
    std::vector<std::string> paths;
    std::vector<Lines> rows;
};

inline void check_locks(const std::vector<Scenario>& scenarios) {
    for (const auto& scenario : scenarios) {
        SCOPED_TRACE(scenario.name);
        LocksWorld world;
        scenario.build(world.system);
        const auto locks = world.ask(scenario.paths);
        ASSERT_TRUE(locks) << locks.error().message;
        EXPECT_EQ(show(locks->paths), scenario.rows);
        for (std::size_t row = 0; row < scenario.paths.size(); ++row) {
            EXPECT_EQ(locks->paths.at(row).path, scenario.paths[row]);
        }
        EXPECT_EQ(broken_rules(world), Lines{});
        EXPECT_EQ(world.system.count(FakeSystem::Op::enumerate), 0U);
    }
}

/// The caller may not query it.
inline void protect(FakeSystem& system, std::size_t process) {
    system.protected_processes.insert(system.snapshot.processes.at(process).key);
}

}  // namespace rmb::test
