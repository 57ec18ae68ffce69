#include "engine/registered_files.hpp"

#include "support/fake_system.hpp"
#include "support/results.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace rmb::engine;
using namespace rmb::test;
namespace core = rmb::core;
using Op = FakeSystem::Op;
using Lines = std::vector<std::string>;

struct World {
    std::shared_ptr<FakeRights> rights = std::make_shared<FakeRights>();
    FakeSystem system{rights};
    core::RegisteredList registered;
    std::stop_source stop;

    void enlist(std::vector<std::string> files,
                std::shared_ptr<const core::Rights> registrant = nullptr) {
        auto made = std::make_shared<core::Registered>();
        made->resources.files = std::move(files);
        made->rights = std::move(registrant);
        registered.push_back(std::move(made));
    }
    result<RegisteredFiles> ask() {
        return name_registered(system, registered, rights, stop.get_token());
    }
};

/// "what it leads to = name", for each registered name; sorted.
Lines show(const RegisteredFiles& files, const FakeSystem& system) {
    Lines lines;
    for (const auto& [file, names] : files) {
        std::string leads_to = "?";
        for (const auto& [path, node] : system.nodes()) {
            if (node.file == file) {
                leads_to = path;
                break;
            }
        }
        for (const auto* name : names) {
            lines.push_back(leads_to + " = " + *name);
        }
    }
    std::ranges::sort(lines);
    return lines;
}

/// With four files of /f, so that it is enumerated.
void fill(World& world) {
    for (const char* path : {"/f/a", "/f/b", "/f/c", "/f/d"}) {
        world.system.file(path);
    }
    world.enlist({"/f/a", "/f/b", "/f/c", "/f/d"});
}
const Lines kFilled{"/f/a = /f/a", "/f/b = /f/b", "/f/c = /f/c", "/f/d = /f/d"};

struct Scenario {
    const char* name;
    void (*build)(World& world);
    Lines names;  // besides those of fill()
    std::size_t identified = 0;
    std::size_t enumerated = 1;
};

const std::vector<Scenario> kFolders{
    {"all of a folder", [](World&) {}, {}},
    {"a file that is not there", [](World& w) { w.enlist({"/f/none"}); }, {}},
    {"other case",
     [](World& w) {
         w.system.file("/f/Mixed");
         w.enlist({"/f/mIXED"});
     },
     {"/f/Mixed = /f/mIXED"}},
    {"8.3 name",
     [](World& w) {
         w.system.file("/f/long name.txt");
         w.system.short_name("/f/long name.txt", "LONGNA~1.TXT");
         w.enlist({"/f/longna~1.txt"});
     },
     {"/f/long name.txt = /f/longna~1.txt"}},
    {"hard links are one file under two names",
     [](World& w) {
         w.system.hard_link("/f/e", "/f/a");
         w.enlist({"/f/e"});
     },
     {"/f/a = /f/e"}},
    {"a link is followed",
     [](World& w) {
         w.system.file("/other");
         w.system.link("/f/way", "/other");
         w.enlist({"/f/way"});
     },
     {"/other = /f/way"},
     1},
    {"a link to nothing",
     [](World& w) {
         w.system.link("/f/way", "/none");
         w.enlist({"/f/way"});
     },
     {},
     1},
    {"a name that only opening explains",
     [](World& w) {
         w.system.hard_link("/f/e.", "/f/a");
         w.enlist({"/f/e."});
     },
     {"/f/a = /f/e."},
     1},
    {"names that differ in case alone are told apart by opening",
     [](World& w) {
         w.system.file("/f/x");
         w.system.file("/f/X");
         w.enlist({"/f/x"});
     },
     {"/f/X = /f/x"},
     1},
    {"an entry shown twice is one", [](World& w) { w.system.show_twice("/f/a"); }, {}},
    {"registered in several calls, is one name",
     [](World& w) {
         w.enlist({"/f/a", "/f/a"});
     },
     {}},
    {"a name spelled in two ways", [](World& w) { w.enlist({"/f/A"}); }, {"/f/a = /f/A"}},
    {"what is no full path",
     [](World& w) {
         w.enlist({"f/a", ""});
     },
     {}},
    {"three files of another folder are opened",
     [](World& w) {
         w.system.file("/g/a");
         w.system.file("/g/b");
         w.enlist({"/g/a", "/g/b", "/g/none"});
     },
     {"/g/a = /g/a", "/g/b = /g/b"},
     3},
    {"the same file four times is opened once",
     [](World& w) {
         w.system.file("/g/a");
         w.enlist({"/g/a", "/g/a", "/g/a", "/g/a"});
     },
     {"/g/a = /g/a"},
     1},
    {"a folder that is not there is asked for once",
     [](World& w) {
         w.enlist({"/none/a", "/none/b", "/none/c", "/none/d", "/none/e"});
     },
     {},
     0,
     2},
    {"a folder that may not be listed",
     [](World& w) {
         for (const char* path : {"/g/a", "/g/b", "/g/c", "/g/d"}) {
             w.system.file(path);
         }
         w.system.refused_enumerate["/g"] = {Code::access_denied, "may not"};
         w.system.refused_identify["/g/b"] = {Code::access_denied, "may not"};
         w.enlist({"/g/a", "/g/b", "/g/c", "/g/d"});
     },
     {"/g/a = /g/a", "/g/c = /g/c", "/g/d = /g/d"},
     4,
     2},
    {"a folder with too much in it",
     [](World& w) {
         for (const char* path : {"/g/a", "/g/b", "/g/c", "/g/d"}) {
             w.system.file(path);
         }
         w.system.refused_enumerate["/g"] = {Code::not_enough_quota, "too much"};
         w.enlist({"/g/a", "/g/b", "/g/c", "/g/d"});
     },
     {"/g/a = /g/a", "/g/b = /g/b", "/g/c = /g/c", "/g/d = /g/d"},
     4,
     2},
};

TEST(NameRegistered, FilesOfFolders_AreNamedByIdentity) {
    for (const auto& scenario : kFolders) {
        SCOPED_TRACE(scenario.name);
        World world;
        fill(world);
        scenario.build(world);
        const auto files = world.ask();
        ASSERT_TRUE(files) << files.error().message;
        auto names = kFilled;
        names.insert(names.end(), scenario.names.begin(), scenario.names.end());
        std::ranges::sort(names);
        EXPECT_EQ(show(*files, world.system), names);
        EXPECT_EQ(world.system.count(Op::identify), scenario.identified);
        EXPECT_EQ(world.system.count(Op::enumerate), scenario.enumerated);
        EXPECT_TRUE(std::ranges::all_of(world.system.calls, &FakeSystem::Call::assumed));
        EXPECT_EQ(world.rights->deepest(), 1U);
        EXPECT_EQ(world.rights->most_acts(), 1U);
    }
}

TEST(NameRegistered, Nothing_AsksNothingAndNeedsNoRights) {
    World world;
    world.enlist({});
    EXPECT_TRUE(name_registered(world.system, world.registered, nullptr, {}).value().empty());
    EXPECT_TRUE(world.system.calls.empty());
}

TEST(NameRegistered, Folder_IsAccessDeniedAndNamed) {
    const std::vector<std::vector<std::string>> ways{
        {"/f/sub"},                                  // opened
        {"/f/a", "/f/b", "/f/c", "/f/sub"},          // enumerated
        {"/f/way"},                                  // by a link
        {"/f/a", "/f/b", "/f/c", "/f/d", "/f/way"},  // by a link, enumerated
    };
    for (const auto& files : ways) {
        SCOPED_TRACE(testing::PrintToString(files));
        World world;
        fill(world);
        world.system.folder("/f/sub");
        world.system.link("/f/way", "/f/sub");
        world.registered.clear();
        world.enlist(files);
        const auto named = world.ask();
        ASSERT_EQ(code_of(named), Code::access_denied);
        EXPECT_NE(named.error().message.find(files.back()), std::string::npos);
    }
}

TEST(NameRegistered, EachRegistrant_NamesWithHisOwnRights) {
    World world;
    for (const char* path : {"/f/a", "/f/b", "/g/a", "/g/b", "/g/c", "/g/d"}) {
        world.system.file(path);
    }
    const auto theirs = std::make_shared<FakeRights>();
    const auto secondary = world.system.add_rights(theirs);
    world.system.denied_to = {{0, "/f/a"}, {0, "/g"},   {0, "/g/a"},        {0, "/g/b"},
                              {0, "/g/c"}, {0, "/g/d"}, {secondary, "/f/b"}};
    world.enlist({"/f/a", "/f/b", "/g/a", "/g/b", "/g/c", "/g/d"});
    EXPECT_EQ(show(world.ask().value(), world.system), (Lines{"/f/b = /f/b"}));
    world.registered.clear();
    world.enlist({"/f/a", "/f/b", "/g/a", "/g/b", "/g/c", "/g/d"}, theirs);
    EXPECT_EQ(show(world.ask().value(), world.system),
              (Lines{"/f/a = /f/a", "/g/a = /g/a", "/g/b = /g/b", "/g/c = /g/c", "/g/d = /g/d"}));
    EXPECT_EQ(theirs->most_acts(), 1U);
}

TEST(NameRegistered, SamePathOfTwoRegistrants_IsOneName) {
    World world;
    world.system.file("/f/a");
    const auto theirs = std::make_shared<FakeRights>();
    (void)world.system.add_rights(theirs);
    world.enlist({"/f/a"});
    world.enlist({"/f/a"}, theirs);
    EXPECT_EQ(show(world.ask().value(), world.system), (Lines{"/f/a = /f/a"}));
    EXPECT_EQ(world.system.count(Op::identify), 2U);
}

TEST(NameRegistered, NoRightsKept_PrimarysHaveToDoOrNothingIsNamed) {
    World world;
    world.system.file("/f/a");
    world.enlist({"/f/a"});
    EXPECT_EQ(world.ask().value().size(), 1U);
    EXPECT_EQ(code_of(name_registered(world.system, world.registered, nullptr, {})),
              Code::access_denied);
}

TEST(NameRegistered, FolderThatHangs_IsGivenUp) {
    World world;
    std::vector<std::string> files;
    for (int i = 0; i < 1'000; ++i) {
        const auto path = "/slow/" + std::to_string(i);
        world.system.refused_identify[path] = {Code::sem_timeout, "no answer"};
        files.push_back(path);
    }
    world.system.refused_enumerate["/slow"] = {Code::sem_timeout, "no answer"};
    world.system.file("/zoo/a");
    files.emplace_back("/zoo/a");
    world.enlist(files);
    EXPECT_EQ(show(world.ask().value(), world.system), (Lines{"/zoo/a = /zoo/a"}));
    EXPECT_EQ(world.system.count(Op::identify), 3U + 1U);
}

TEST(NameRegistered, StoppedWithinEachCall_DoesNoMore) {
    constexpr std::size_t kCalls = 4;
    for (std::size_t at = 1; at <= kCalls; ++at) {
        World world;
        fill(world);
        world.enlist({"/f/e.", "/g/a", "/h/b"});
        world.system.on_call = [&](const FakeSystem::Call&) {
            if (world.system.calls.size() == at) {
                world.stop.request_stop();
            }
        };
        EXPECT_EQ(code_of(world.ask()), at < kCalls ? Code::cancelled : Code::ok) << at;
        EXPECT_EQ(world.system.calls.size(), at);
    }
}

TEST(NameRegistered, RightsRefusedByTheSystem_IsItsError) {
    World world;
    fill(world);
    world.rights->refuse_after = 0;
    EXPECT_EQ(code_of(world.ask()), Code::access_denied);
    EXPECT_TRUE(world.system.calls.empty());
}

TEST(NameRegistered, TenThousandFilesIn20Folders_Are20Enumerations) {
    World world;
    std::vector<std::string> files;
    for (int folder = 0; folder < 20; ++folder) {
        for (int i = 0; i < 500; ++i) {
            files.push_back("/folder" + std::to_string(folder) + '/' + std::to_string(i));
            world.system.file(files.back());
        }
    }
    world.enlist(files);
    EXPECT_EQ(world.ask().value().size(), 10'000U);
    EXPECT_EQ(world.system.count(Op::enumerate), 20U);
    EXPECT_EQ(world.system.calls.size(), 20U);
}

}  // namespace
