#include "engine/named_files.hpp"

#include "locks_world.hpp"
#include "support/empty_system.hpp"
#include "support/results.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace rmb::engine;
using namespace rmb::test;
using Op = FakeSystem::Op;

/// Folders, what is asked of them recursively, and which names each path leads to.
struct Scenario {
    const char* name;
    void (*build)(FakeSystem& system);
    std::vector<std::string> paths;
    std::vector<Lines> names;  // sorted
    std::vector<Unseen> unlisted = {};
};

const std::vector<Scenario> kTrees{
    {"a file", [](FakeSystem& s) { s.file("/a"); }, {"/a"}, {{"/a"}}},
    {"an empty folder", [](FakeSystem& s) { s.folder("/f"); }, {"/f"}, {{"/f"}}},
    {"files, folders and what is in them",
     [](FakeSystem& s) {
         s.file("/f/a");
         s.file("/f/g/b");
         s.folder("/f/g/h");
         s.file("/f/g/i/c");
     },
     {"/f"},
     {{"/f", "/f/a", "/f/g", "/f/g/b", "/f/g/h", "/f/g/i", "/f/g/i/c"}}},
    {"a name that begins alike is not below",
     [](FakeSystem& s) {
         s.file("/f/a");
         s.file("/fa/b");
         s.file("/f.txt");
     },
     {"/f"},
     {{"/f", "/f/a"}}},
    {"a folder and a file in it",
     [](FakeSystem& s) {
         s.file("/f/a");
         s.file("/f/b");
     },
     {"/f/a", "/f"},
     {{"/f/a"}, {"/f", "/f/a", "/f/b"}}},
    {"a folder twice",
     [](FakeSystem& s) { s.file("/f/a"); },
     {"/f", "/f"},
     {{"/f", "/f/a"}, {"/f", "/f/a"}}},
    {"a link below to a file is neither followed nor a file",
     [](FakeSystem& s) {
         s.file("/other");
         s.file("/f/a");
         s.link("/f/way", "/other");
     },
     {"/f"},
     {{"/f", "/f/a"}}},
    {"a link below to a folder too",
     [](FakeSystem& s) {
         s.file("/other/b");
         s.file("/f/a");
         s.link("/f/way", "/other");
     },
     {"/f"},
     {{"/f", "/f/a"}}},
    {"a link below that leads back up",
     [](FakeSystem& s) {
         s.file("/f/g/a");
         s.link("/f/g/up", "/f");
     },
     {"/f"},
     {{"/f", "/f/g", "/f/g/a"}}},
    {"a link that is asked for is followed",
     [](FakeSystem& s) {
         s.file("/f/a");
         s.file("/f/g/b");
         s.link("/way", "/f");
     },
     {"/way"},
     {{"/way", "/way/a", "/way/g", "/way/g/b"}}},
    {"both names of a hard link",
     [](FakeSystem& s) {
         s.file("/f/a");
         s.hard_link("/f/b", "/f/a");
     },
     {"/f"},
     {{"/f", "/f/a", "/f/b"}}},
    {"a folder below that may not be listed",
     [](FakeSystem& s) {
         s.file("/f/closed/a");
         s.file("/f/open/b");
         s.refused_enumerate["/f/closed"] = {Code::access_denied, "may not"};
     },
     {"/f"},
     {{"/f", "/f/closed", "/f/open", "/f/open/b"}},
     {{"folder /f/closed: what is in it", "may not"}}},
    {"the folder asked for may not be listed",
     [](FakeSystem& s) {
         s.file("/f/a");
         s.file("/b");
         s.refused_enumerate["/f"] = {Code::sem_timeout, "too slow"};
     },
     {"/f", "/b"},
     {{"/f"}, {"/b"}},
     {{"folder /f: what is in it", "too slow"}}},
    {"a folder that is gone when it is listed",
     [](FakeSystem& s) {
         s.file("/f/a");
         s.folder("/f/g");
         s.refused_enumerate["/f/g"] = {Code::file_not_found, "gone"};
     },
     {"/f"},
     {{"/f", "/f/a", "/f/g"}},
     {{"folder /f/g: what is in it", "gone"}}},
    {"a path that cannot be named",
     [](FakeSystem& s) { s.file("/f/a"); },
     {"/g", "/f"},
     {{}, {"/f", "/f/a"}}},
};

TEST(NameFiles, Recursive_ComesToAllBelowAndToNothingElse) {
    for (const auto& tree : kTrees) {
        SCOPED_TRACE(tree.name);
        LocksWorld world;
        tree.build(world.system);
        const auto named = name_files(world.system, {tree.paths, true, world.rights}, {});
        ASSERT_TRUE(named) << named.error().message;
        std::vector<Lines> names(tree.paths.size());
        for (const auto& file : named->files) {
            names.at(file.row).push_back(file.name);
            EXPECT_EQ(file.file, world.system.id(world.system.resolve(file.name).value()));
        }
        for (auto& row : names) {
            std::ranges::sort(row);
        }
        EXPECT_EQ(names, tree.names);
        EXPECT_EQ(named->unlisted, tree.unlisted);
        for (std::size_t row = 0; row < tree.names.size(); ++row) {
            EXPECT_EQ(named->errors.at(row).has_value(), tree.names[row].empty());
        }
        EXPECT_EQ(broken_rules(world), Lines{});
    }
}

TEST(NameFiles, EachFolder_IsListedOnceAndNothingElseIs) {
    LocksWorld world;
    world.system.file("/f/a");
    world.system.file("/f/g/b");
    world.system.link("/f/way", "/f/g");
    ASSERT_TRUE(name_files(world.system, {{"/f", "/f/a"}, true, world.rights}, {}));
    EXPECT_EQ(world.system.calls, (std::vector<FakeSystem::Call>{{Op::identify, "/f", true},
                                                                 {Op::enumerate, "/f", true},
                                                                 {Op::enumerate, "/f/g", true},
                                                                 {Op::identify, "/f/a", true}}));
}

TEST(NameFiles, NotRecursive_ListsNoFolder) {
    LocksWorld world;
    world.system.file("/f/a");
    const auto named = name_files(world.system, {{"/f"}, false, world.rights}, {}).value();
    ASSERT_EQ(named.files.size(), 1U);
    EXPECT_EQ(named.files[0].name, "/f");
    EXPECT_EQ(world.system.count(Op::enumerate), 0U);
}

TEST(NameFiles, FoldersAHundredThousandDeep_AreWalked) {
    // Its names do not grow: full paths would be refused for their bytes.
    class Deep final : public EmptySystem {
    public:
        result<FileFacts> identify(const std::string& /*path*/) override {
            return FileFacts{{1, {}}, true};
        }
        result<std::vector<FolderEntry>> enumerate(const std::string& folder) override {
            if (folder == "100000") {
                return std::vector<FolderEntry>{};
            }
            return std::vector<FolderEntry>{{folder, {}, {1, {}}, true, false}};
        }
        std::string join(const std::string& folder, const std::string& /*name*/) const override {
            return std::to_string(std::stoi(folder) + 1);
        }
    };
    Deep deep;
    const LocksQuery query{{"0"}, true, std::make_shared<FakeRights>()};
    EXPECT_EQ(name_files(deep, query, {}).value().files.size(), 100'001U);
}

/// What query_locks makes of names below folders.
TEST(QueryLocksBelow, Holders_ComeByProcessThenFileThenKind) {
    LocksWorld world;
    auto& system = world.system;
    for (const char* path : {"/f/z", "/f/g/m", "/f/a"}) {
        system.file(path);
    }
    const auto second = system.run(20);
    const auto first = system.run(10);
    for (const char* path : {"/f/z", "/f/g/m", "/f/a"}) {
        system.hold(second, path, HoldKind::mapping);
        system.hold(second, path, HoldKind::handle, 1);
        system.hold(first, path, HoldKind::image);
    }
    system.hold(second, "/f", HoldKind::working_directory);
    EXPECT_EQ(show(world.ask({"/f"}, true).value().paths),
              (std::vector<Lines>{{"10 image 0 /f/a", "10 image 0 /f/g/m", "10 image 0 /f/z",
                                   "20 workingDirectory 0 /f", "20 handle 1 /f/a",
                                   "20 mapping 0 /f/a", "20 handle 1 /f/g/m", "20 mapping 0 /f/g/m",
                                   "20 handle 1 /f/z", "20 mapping 0 /f/z"}}));
    EXPECT_EQ(broken_rules(world), Lines{});
}

TEST(QueryLocksBelow, HardLinks_ListTheHolderUnderEachName) {
    LocksWorld world;
    auto& system = world.system;
    system.file("/f/a");
    system.hard_link("/f/b", "/f/a");
    system.hard_link("/elsewhere", "/f/a");
    system.hold(system.run(10), "/elsewhere", HoldKind::handle, 1);
    EXPECT_EQ(show(world.ask({"/f", "/f/b"}, true).value().paths),
              (std::vector<Lines>{{"10 handle 1 /f/a", "10 handle 1 /f/b"}, {"10 handle 1 /f/b"}}));
}

TEST(QueryLocksBelow, EntryShownTwiceByItsFolder_IsListedOnce) {
    LocksWorld world;
    auto& system = world.system;
    system.hold(system.run(10), system.file("/f/a"), HoldKind::handle, 1);
    system.show_twice("/f/a");
    EXPECT_EQ(show(world.ask({"/f"}, true).value().paths),
              (std::vector<Lines>{{"10 handle 1 /f/a"}}));
}

TEST(QueryLocksBelow, HiddenProcess_CountsOnceForAllBelow) {
    LocksWorld world;
    auto& system = world.system;
    const auto secret = system.run(10);
    for (const char* path : {"/f/a", "/f/b", "/f/g/c"}) {
        system.hold(secret, system.file(path));
    }
    system.protected_processes.insert(system.snapshot.processes[secret].key);
    EXPECT_EQ(show(world.ask({"/f", "/f/g", "/f/b"}, true).value().paths),
              (std::vector<Lines>{{"1 hidden"}, {"1 hidden"}, {"1 hidden"}}));
}

TEST(QueryLocksBelow, LinkAndWhatItLeadsTo_AreNotHeldThere) {
    LocksWorld world;
    auto& system = world.system;
    system.folder("/f");
    system.hold(system.run(10), system.file("/other"));
    system.hold(system.run(11), system.link("/f/way", "/other"));
    EXPECT_EQ(show(world.ask({"/f"}, true).value().paths), (std::vector<Lines>{{}}));
}

TEST(QueryLocksBelow, FoldersThatCannotBeListed_AreKeptApartFromWhatTheLookMissed) {
    LocksWorld world;
    auto& system = world.system;
    system.hold(system.run(10), system.file("/f/open/a"));
    system.hold(system.run(11), system.file("/f/closed/b"));
    system.hold(system.run(12), "/f/closed", HoldKind::working_directory);
    system.refused_enumerate["/f/closed"] = {Code::access_denied, "may not"};
    system.snapshot.unseen = {{"process 4: its handles", "protected"}};
    const auto locks = world.ask({"/f"}, true).value();
    EXPECT_EQ(show(locks.paths),
              (std::vector<Lines>{{"10 handle 0 /f/open/a", "12 workingDirectory 0 /f/closed"}}));
    EXPECT_EQ(locks.unlisted,
              (std::vector<Unseen>{{"folder /f/closed: what is in it", "may not"}}));
    EXPECT_EQ(locks.unseen, (std::vector<Unseen>{{"process 4: its handles", "protected"}}));
}

}  // namespace
