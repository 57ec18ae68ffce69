#include "linux/proc_system.hpp"

#include "linux/processes.hpp"
#include "linux/user_rights.hpp"
#include "proc_world.hpp"
#include "support/forked_process.hpp"
#include "support/results.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace {

using namespace rmb;
using namespace rmb::test;
using core::Code;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
namespace fs = std::filesystem;

constexpr auto kAlice = ForkedProcess::kAlice;
constexpr auto kBob = ForkedProcess::kBob;

struct Parted {
    const char* path;
    const char* folder;
    const char* name;
    const char* name_key;
};

class ProcSystemTakeApart : public testing::TestWithParam<Parted> {};

TEST_P(ProcSystemTakeApart, Path_FolderAndName) {
    const auto& [path, folder, name, name_key] = GetParam();
    const auto parts = os_linux::ProcSystem{}.take_apart(path);
    ASSERT_TRUE(parts) << path;
    EXPECT_EQ(parts->folder, folder) << path;
    EXPECT_EQ(parts->name, name) << path;
    EXPECT_EQ(parts->name_key, name_key) << path;
}

INSTANTIATE_TEST_SUITE_P(
    Forms, ProcSystemTakeApart,
    testing::Values(Parted{"/a/b.so", "/a", "b.so", "b.so"}, Parted{"/a", "/", "a", "a"},
                    Parted{"//a//b", "//a", "b", "b"}, Parted{"/a/B.", "/a", "B.", "B."},
                    Parted{"/a/b/", "/a", "b", ""}, Parted{"/a/.", "/a", ".", ""},
                    Parted{"/a/..", "/a", "..", ""}, Parted{"/", "/", "", ""},
                    Parted{"///", "/", "", ""}));

TEST(ProcSystemNames, NotAFullPath_IsNotTakenApart) {
    using namespace std::string_literals;
    const os_linux::ProcSystem system;
    for (const auto& path : {""s, "a"s, "a/b"s, "/a\0b"s}) {
        EXPECT_FALSE(system.take_apart(path)) << path;
    }
}

TEST(ProcSystemNames, NameKey_IsTheNameItself) {
    const os_linux::ProcSystem system;
    EXPECT_EQ(system.name_key("Name "), "Name ");
    for (const char* name : {"", ".", "..", "a/b"}) {
        EXPECT_EQ(system.name_key(name), "") << name;
    }
}

using ProcSystemIdentify = ProcWorld;

TEST_F(ProcSystemIdentify, FileAndFolder_AreWhatStatSays) {
    const auto file = make_file("file");
    EXPECT_EQ(system.identify(file)->file, id_of(file));
    EXPECT_FALSE(system.identify(file)->is_folder);
    EXPECT_EQ(system.identify(folder)->file, id_of(folder));
    EXPECT_TRUE(system.identify(folder)->is_folder);
}

TEST_F(ProcSystemIdentify, EveryWayToAFile_LeadsToTheSame) {
    const auto file = make_file("file");
    fs::create_hard_link(file, folder / "hard");
    fs::create_symlink("file", folder / "soft");
    fs::create_directory(folder / "sub");
    for (const char* way : {"hard", "soft", "sub/../file", "./file"}) {
        EXPECT_EQ(system.identify(folder / way)->file, id_of(file)) << way;
    }
}

TEST_F(ProcSystemIdentify, WhatIsNotThere_Is2) {
    make_file("file");
    fs::create_symlink("round", folder / "round");
    for (const char* missing : {"missing", "missing/file", "file/below", "round"}) {
        EXPECT_EQ(code_of(system.identify(folder / missing)), Code::file_not_found) << missing;
    }
}

TEST_F(ProcSystemIdentify, NotAFullPath_Is160) {
    using namespace std::string_literals;
    EXPECT_EQ(code_of(system.identify("")), Code::bad_arguments);
    EXPECT_EQ(code_of(system.identify("relative/file")), Code::bad_arguments);
    EXPECT_EQ(code_of(system.identify("/\0etc"s)), Code::bad_arguments);
    EXPECT_EQ(code_of(system.identify("/" + std::string(5'000, 'x'))), Code::bad_arguments);
}

TEST_F(ProcSystemIdentify, WhatTheHostHasOpen_IsNoWayToIt) {
    // /proc/self would be the host, whoever asks.
    const auto file = make_file("file");
    const int own = open(file.c_str(), O_RDONLY | O_CLOEXEC);
    EXPECT_EQ(code_of(system.identify("/proc/self/fd/" + std::to_string(own))),
              Code::file_not_found);
    EXPECT_EQ(code_of(system.identify("/proc/self/cwd")), Code::file_not_found);
    EXPECT_EQ(code_of(system.enumerate("/proc/self/cwd")), Code::file_not_found);
    close(own);
}

TEST_F(ProcSystemIdentify, NamedPipe_IsNotOpened) {
    const auto fifo = folder / "fifo";
    ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
    EXPECT_EQ(system.identify(fifo)->file, id_of(fifo));
}

using ProcSystemEnumerate = ProcWorld;

TEST_F(ProcSystemEnumerate, Folder_GivesEachEntryAsItIs) {
    const auto file = make_file("file");
    fs::create_directory(folder / "sub");
    make_file("sub/deeper");
    fs::create_directory_symlink("sub", folder / "soft");
    using Row = std::tuple<std::string, bool, bool>;
    std::vector<Row> rows;
    for (const auto& entry : system.enumerate(folder).value()) {
        rows.emplace_back(entry.name, entry.is_folder, entry.is_link);
        EXPECT_EQ(entry.short_name, "");
        if (entry.name != "soft") {
            EXPECT_EQ(entry.file, id_of(folder / entry.name)) << entry.name;
        } else {
            EXPECT_NE(entry.file, id_of(folder / "sub")) << "of the link itself";
        }
    }
    EXPECT_THAT(rows, UnorderedElementsAre(Row{"file", false, false}, Row{"sub", true, false},
                                           Row{"soft", false, true}));
}

TEST_F(ProcSystemEnumerate, EmptyFolder_HasNothing) {
    EXPECT_THAT(system.enumerate(folder).value(), IsEmpty());
}

TEST_F(ProcSystemEnumerate, NoFolder_Is2Or160) {
    EXPECT_EQ(code_of(system.enumerate(make_file("file"))), Code::file_not_found);
    EXPECT_EQ(code_of(system.enumerate(folder / "missing")), Code::file_not_found);
    EXPECT_EQ(code_of(system.enumerate("relative")), Code::bad_arguments);
}

TEST_F(ProcSystemEnumerate, MoreThanTheMost_Is1816) {
    os_linux::ProcSystem small{2};
    make_file("one");
    make_file("two");
    EXPECT_EQ(small.enumerate(folder)->size(), 2U);
    make_file("three");
    EXPECT_EQ(code_of(small.enumerate(folder)), Code::not_enough_quota);
}

TEST_F(ProcSystemEnumerate, Join_GivesAPathThatIdentifies) {
    const auto file = make_file("file");
    EXPECT_EQ(system.identify(system.join(folder, "file"))->file, id_of(file));
    EXPECT_EQ(system.join("/", "etc"), "/etc");
}

using ProcSystemDetails = ProcWorld;

TEST_F(ProcSystemDetails, Process_ItsCommandLineAndFolder) {
    const ForkedProcess child{geteuid(), [&] { return chdir(folder.c_str()) == 0; }};
    ASSERT_TRUE(child.well());
    const auto details =
        system.details_of({child.pid(), os_linux::start_time_of(child.pid()).value()});
    ASSERT_TRUE(details);
    EXPECT_EQ(details->directory, folder);
    std::ifstream own{"/proc/self/cmdline"};
    std::string program;
    std::getline(own, program, '\0');
    EXPECT_TRUE(details->command_line.starts_with(program)) << details->command_line;
    EXPECT_EQ(details->command_line.find('\0'), std::string::npos);
    EXPECT_EQ(details->friendly_name, "");
    EXPECT_FALSE(details->is_console);
    EXPECT_FALSE(details->is_critical);
    EXPECT_EQ(details->restart, std::nullopt);
}

TEST_F(ProcSystemDetails, Init_IsCritical) {
    EXPECT_TRUE(system.details_of({1, os_linux::start_time_of(1).value()})->is_critical);
}

TEST_F(ProcSystemDetails, EndedOrAnotherOfTheSameId_Is2) {
    ForkedProcess child{geteuid(), [] { return true; }};
    core::ProcessKey process{child.pid(), os_linux::start_time_of(child.pid()).value()};
    ++process.start_time;
    EXPECT_EQ(code_of(system.details_of(process)), Code::file_not_found);
    --process.start_time;
    child.end();
    EXPECT_EQ(code_of(system.details_of(process)), Code::file_not_found);
}

TEST_F(ProcSystemDetails, Services_ThereAreNone) {
    EXPECT_THAT(system.services().value(), IsEmpty());
    EXPECT_FALSE(system.may_stop_service("x"));
}

struct ProcSystemUsers : ProcUsersWorld {
    /// may_query() with the rights of `user`.
    bool may_query(uid_t user, const core::ProcessKey& process) {
        const auto assumed = os_linux::UserRights{user, user}.assume();
        EXPECT_TRUE(assumed);
        return system.may_query(process);
    }
    bool may_stop(uid_t user, const core::ProcessKey& process) {
        const auto assumed = os_linux::UserRights{user, user}.assume();
        EXPECT_TRUE(assumed);
        return system.may_stop(process);
    }
    static core::ProcessKey key_of(const ForkedProcess& process) {
        return {process.pid(), os_linux::start_time_of(process.pid()).value()};
    }
};

TEST_F(ProcSystemUsers, FolderOfAnother_CannotBeLookedInto) {
    const auto secret = folder / "secret";
    fs::create_directory(secret);
    make_file("secret/file");
    fs::permissions(secret, fs::perms::owner_all);
    const auto assumed = os_linux::UserRights{kAlice, kAlice}.assume();
    ASSERT_TRUE(assumed);
    EXPECT_EQ(code_of(system.identify(secret / "file")), Code::access_denied);
    EXPECT_EQ(code_of(system.identify(secret / "missing")), Code::access_denied);
    EXPECT_EQ(code_of(system.enumerate(secret)), Code::access_denied);
    EXPECT_EQ(code_of(system.identify(secret)), Code::ok) << "its name lies in the folder above";
    EXPECT_EQ(code_of(system.enumerate(folder)), Code::access_denied) << "only to be passed";
}

TEST_F(ProcSystemUsers, FolderThatMayBeListedOnly_Is5) {
    const auto listed = folder / "listed";
    fs::create_directory(listed);
    make_file("listed/file");
    fs::permissions(listed, fs::perms::owner_all | fs::perms::others_read);
    const auto assumed = os_linux::UserRights{kAlice, kAlice}.assume();
    ASSERT_TRUE(assumed);
    EXPECT_EQ(code_of(system.enumerate(listed)), Code::access_denied);
}

TEST_F(ProcSystemUsers, MayQuery_OnesOwnAndRootAll) {
    const ForkedProcess alices{kAlice, [] { return true; }};
    const auto process = key_of(alices);
    EXPECT_TRUE(may_query(kAlice, process));
    EXPECT_FALSE(may_query(kBob, process));
    EXPECT_TRUE(may_query(0, process));
    const ForkedProcess roots{0, [] { return true; }};
    EXPECT_FALSE(may_query(kAlice, key_of(roots)));
}

TEST_F(ProcSystemUsers, MayQuery_ProcessThatShutItselfOff_IsRootsOnly) {
    const ForkedProcess alices{kAlice, [] { return prctl(PR_SET_DUMPABLE, 0) == 0; }};
    ASSERT_TRUE(alices.well());
    EXPECT_FALSE(may_query(kAlice, key_of(alices)));
    EXPECT_TRUE(may_query(0, key_of(alices)));
}

TEST_F(ProcSystemUsers, MayQuery_EndedOrAnotherOfTheSameId_IsFalse) {
    ForkedProcess alices{kAlice, [] { return true; }};
    auto process = key_of(alices);
    ++process.start_time;
    EXPECT_FALSE(may_query(kAlice, process));
    EXPECT_FALSE(may_query(0, process));
    --process.start_time;
    alices.end();
    EXPECT_FALSE(may_query(0, process));
}

TEST_F(ProcSystemUsers, MayStop_OnesOwnAndRootAll) {
    const ForkedProcess alices{kAlice, [] { return true; }};
    const auto process = key_of(alices);
    EXPECT_TRUE(may_stop(kAlice, process));
    EXPECT_FALSE(may_stop(kBob, process));
    EXPECT_TRUE(may_stop(0, process));
}

TEST_F(ProcSystemUsers, MayStop_ProcessOfTheHostsOwnUser_IsNotLent) {
    // The thread's real user is still root, which is enough for kill(2).
    const ForkedProcess roots{0, [] { return true; }};
    EXPECT_FALSE(may_stop(kAlice, key_of(roots)));
}

TEST_F(ProcSystemUsers, MayStop_EndedOrAnotherOfTheSameId_IsFalse) {
    ForkedProcess alices{kAlice, [] { return true; }};
    auto process = key_of(alices);
    ++process.start_time;
    EXPECT_FALSE(may_stop(0, process));
    --process.start_time;
    alices.end();
    EXPECT_FALSE(may_stop(0, process));
}

TEST_F(ProcSystemUsers, Details_ElevatedIsRoot) {
    const ForkedProcess alices{kAlice, [] { return true; }};
    const ForkedProcess roots{0, [] { return true; }};
    EXPECT_FALSE(system.details_of(key_of(alices))->is_elevated);
    EXPECT_TRUE(system.details_of(key_of(roots))->is_elevated);
}

TEST_F(ProcSystemUsers, FileOfAnother_CanBeNamed) {
    const auto file = make_file("file");
    fs::permissions(file, fs::perms::owner_all);
    const auto assumed = os_linux::UserRights{kAlice, kAlice}.assume();
    ASSERT_TRUE(assumed);
    EXPECT_EQ(system.identify(file)->file, id_of(file));
}

}  // namespace
