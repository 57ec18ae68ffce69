#include "engine/locks.hpp"

#include "locks_scenario.hpp"
#include "support/results.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace rmb::engine;
using namespace rmb::test;
using Op = FakeSystem::Op;

const std::vector<Scenario> kKinds{
    {"nobody", [](FakeSystem& s) { s.file("/a"); }, {"/a"}, {{}}},
    {"handle with access",
     [](FakeSystem& s) {
         s.file("/a");
         s.hold(s.run(10), "/a", HoldKind::handle, 0x12'0089);
     },
     {"/a"},
     {{"10 handle 120089 /a"}}},
    {"handle without access",
     [](FakeSystem& s) {
         s.file("/a");
         s.hold(s.run(10), "/a");
     },
     {"/a"},
     {{"10 handle 0 /a"}}},
    {"image",
     [](FakeSystem& s) {
         s.file("/a");
         s.hold(s.run(10), "/a", HoldKind::image);
     },
     {"/a"},
     {{"10 image 0 /a"}}},
    {"mapping",
     [](FakeSystem& s) {
         s.file("/a");
         s.hold(s.run(10), "/a", HoldKind::mapping);
     },
     {"/a"},
     {{"10 mapping 0 /a"}}},
    {"working directory",
     [](FakeSystem& s) {
         s.folder("/a");
         s.hold(s.run(10), "/a", HoldKind::working_directory);
     },
     {"/a"},
     {{"10 workingDirectory 0 /a"}}},
    {"all of them, in the order of the kinds",
     [](FakeSystem& s) {
         s.folder("/a");
         const auto process = s.run(10);
         s.hold(process, "/a", HoldKind::working_directory);
         s.hold(process, "/a", HoldKind::mapping);
         s.hold(process, "/a", HoldKind::image);
         s.hold(process, "/a", HoldKind::handle, 1);
     },
     {"/a"},
     {{"10 handle 1 /a", "10 image 0 /a", "10 mapping 0 /a", "10 workingDirectory 0 /a"}}},
    {"several handles become one, with the access of all",
     [](FakeSystem& s) {
         s.file("/a");
         const auto process = s.run(10);
         s.hold(process, "/a", HoldKind::handle, 0x1);
         s.hold(process, "/a", HoldKind::image);
         s.hold(process, "/a", HoldKind::handle, 0x6);
         s.hold(process, "/a", HoldKind::handle, 0x4);
     },
     {"/a"},
     {{"10 handle 7 /a", "10 image 0 /a"}}},
    {"handles of different processes stay apart",
     [](FakeSystem& s) {
         s.file("/a");
         s.hold(s.run(10), "/a", HoldKind::handle, 1);
         s.hold(s.run(11), "/a", HoldKind::handle, 2);
     },
     {"/a"},
     {{"10 handle 1 /a", "11 handle 2 /a"}}},
    {"handles to different files stay apart",
     [](FakeSystem& s) {
         s.file("/a");
         s.file("/b");
         const auto process = s.run(10);
         s.hold(process, "/a", HoldKind::handle, 1);
         s.hold(process, "/b", HoldKind::handle, 2);
     },
     {"/a", "/b"},
     {{"10 handle 1 /a"}, {"10 handle 2 /b"}}},
    {"another file is held",
     [](FakeSystem& s) {
         s.file("/a");
         s.file("/b");
         s.hold(s.run(10), "/b");
     },
     {"/a"},
     {{}}},
    {"the same number on another volume is another file",
     [](FakeSystem& s) {
         auto file = s.file("/a");
         ++file.volume;
         s.hold(s.run(10), file);
     },
     {"/a"},
     {{}}},
    {"the last byte of the number counts",
     [](FakeSystem& s) {
         auto file = s.file("/a");
         file.id.back() = 1;
         s.hold(s.run(10), file);
     },
     {"/a"},
     {{}}},
};

TEST(QueryLocks, EachKindOfHolding_IsListedOnceWithItsAccess) {
    check_locks(kKinds);
}

const std::vector<Scenario> kNames{
    {"held by another name of the file",
     [](FakeSystem& s) {
         s.file("/a");
         s.hard_link("/b", "/a");
         s.hold(s.run(10), "/a");
     },
     {"/b"},
     {{"10 handle 0 /b"}}},
    {"asked for by both names",
     [](FakeSystem& s) {
         s.file("/a");
         s.hard_link("/b", "/a");
         s.hold(s.run(10), "/a");
     },
     {"/b", "/a"},
     {{"10 handle 0 /b"}, {"10 handle 0 /a"}}},
    {"asked for twice",
     [](FakeSystem& s) {
         s.file("/a");
         s.hold(s.run(10), "/a");
         const auto secret = s.run(11);
         s.hold(secret, "/a");
         s.protected_processes.insert(s.snapshot.processes[secret].key);
     },
     {"/a", "/a"},
     {{"10 handle 0 /a", "1 hidden"}, {"10 handle 0 /a", "1 hidden"}}},
    {"through a link on the way",
     [](FakeSystem& s) {
         s.file("/real/a");
         s.link("/way", "/real");
         s.hold(s.run(10), "/real/a");
     },
     {"/way/a"},
     {{"10 handle 0 /way/a"}}},
    {"a link itself leads to its target",
     [](FakeSystem& s) {
         s.file("/real");
         s.link("/way", "/real");
         s.hold(s.run(10), "/real");
     },
     {"/way"},
     {{"10 handle 0 /way"}}},
    {"a handle to the link itself is not one to its target",
     [](FakeSystem& s) {
         s.file("/real");
         s.hold(s.run(10), s.link("/way", "/real"));
     },
     {"/way"},
     {{}}},
    {"a folder without what is below it",
     [](FakeSystem& s) {
         s.file("/f/a");
         s.folder("/f/g");
         s.hold(s.run(10), "/f/a");
         s.hold(s.run(11), "/f", HoldKind::working_directory);
         s.hold(s.run(12), "/f/g", HoldKind::working_directory);
     },
     {"/f"},
     {{"11 workingDirectory 0 /f"}}},
    {"no paths", [](FakeSystem& s) { s.hold(s.run(10), s.file("/a")); }, {}, {}},
};

TEST(QueryLocks, EachNameOfAFile_LeadsToItsHolders) {
    check_locks(kNames);
}

const std::vector<Scenario> kErrors{
    {"missing", [](FakeSystem&) {}, {"/a"}, {{"ERROR_FILE_NOT_FOUND"}}},
    {"not a full path", [](FakeSystem& s) { s.file("/a"); }, {"a"}, {{"ERROR_BAD_ARGUMENTS"}}},
    {"empty", [](FakeSystem&) {}, {""}, {{"ERROR_BAD_ARGUMENTS"}}},
    {"not the caller's",
     [](FakeSystem& s) {
         s.hold(s.run(10), s.file("/a"));
         s.refused_identify["/a"] = {Code::access_denied, "no"};
     },
     {"/a"},
     {{"ERROR_ACCESS_DENIED"}}},
    {"a volume that hangs",
     [](FakeSystem& s) {
         s.hold(s.run(10), s.file("/a"));
         s.refused_identify["/a"] = {Code::sem_timeout, "slow"};
     },
     {"/a"},
     {{"ERROR_SEM_TIMEOUT"}}},
    {"a link to nothing",
     [](FakeSystem& s) { s.link("/way", "/gone"); },
     {"/way"},
     {{"ERROR_FILE_NOT_FOUND"}}},
    {"the others are answered",
     [](FakeSystem& s) {
         s.hold(s.run(10), s.file("/a"));
         s.hold(s.run(11), s.file("/b"));
     },
     {"/gone", "/a", "x", "/b", "/gone"},
     {{"ERROR_FILE_NOT_FOUND"},
      {"10 handle 0 /a"},
      {"ERROR_BAD_ARGUMENTS"},
      {"11 handle 0 /b"},
      {"ERROR_FILE_NOT_FOUND"}}},
    {"denied by one name, held by the other",
     [](FakeSystem& s) {
         s.hold(s.run(10), s.file("/a"));
         s.hard_link("/b", "/a");
         s.refused_identify["/a"] = {Code::access_denied, "no"};
     },
     {"/a", "/b"},
     {{"ERROR_ACCESS_DENIED"}, {"10 handle 0 /b"}}},
};

TEST(QueryLocks, PathThatCannotBeNamed_IsAnErrorOfItsRowOnly) {
    check_locks(kErrors);
}

TEST(QueryLocks, ErrorOfARow_IsTheSystemsOwn) {
    LocksWorld world;
    const Error error{Code::sem_timeout, "volume 7 does not answer", "timeLimit"};
    world.system.refused_identify["/a"] = error;
    EXPECT_EQ(world.ask({"/a"}).value().paths.at(0), (PathLocks{"/a", error, {}, 0}));
}

TEST(QueryLocks, OrderOfTheSnapshot_DoesNotShow) {
    LocksWorld world;
    auto& system = world.system;
    system.file("/a");
    for (const auto& [pid, start] : {std::pair{30U, 1U}, {9U, 5U}, {9U, 2U}, {100U, 0U}}) {
        system.hold(system.run(pid, start), "/a", HoldKind::mapping);
    }
    const auto locks = world.ask({"/a"}).value();
    std::vector<rmb::core::ProcessKey> order;
    for (const auto& holder : locks.paths.at(0).holders) {
        order.push_back(holder.process.key);
    }
    EXPECT_EQ(order, (std::vector<rmb::core::ProcessKey>{{9, 2}, {9, 5}, {30, 1}, {100, 0}}));
}

TEST(QueryLocks, Holder_IsTheProcessAsTheSnapshotShowsIt) {
    LocksWorld world;
    auto& system = world.system;
    const Process shown{{10, 77}, "/opt/app", "S-1-5-21-9", 3};
    system.snapshot.processes = {{{1, 1}, "/sbin/init", "", 0}, shown};
    system.hold(1, system.file("/a"), HoldKind::handle, 5);
    const Holder holder{shown, "/a", HoldKind::handle, 5};
    EXPECT_EQ(world.ask({"/a"}).value().paths.at(0).holders, std::vector{holder});
}

TEST(QueryLocks, NothingCouldBeNamed_NoLook) {
    LocksWorld world;
    world.system.snapshot.unseen = {{"process 4", "protected"}};
    const auto locks = world.ask({"/gone", "x"}).value();
    EXPECT_EQ(show(locks.paths),
              (std::vector<Lines>{{"ERROR_FILE_NOT_FOUND"}, {"ERROR_BAD_ARGUMENTS"}}));
    EXPECT_TRUE(locks.unseen.empty());
    EXPECT_EQ(world.system.count(Op::look), 0U);
}

TEST(QueryLocks, UnseenOfTheSnapshot_IsPassedOn) {
    LocksWorld world;
    world.system.file("/a");
    const std::vector<Unseen> unseen{{"process 4", "protected"}, {"process 3", "gone"}};
    world.system.snapshot.unseen = unseen;
    const auto locks = world.ask({"/a"}, true).value();
    EXPECT_EQ(locks.unseen, unseen);
    EXPECT_TRUE(locks.unlisted.empty());
}

}  // namespace
