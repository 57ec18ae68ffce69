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

struct ProcSystemUsers : ProcUsersWorld {
    /// may_query() with the rights of `user`.
    bool may_query(uid_t user, const core::ProcessKey& process) {
        const auto assumed = os_linux::UserRights{user, user}.assume();
        EXPECT_TRUE(assumed);
        return system.may_query(process);
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

TEST_F(ProcSystemUsers, FileOfAnother_CanBeNamed) {
    const auto file = make_file("file");
    fs::permissions(file, fs::perms::owner_all);
    const auto assumed = os_linux::UserRights{kAlice, kAlice}.assume();
    ASSERT_TRUE(assumed);
    EXPECT_EQ(system.identify(file)->file, id_of(file));
}

}  // namespace
