#include "affected_world.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// What is to be left alone.
namespace {

using namespace rmb::engine;
using namespace rmb::test;
using rmb::core::FilterAction;
using rmb::core::ModulePath;
using rmb::core::ProcessKey;
using rmb::core::ServiceName;

constexpr ProcessKey key(std::uint32_t pid) {
    return {pid, AffectedWorld::kStartTime};
}

/// Programs 10 and 11 and two services in process 20, whose files are there.
void fill(AffectedWorld& w) {
    w.run(Kind::gui, 10);
    w.run(Kind::gui, 11);
    w.run_service("Audio", 20);
    w.run_service("Themes", 20);
    w.system.file("/bin/10");
    w.system.file("/bin/11");
    w.system.file("/bin/20");
}

Lines masked(const char* ten, const char* eleven, const char* audio, const char* themes) {
    return {std::string{"10 main status "} + ten, std::string{"11 main status "} + eleven,
            std::string{"20/Audio service status "} + audio,
            std::string{"20/Themes service status "} + themes};
}

const std::vector<AffectedScenario> kFilters{
    {"none", fill, masked("1", "1", "1", "1")},
    {"process: neither stopped nor started",
     [](AffectedWorld& w) {
         fill(w);
         w.filter(key(10));
     },
     masked("193", "1", "1", "1")},
    {"process: not started",
     [](AffectedWorld& w) {
         fill(w);
         w.filter(key(10), FilterAction::no_restart);
     },
     masked("129", "1", "1", "1")},
    {"another life of the process",
     [](AffectedWorld& w) {
         fill(w);
         w.filter(ProcessKey{10, AffectedWorld::kStartTime - 1});
     },
     masked("1", "1", "1", "1")},
    {"the process of services",
     [](AffectedWorld& w) {
         fill(w);
         w.filter(key(20));
     },
     masked("1", "1", "193", "193")},
    {"service, in other case",
     [](AffectedWorld& w) {
         fill(w);
         w.filter(ServiceName{"AUDIO"}, FilterAction::no_restart);
     },
     masked("1", "1", "129", "1")},
    {"a service of which there is none",
     [](AffectedWorld& w) {
         fill(w);
         w.filter(ServiceName{"10"});
         w.filter(ServiceName{"Audi"});
     },
     masked("1", "1", "1", "1")},
    {"module, in other case",
     [](AffectedWorld& w) {
         fill(w);
         w.filter(ModulePath{"/BIN/10"});
     },
     masked("193", "1", "1", "1")},
    {"module, by a hard link, 8.3 name or link",
     [](AffectedWorld& w) {
         fill(w);
         w.system.hard_link("/same", "/bin/10");
         w.system.short_name("/bin/11", "ELEVEN~1");
         w.system.link("/way", "/bin");
         w.filter(ModulePath{"/same"});
         w.filter(ModulePath{"/bin/eleven~1"});
         w.filter(ModulePath{"/way/20"});
     },
     masked("193", "193", "193", "193")},
    {"module that is not there",
     [](AffectedWorld& w) {
         fill(w);
         w.filter(ModulePath{"/bin/12"});
         w.filter(ModulePath{"10"});
     },
     masked("1", "1", "1", "1")},
    {"programs that cannot be opened, by their text",
     [](AffectedWorld& w) {
         fill(w);
         for (const char* path : {"/bin/10", "/bin/11", "/Bin/10"}) {
             w.system.refused_identify[path] = {Code::access_denied, "may not"};
         }
         w.filter(ModulePath{"/Bin/10"});
     },
     masked("193", "1", "1", "1")},
    {"a file of the same name elsewhere",
     [](AffectedWorld& w) {
         fill(w);
         w.system.file("/other/10");
         w.filter(ModulePath{"/other/10"});
     },
     masked("1", "1", "1", "1")},
    {"several for one",
     [](AffectedWorld& w) {
         fill(w);
         w.filter(ModulePath{"/bin/20"}, FilterAction::no_restart);
         w.filter(ServiceName{"Themes"});
     },
     masked("1", "1", "129", "193")},
    {"what may not be stopped anyway keeps its reasons",
     [](AffectedWorld& w) {
         w.run(Kind::gui, 10);
         w.details(10).is_critical = true;
         w.filter(key(10));
     },
     {"10 critical status 193 reasons 4"},
     0x4},
};

TEST(FindAffected, Filters_AreToldInTheStatus) {
    check_affected(kFilters);
}

TEST(FindAffected, ModuleFilter_LooksAtEachProgramOnceWithThePrimarysRights) {
    AffectedWorld world;
    fill(world);
    world.run(Kind::gui, 12);
    world.system.snapshot.processes.back().program = "/bin/10";
    world.system.hard_link("/same", "/bin/10");
    world.filter(ModulePath{"/same"});
    world.filter(ModulePath{"/none"});
    world.enlist_files({AffectedWorld::kFile});
    EXPECT_EQ(show(world.ask().value()),
              (Lines{"10 main status 193", "11 main status 1", "12 main status 193",
                     "20/Audio service status 1", "20/Themes service status 1"}));
    // The registered file, two modules, three programs.
    EXPECT_EQ(world.system.count(FakeSystem::Op::identify), 6U);
    EXPECT_EQ(broken_affected_rules(world), Lines{});
}

TEST(FindAffected, ModuleFilter_TellsNothingOfWhatIsNotDisclosed) {
    AffectedWorld world;
    fill(world);
    world.system.protected_processes = {key(20)};
    world.filter(ModulePath{"/bin/20"});
    world.enlist_services({"Audio"});
    EXPECT_EQ(show(world.ask().value()), (Lines{"20/Audio service status 1"}));
    EXPECT_EQ(world.system.count(FakeSystem::Op::identify), 0U);
}

}  // namespace
