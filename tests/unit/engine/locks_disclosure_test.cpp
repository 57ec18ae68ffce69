#include "engine/locks.hpp"

#include "locks_scenario.hpp"
#include "support/results.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

/// Whom the caller may know of, and in whose name that is found out.
namespace {

using namespace rmb::engine;
using namespace rmb::test;
using Op = FakeSystem::Op;

const std::vector<Scenario> kDisclosure{
    {"nobody may be shown",
     [](FakeSystem& s) {
         s.file("/a");
         for (const auto process : {s.run(10), s.run(11)}) {
             s.hold(process, "/a");
             protect(s, process);
         }
     },
     {"/a"},
     {{"2 hidden"}}},
    {"one is shown, one counted",
     [](FakeSystem& s) {
         s.file("/a");
         const auto secret = s.run(10);
         s.hold(secret, "/a");
         s.hold(s.run(11), "/a");
         protect(s, secret);
     },
     {"/a"},
     {{"11 handle 0 /a", "1 hidden"}}},
    {"processes are counted, not what they hold",
     [](FakeSystem& s) {
         s.file("/a");
         const auto secret = s.run(10);
         s.hold(secret, "/a", HoldKind::handle, 1);
         s.hold(secret, "/a", HoldKind::handle, 2);
         s.hold(secret, "/a", HoldKind::image);
         s.hold(secret, "/a", HoldKind::mapping);
         protect(s, secret);
     },
     {"/a"},
     {{"1 hidden"}}},
    {"each row counts for itself",
     [](FakeSystem& s) {
         s.file("/a");
         s.file("/b");
         s.file("/c");
         const auto first = s.run(10);
         const auto second = s.run(11);
         s.hold(first, "/a");
         s.hold(first, "/b");
         s.hold(second, "/b");
         protect(s, first);
         protect(s, second);
     },
     {"/a", "/b", "/c"},
     {{"1 hidden"}, {"2 hidden"}, {}}},
    {"the same pid once more, later",
     [](FakeSystem& s) {
         s.file("/a");
         const auto old = s.run(10, 1'000);
         s.hold(old, "/a", HoldKind::handle, 1);
         s.hold(s.run(11, 2'000), "/a", HoldKind::handle, 2);
         protect(s, old);
     },
     {"/a"},
     {{"11 handle 2 /a", "1 hidden"}}},
    {"a process that the snapshot shows twice",
     [](FakeSystem& s) {
         s.file("/a");
         s.file("/b");
         s.hold(s.run(10), "/a", HoldKind::handle, 1);
         s.hold(s.run(10), "/a", HoldKind::handle, 2);
         const auto secret = s.run(11);
         s.hold(secret, "/b");
         s.hold(s.run(11), "/b");
         protect(s, secret);
     },
     {"/a", "/b"},
     {{"10 handle 3 /a"}, {"1 hidden"}}},
};

TEST(QueryLocksDisclosure, ProcessThatTheCallerMayNotQuery_IsOnlyCounted) {
    check_locks(kDisclosure);
}

TEST(QueryLocksDisclosure, ProcessThatHoldsNothingAskedFor_IsNotAskedAbout) {
    LocksWorld world;
    auto& system = world.system;
    system.hold(system.run(10), system.file("/a"));
    system.hold(system.run(11), system.file("/b"));
    (void)system.run(12);
    ASSERT_TRUE(world.ask({"/b"}));
    EXPECT_EQ(system.calls, (std::vector<FakeSystem::Call>{{Op::identify, "/b", true},
                                                           {Op::look, "", false},
                                                           {Op::may_query, "11@1000", true}}));
}

TEST(QueryLocksDisclosure, TenThousandPaths_OneLookAndOneNamingEach) {
    LocksWorld world;
    auto& system = world.system;
    constexpr std::size_t kPaths = 10'000;
    std::vector<std::size_t> processes;
    for (std::uint32_t pid = 1; pid <= 50; ++pid) {
        processes.push_back(system.run(pid));
    }
    for (const auto secret : {7U, 19U, 31U}) {
        protect(system, secret);
    }
    std::vector<std::string> paths;
    std::vector<Lines> expected;
    for (std::size_t i = 0; i < kPaths; ++i) {
        paths.push_back("/" + std::to_string(i % 100) + "/" + std::to_string(i));
        system.file(paths.back());
        const auto process = i % processes.size();
        system.hold(processes[process], paths.back(), HoldKind::handle, 1);
        system.hold(processes[process], paths.back(), HoldKind::handle, 2);
        const bool secret = process == 7 || process == 19 || process == 31;
        expected.push_back(
            {secret ? "1 hidden" : std::to_string(process + 1) + " handle 3 " + paths.back()});
    }
    const auto locks = world.ask(paths).value();
    EXPECT_EQ(show(locks.paths), expected);
    EXPECT_EQ(system.count(Op::look), 1U);
    EXPECT_EQ(system.count(Op::may_query), processes.size());
    std::vector<std::string> named;
    for (const auto& call : system.calls) {
        if (call.op == Op::identify) {
            named.push_back(call.what);
        }
    }
    EXPECT_EQ(named, paths);
    EXPECT_EQ(broken_rules(world), Lines{});
}

}  // namespace
