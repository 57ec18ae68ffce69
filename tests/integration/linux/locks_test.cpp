#include "installer.hpp"
#include "support/forked_process.hpp"
#include "support/results.hpp"
#include "test_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

// Who holds a file, as users of their own are told it.
namespace {

using namespace rmb;
using namespace rmb::test;
using proto::Code;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
namespace fs = std::filesystem;
namespace method = proto::method;

std::string user_name(uid_t user) {
    return "S-1-22-1-" + std::to_string(user);
}

struct Locks : testing::Test {
    void SetUp() override {
        if (!can_change_user()) {
            GTEST_SKIP() << "needs root, to be several users";
        }
    }

    /// Of all users to read and write.
    [[nodiscard]] fs::path make_file(const fs::path& name) const {
        auto path = files.path() / name;
        std::ofstream{path} << "content";
        fs::permissions(path, fs::perms::all);
        return path;
    }
    fs::path make_folder(const fs::path& name, uid_t user, mode_t mode) const {
        auto path = files.path() / name;
        EXPECT_TRUE(fs::create_directory(path));
        EXPECT_EQ(chown(path.c_str(), user, user), 0);
        EXPECT_EQ(chmod(path.c_str(), mode), 0);
        return path;
    }
    static std::function<bool()> opening(const fs::path& file, int flags = O_RDONLY) {
        return [file, flags] { return open(file.c_str(), flags) >= 0; };
    }

    static proto::LocksResult query(Installer& who, std::vector<std::string> paths,
                                    bool recursive = false) {
        return who.call<method::Locks>({std::move(paths), recursive}).value();
    }
    /// Of one path; an error fails the test.
    static proto::PathLocksInfo look_up(Installer& who, const fs::path& path,
                                        bool recursive = false) {
        auto locks = query(who, {path}, recursive);
        EXPECT_EQ(locks.paths.size(), 1U);
        EXPECT_FALSE(locks.paths.at(0).error) << locks.paths.at(0).error->message;
        return locks.paths.at(0);
    }
    static Code error_of(const proto::PathLocksInfo& row) {
        return row.error ? static_cast<Code>(row.error->code) : Code::ok;
    }

    using Row = std::tuple<std::uint32_t, std::string, std::string>;
    /// Process, file, kind.
    static std::vector<Row> rows(const proto::PathLocksInfo& locks) {
        std::vector<Row> all;
        for (const auto& holder : locks.holders) {
            all.emplace_back(holder.pid, holder.file, holder.how);
        }
        return all;
    }

    TestHost host;
    PrivateFolder files;
    Installer alice{host.socket(), Installer::kAlice};
    Installer bob{host.socket(), Installer::kBob};
    Installer admin{host.socket(), Installer::kAdministrator};
};

TEST_F(Locks, OwnHolder_IsNamedWithFileAndAccess) {
    const auto file = make_file("file");
    const ForkedProcess holder{Installer::kAlice, opening(file, O_RDWR)};
    ASSERT_TRUE(holder.well());
    const auto locks = look_up(alice, file);
    EXPECT_EQ(locks.path, file);
    EXPECT_EQ(locks.hidden, 0U);
    ASSERT_EQ(locks.holders.size(), 1U);
    const auto& found = locks.holders[0];
    EXPECT_EQ(found.pid, holder.pid());
    EXPECT_NE(found.start_time, 0U);
    EXPECT_EQ(found.program, fs::read_symlink("/proc/self/exe"));
    EXPECT_EQ(found.user, user_name(Installer::kAlice));
    EXPECT_EQ(found.file, file);
    EXPECT_EQ(found.how, "handle");
    EXPECT_EQ(found.access, 3U) << "read and write data";
}

TEST_F(Locks, FileOfNobody_HasNoHolders) {
    const auto file = make_file("file");
    { const ForkedProcess ended{Installer::kAlice, opening(file)}; }
    const auto locks = look_up(alice, file);
    EXPECT_THAT(locks.holders, IsEmpty());
    EXPECT_EQ(locks.hidden, 0U);
}

TEST_F(Locks, EachKind_IsTold) {
    const auto folder = make_folder("folder", Installer::kAlice, 0700);
    const auto file = make_file("file");
    const ForkedProcess holder{Installer::kAlice, [&] {
                                   const int opened = open(file.c_str(), O_RDONLY);
                                   const bool mapped = mmap(nullptr, 1, PROT_READ, MAP_SHARED,
                                                            opened, 0) != MAP_FAILED;
                                   close(opened);
                                   return mapped && chdir(folder.c_str()) == 0;
                               }};
    ASSERT_TRUE(holder.well());
    EXPECT_THAT(rows(look_up(alice, file)), ElementsAre(Row{holder.pid(), file, "mapping"}));
    EXPECT_THAT(rows(look_up(alice, folder)),
                ElementsAre(Row{holder.pid(), folder, "workingDirectory"}));
    const auto program = fs::read_symlink("/proc/self/exe");
    EXPECT_THAT(rows(look_up(admin, program)),
                testing::Contains(Row{holder.pid(), program, "image"}));
}

TEST_F(Locks, HardAndSymbolicLink_LeadToTheSameFile) {
    const auto file = make_file("file");
    const auto hard = files.path() / "hard";
    const auto soft = files.path() / "soft";
    fs::create_hard_link(file, hard);
    fs::create_symlink(file, soft);
    const ForkedProcess holder{Installer::kAlice, opening(file)};
    ASSERT_TRUE(holder.well());
    const auto locks = query(alice, {file, hard, soft});
    ASSERT_EQ(locks.paths.size(), 3U);
    EXPECT_THAT(rows(locks.paths[0]), ElementsAre(Row{holder.pid(), file, "handle"}));
    EXPECT_THAT(rows(locks.paths[1]), ElementsAre(Row{holder.pid(), hard, "handle"}));
    EXPECT_THAT(rows(locks.paths[2]), ElementsAre(Row{holder.pid(), soft, "handle"}));
}

TEST_F(Locks, FolderRecursively_HasWhatIsBelow) {
    const auto folder = make_folder("folder", Installer::kAlice, 0755);
    make_folder("folder/sub", Installer::kAlice, 0755);
    const auto near = make_file("folder/near");
    const auto deep = make_file("folder/sub/deep");
    const auto aside = make_file("aside");
    const ForkedProcess first{Installer::kAlice, opening(near)};
    const ForkedProcess second{Installer::kAlice, opening(deep)};
    const ForkedProcess other{Installer::kAlice, opening(aside)};
    ASSERT_TRUE(first.well() && second.well() && other.well());
    EXPECT_THAT(
        rows(look_up(alice, folder, true)),
        UnorderedElementsAre(Row{first.pid(), near, "handle"}, Row{second.pid(), deep, "handle"}));
    EXPECT_THAT(look_up(alice, folder, false).holders, IsEmpty());
}

TEST_F(Locks, HolderOfAnotherUser_IsOnlyCounted) {
    const auto file = make_file("file");
    const ForkedProcess bobs{Installer::kBob, opening(file)};
    const ForkedProcess bobs_other{Installer::kBob, opening(file)};
    const ForkedProcess alices{Installer::kAlice, opening(file)};
    ASSERT_TRUE(bobs.well() && bobs_other.well() && alices.well());
    const auto told_alice = look_up(alice, file);
    EXPECT_THAT(rows(told_alice), ElementsAre(Row{alices.pid(), file, "handle"}));
    EXPECT_EQ(told_alice.hidden, 2U);
    const auto told_bob = look_up(bob, file);
    EXPECT_EQ(told_bob.holders.size(), 2U);
    EXPECT_EQ(told_bob.hidden, 1U);
}

TEST_F(Locks, Administrator_SeesTheHoldersOfAll) {
    const auto file = make_file("file");
    const ForkedProcess bobs{Installer::kBob, opening(file)};
    const ForkedProcess alices{Installer::kAlice, opening(file)};
    ASSERT_TRUE(bobs.well() && alices.well());
    const auto locks = look_up(admin, file);
    EXPECT_THAT(rows(locks), UnorderedElementsAre(Row{bobs.pid(), file, "handle"},
                                                  Row{alices.pid(), file, "handle"}));
    EXPECT_EQ(locks.hidden, 0U);
    for (const auto& holder : locks.holders) {
        EXPECT_EQ(holder.user,
                  user_name(holder.pid == bobs.pid() ? Installer::kBob : Installer::kAlice));
    }
}

TEST_F(Locks, PathsThatCannotBeNamed_AreErrorsOfTheirRows) {
    const auto file = make_file("file");
    const auto secret = make_folder("secret", Installer::kBob, 0700);
    const auto bobs_file = make_file("secret/file");
    const ForkedProcess holder{Installer::kAlice, opening(file)};
    const ForkedProcess bobs{Installer::kBob, opening(bobs_file)};
    ASSERT_TRUE(holder.well() && bobs.well());
    const auto locks =
        query(alice, {bobs_file, secret / "missing", "file", files.path() / "missing", file});
    ASSERT_EQ(locks.paths.size(), 5U);
    EXPECT_EQ(error_of(locks.paths[0]), Code::access_denied);
    EXPECT_EQ(error_of(locks.paths[1]), Code::access_denied) << "nor whether it is there";
    EXPECT_EQ(error_of(locks.paths[2]), Code::bad_arguments);
    EXPECT_EQ(error_of(locks.paths[3]), Code::file_not_found);
    for (std::size_t row = 0; row < 4; ++row) {
        EXPECT_THAT(locks.paths[row].holders, IsEmpty());
        EXPECT_EQ(locks.paths[row].hidden, 0U);
    }
    EXPECT_EQ(error_of(locks.paths[4]), Code::ok);
    EXPECT_THAT(rows(locks.paths[4]), ElementsAre(Row{holder.pid(), file, "handle"}));
    EXPECT_THAT(rows(look_up(admin, bobs_file)), ElementsAre(Row{bobs.pid(), bobs_file, "handle"}));
}

TEST_F(Locks, FolderBelowThatCannotBeListed_IsUnseen) {
    const auto folder = make_folder("folder", Installer::kAlice, 0755);
    const auto secret = make_folder("folder/secret", Installer::kBob, 0700);
    const auto bobs_file = make_file("folder/secret/file");
    const auto file = make_file("folder/file");
    const ForkedProcess alices{Installer::kAlice, opening(file)};
    const ForkedProcess bobs{Installer::kBob, opening(bobs_file)};
    ASSERT_TRUE(alices.well() && bobs.well());
    const auto locks = query(alice, {folder}, true);
    EXPECT_THAT(rows(locks.paths.at(0)), ElementsAre(Row{alices.pid(), file, "handle"}));
    EXPECT_EQ(locks.paths.at(0).hidden, 0U) << "what it cannot list does not count";
    ASSERT_EQ(locks.unseen.size(), 1U) << "nor processes, which are the administrators' matter";
    EXPECT_NE(locks.unseen[0].what.find(secret.string()), std::string::npos);
    EXPECT_EQ(look_up(admin, folder, true).holders.size(), 2U);
}

TEST_F(Locks, UsersAtATime_AreToldTheirOwn) {
    make_folder("alices", Installer::kAlice, 0700);
    make_folder("bobs", Installer::kBob, 0700);
    const auto alices_file = make_file("alices/file");
    const auto bobs_file = make_file("bobs/file");
    constexpr int kTimes = 20;
    const auto ask = [&](Installer& who, const fs::path& own, const fs::path& others) {
        for (int left = kTimes; left > 0; --left) {
            const auto locks = query(who, {own, others});
            EXPECT_EQ(error_of(locks.paths.at(0)), Code::ok);
            EXPECT_EQ(error_of(locks.paths.at(1)), Code::access_denied);
        }
    };
    std::thread bobs{[&] { ask(bob, bobs_file, alices_file); }};
    ask(alice, alices_file, bobs_file);
    bobs.join();
}

}  // namespace
