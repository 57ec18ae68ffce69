#include "affected_world.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

/// Who is in the list, and who is hidden.
namespace {

using namespace rmb::engine;
using namespace rmb::test;
using rmb::core::ProcessKey;
using Op = FakeSystem::Op;

constexpr ProcessKey key(std::uint32_t pid) {
    return {pid, AffectedWorld::kStartTime};
}

const std::vector<AffectedScenario> kHolders{
    {"nobody", [](AffectedWorld&) {}, {}},
    {"holders, by process id",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 20);
         w.run(Kind::gui, 10);
     },
     {"10 main status 1", "20 main status 1"}},
    {"the same program twice, as two",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         w.run(Kind::gui, 11);
         w.system.snapshot.processes[1].program = "/bin/10";
     },
     {"10 main status 1", "11 main status 1"}},
    {"whoever holds something else is not",
     [](AffectedWorld& w) {
         w.system.file("/other");
         w.run(Kind::gui, 10, "/other");
     },
     {}},
    {"a holder of several files in several ways, once",
     [](AffectedWorld& w) {
         w.system.file("/app/b");
         w.run(Kind::gui, 10);
         w.system.hold(0, "/app/b", HoldKind::image);
         w.system.hold(0, "/app/b", HoldKind::mapping);
         w.enlist_files({AffectedWorld::kFile, "/app/b"});
     },
     {"10 main status 1"}},
    {"files registered by another name",
     [](AffectedWorld& w) {
         w.system.hard_link("/alias", AffectedWorld::kFile);
         w.run(Kind::gui, 10);
         w.enlist_files({"/alias"});
     },
     {"10 main status 1"}},
    {"missing files match nothing",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         w.enlist_files({"/app/none", "no path"});
     },
     {}},
    {"one that has ended meanwhile is neither listed nor hidden",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         w.run(Kind::gui, 11);
         w.system.on_call = [&w](const FakeSystem::Call& call) {
             if (call.op == Op::details) {
                 w.system.protected_processes.insert(key(10));
                 w.system.snapshot.processes[0].key.pid = 99;
             }
         };
     },
     {"11 main status 1"}},
    {"one that the primary may not query is counted, once",
     [](AffectedWorld& w) {
         w.system.file("/app/b");
         w.run(Kind::gui, 10);
         w.run(Kind::gui, 11);
         w.system.hold(0, "/app/b", HoldKind::image);
         w.system.protected_processes = {key(10)};
         w.enlist_files({AffectedWorld::kFile, "/app/b"});
     },
     {"11 main status 1", "1 hidden"},
     0x1},
};

TEST(FindAffected, Holders_AreListedOnceOrCounted) {
    check_affected(kHolders);
}

const std::vector<AffectedScenario> kProcesses{
    {"one that runs, and holds nothing",
     [](AffectedWorld& w) {
         w.system.file("/other");
         w.run(Kind::gui, 10, "/other");
         w.enlist_process(10);
     },
     {"10 main status 1"}},
    {"a later one with the same id",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         w.enlist_process(10, AffectedWorld::kStartTime - 1);
     },
     {}},
    {"one that does not run", [](AffectedWorld& w) { w.enlist_process(10); }, {}},
    {"registered twice, and a holder",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         w.enlist_process(10);
         w.enlist_process(10);
         w.enlist_files({AffectedWorld::kFile});
     },
     {"10 main status 1"}},
    {"one that the primary may not query",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         w.system.protected_processes = {key(10)};
         w.enlist_process(10);
     },
     {"1 hidden"},
     0x1},
    {"one that its registrant may not query, and the primary may",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         const auto secondary = w.enlist_by_secondary({{}, {key(10)}, {}});
         w.system.denied_to = {{secondary, "10@1000"}};
     },
     {"1 hidden"},
     0x1},
    {"one that its registrant may query, and the primary may not",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         (void)w.enlist_by_secondary({{}, {key(10)}, {}});
         w.system.denied_to = {{0, "10@1000"}};
     },
     {"1 hidden"},
     0x1},
    {"registered by a secondary",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         (void)w.enlist_by_secondary({{}, {key(10)}, {}});
     },
     {"10 main status 1"}},
    {"one of several registrants is enough",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         const auto refused = w.enlist_by_secondary({{}, {key(10)}, {}});
         (void)w.enlist_by_secondary({{}, {key(10)}, {}});
         w.system.denied_to = {{refused, "10@1000"}};
     },
     {"10 main status 1"}},
    {"its registrant may not query it, but it holds a file",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         const auto refused = w.enlist_by_secondary({{}, {key(10)}, {}});
         w.system.denied_to = {{refused, "10@1000"}};
         w.enlist_files({AffectedWorld::kFile});
     },
     {"10 main status 1"}},
};

TEST(FindAffected, RegisteredProcesses_AreThoseThatRunAndMayBeNamed) {
    check_affected(kProcesses);
}

const std::vector<AffectedScenario> kServices{
    {"a holder that is a service",
     [](AffectedWorld& w) { w.run_service("spooler", 20); },
     {"20/spooler service status 1"}},
    {"a holder that is several, by name",
     [](AffectedWorld& w) {
         w.run_service("themes", 20);
         w.run_service("audio", 20);
         w.run(Kind::gui, 10);
     },
     {"10 main status 1", "20/audio service status 1", "20/themes service status 1"}},
    {"a stopped service has no process",
     [](AffectedWorld& w) {
         w.run_service("spooler", 20);
         w.services.at("spooler").is_running = false;
         w.run_service("audio", 20);
     },
     {"20/audio service status 1"}},
    {"registered, and holding nothing, in other case, twice",
     [](AffectedWorld& w) {
         w.run_service("Spooler", 20);
         w.enlist_services({"sPOOLER", "Spooler"});
     },
     {"20/Spooler service status 1"}},
    {"registered: the others of its process are not affected",
     [](AffectedWorld& w) {
         w.run_service("themes", 20);
         w.run_service("audio", 20);
         w.enlist_services({"audio"});
     },
     {"20/audio service status 1"}},
    {"registered and in a process that holds a file: all of them",
     [](AffectedWorld& w) {
         w.run_service("themes", 20);
         w.run_service("audio", 20);
         w.enlist_services({"audio"});
         w.enlist_files({AffectedWorld::kFile});
     },
     {"20/audio service status 1", "20/themes service status 1"}},
    {"a registered process that is a service",
     [](AffectedWorld& w) {
         w.run_service("spooler", 20);
         w.enlist_process(20);
     },
     {"20/spooler service status 1"}},
    {"registered, and unknown or stopped",
     [](AffectedWorld& w) {
         w.run_service("spooler", 20);
         w.stop_service("spooler");
         w.enlist_services({"none", "spooler"});
     },
     {}},
    {"a holder that the primary may not query is hidden, service or not",
     [](AffectedWorld& w) {
         w.run_service("spooler", 20);
         w.system.protected_processes = {key(20)};
     },
     {"1 hidden"},
     0x1},
    {"registered, in a process that the primary may not query: listed",
     [](AffectedWorld& w) {
         w.run_service("spooler", 20);
         w.system.protected_processes = {key(20)};
         w.enlist_services({"spooler"});
     },
     {"20/spooler service status 1"}},
    {"one whose process is not there any more, or is the broker's",
     [](AffectedWorld& w) {
         w.run_service("spooler", 20);
         w.system.snapshot.processes.clear();
         w.system.snapshot.holdings.clear();
         w.enlist_services({"spooler"});
     },
     {}},
};

TEST(FindAffected, ServiceProcesses_AreListedAsTheirServices) {
    check_affected(kServices);
}

TEST(FindAffected, UndisclosedService_TellsNothingOfItsProcess) {
    AffectedWorld world;
    world.run_service("spooler", 20);
    world.details(20).command_line = "secret";
    world.system.protected_processes = {key(20)};
    world.enlist_services({"spooler"});
    const auto list = world.ask().value();
    ASSERT_EQ(list.applications.size(), 1U);
    const auto& affected = list.applications[0];
    EXPECT_EQ(affected.app.program, "");
    EXPECT_EQ(affected.app.user, "");
    EXPECT_EQ(affected.details, ProcessDetails{});
    EXPECT_TRUE(affected.files.empty());
    EXPECT_EQ(affected.app.name, "The spooler");
}

TEST(FindAffected, HeldFiles_AreNamedAsRegisteredInOrder) {
    AffectedWorld world;
    auto& system = world.system;
    system.file("/app/b");
    system.hard_link("/app/a", "/app/b");
    world.run(Kind::gui, 10);
    world.run(Kind::gui, 11);
    for (int i = 0; i < 3; ++i) {
        system.hold(0, "/app/b", HoldKind::handle, 1);
    }
    system.hold(0, "/app/b", HoldKind::image);
    world.enlist_files({AffectedWorld::kFile, "/app/b", "/app/a", "/APP/b"});
    world.enlist_files({"/app/b"});
    const auto list = world.ask().value();
    ASSERT_EQ(list.applications.size(), 2U);
    EXPECT_EQ(list.applications[0].files, (std::vector<HeldFile>{{"/APP/b", HoldKind::handle},
                                                                 {"/APP/b", HoldKind::image},
                                                                 {"/app/a", HoldKind::handle},
                                                                 {"/app/a", HoldKind::image},
                                                                 {"/app/b", HoldKind::handle},
                                                                 {"/app/b", HoldKind::image},
                                                                 {"/app/used", HoldKind::handle}}));
    EXPECT_EQ(list.applications[1].files, (std::vector<HeldFile>{{"/app/used", HoldKind::handle}}));
}

TEST(FindAffected, HeldFilesWithLongNames_AreBoundedInBytes) {
    AffectedWorld world;
    std::vector<std::string> files;
    world.run(Kind::gui, 10);
    for (const char letter : {'a', 'b', 'c'}) {
        files.push_back("/app/" + std::string(kMaxHeldFileBytes / 2, letter));
        world.system.file(files.back());
        world.system.hold(0, files.back());
    }
    world.enlist_files(files);
    const auto list = world.ask().value();
    ASSERT_EQ(list.applications.size(), 1U);
    EXPECT_EQ(list.applications[0].files.size(), 1U);
}

TEST(FindAffected, TenThousandFilesAnd500Processes_AreOneLook) {
    AffectedWorld world;
    std::vector<std::string> files;
    for (int folder = 0; folder < 20; ++folder) {
        for (int i = 0; i < 500; ++i) {
            files.push_back("/folder" + std::to_string(folder) + '/' + std::to_string(i));
            world.system.file(files.back());
        }
    }
    for (std::uint32_t pid = 1'000; pid < 1'500; ++pid) {
        world.run(Kind::gui, pid, files[pid]);
        for (std::size_t i = 0; i < 200; ++i) {
            world.system.hold(pid - 1'000, files[i]);
        }
    }
    world.enlist_files(files);
    const auto list = world.ask().value();
    EXPECT_EQ(list.applications.size(), 500U);
    EXPECT_EQ(list.applications[0].files.size(), kMaxHeldFiles);
    EXPECT_EQ(world.system.count(Op::enumerate), 20U);
    EXPECT_EQ(world.system.count(Op::identify), 0U);
    EXPECT_EQ(world.system.count(Op::look), 1U);
    EXPECT_EQ(world.system.count(Op::may_query), 500U);
    EXPECT_EQ(broken_affected_rules(world), Lines{});
}

}  // namespace
