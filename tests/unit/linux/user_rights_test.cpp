#include "linux/user_rights.hpp"

#include "support/forked_process.hpp"
#include "support/results.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <string>
#include <thread>

namespace {

using namespace rmb;
using namespace rmb::test;
using core::Code;
namespace fs = std::filesystem;

constexpr auto kAlice = ForkedProcess::kAlice;
constexpr auto kBob = ForkedProcess::kBob;

bool can_read(const fs::path& file) {
    const int opened = open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (opened >= 0) {
        close(opened);
    }
    return opened >= 0;
}

/// Of the thread.
bool is_root() {
    return geteuid() == 0 && getegid() == 0;
}

struct UserRights : testing::Test {
    void SetUp() override {
        if (!is_root()) {
            GTEST_SKIP() << "needs root, to be several users";
        }
        std::string name = fs::temp_directory_path() / "rmb-rights-XXXXXX";
        folder = mkdtemp(name.data());
        chmod(folder.c_str(), 0711);
        roots = make("roots", 0, 0, 0600);
        alices = make("alices", kAlice, kAlice, 0600);
    }
    void TearDown() override {
        fs::remove_all(folder);
    }
    [[nodiscard]] fs::path make(const char* name, uid_t user, gid_t group, mode_t mode) const {
        auto path = folder / name;
        const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, mode);
        EXPECT_EQ(fchown(file, user, group), 0);
        close(file);
        return path;
    }

    fs::path folder = "/nonexistent";
    fs::path roots;
    fs::path alices;
    const os_linux::UserRights rights_of_alice{kAlice, kAlice};
};

TEST_F(UserRights, Assumed_OpensTheUsersFilesAndNotRoots) {
    const auto assumed = rights_of_alice.assume();
    ASSERT_TRUE(assumed);
    EXPECT_TRUE(can_read(alices));
    EXPECT_FALSE(can_read(roots));
}

TEST_F(UserRights, Dropped_IsRootAgain) {
    ASSERT_TRUE(rights_of_alice.assume());
    EXPECT_TRUE(is_root());
    EXPECT_TRUE(can_read(roots)) << "the capabilities are back too";
    EXPECT_TRUE(can_read(alices));
}

TEST_F(UserRights, HostsGroups_AreNotLent) {
    const gid_t staff = 61'009;
    const auto staffs = make("staffs", 0, staff, 0640);
    const auto roots_groups = make("roots_groups", 0, 0, 0640);
    // In a process of its own: its groups are those of all its threads.
    const ForkedProcess host{0, [&] {
                                 if (setgroups(1, &staff) != 0) {
                                     return false;
                                 }
                                 bool lent = false;
                                 {
                                     const auto assumed = rights_of_alice.assume();
                                     lent = !assumed || can_read(staffs) || can_read(roots_groups);
                                 }
                                 gid_t group = 0;
                                 return !lent && getgroups(1, &group) == 1 && group == staff;
                             }};
    EXPECT_TRUE(host.well());
}

TEST_F(UserRights, UsersGroup_IsAssumed) {
    const auto groups = make("groups", 0, 61'009, 0640);
    {
        const auto without = rights_of_alice.assume();
        ASSERT_TRUE(without);
        EXPECT_FALSE(can_read(groups));
    }
    const os_linux::UserRights in_group{kAlice, 61'009};
    const auto assumed = in_group.assume();
    ASSERT_TRUE(assumed);
    EXPECT_TRUE(can_read(groups));
}

TEST_F(UserRights, AnotherThread_StaysRoot) {
    std::promise<void> assumed;
    std::promise<void> looked;
    std::thread other{[&] {
        const auto kept = rights_of_alice.assume();
        assumed.set_value();
        looked.get_future().wait();
        EXPECT_FALSE(can_read(roots));
    }};
    assumed.get_future().wait();
    EXPECT_TRUE(is_root());
    EXPECT_TRUE(can_read(roots));
    looked.set_value();
    other.join();
}

TEST_F(UserRights, ThreadsOfSeveralUsers_KeepApart) {
    const auto bobs = make("bobs", kBob, kBob, 0600);
    const os_linux::UserRights rights_of_bob{kBob, kBob};
    constexpr int kTimes = 2'000;
    const auto repeat = [](const auto& rights, const auto& own, const auto& others) {
        for (int left = kTimes; left > 0; --left) {
            const auto assumed = rights.assume();
            ASSERT_TRUE(assumed);
            ASSERT_TRUE(can_read(own));
            ASSERT_FALSE(can_read(others));
        }
    };
    std::thread alice{[&] { repeat(rights_of_alice, alices, bobs); }};
    std::thread bob{[&] { repeat(rights_of_bob, bobs, alices); }};
    alice.join();
    bob.join();
    EXPECT_TRUE(is_root());
}

TEST_F(UserRights, AssumedTwice_IsRefused) {
    const auto assumed = rights_of_alice.assume();
    ASSERT_TRUE(assumed);
    EXPECT_EQ(code_of(os_linux::UserRights(kBob, kBob).assume()), Code::access_denied);
    EXPECT_FALSE(can_read(roots));
}

TEST_F(UserRights, NoUser_IsRefused) {
    // The kernel takes this id for "unchanged": root.
    EXPECT_EQ(code_of(os_linux::UserRights(static_cast<uid_t>(-1), kAlice).assume()),
              Code::access_denied);
    EXPECT_EQ(code_of(os_linux::UserRights(kAlice, static_cast<gid_t>(-1)).assume()),
              Code::access_denied);
    EXPECT_TRUE(is_root());
}

TEST_F(UserRights, HostOfAnotherUser_CanOnlyBeItself) {
    const ForkedProcess bob{
        kBob, [&] {
            return code_of(os_linux::UserRights(kBob, kBob).assume()) == Code::ok &&
                   code_of(rights_of_alice.assume()) == Code::access_denied &&
                   code_of(os_linux::UserRights(0, 0).assume()) == Code::access_denied &&
                   geteuid() == kBob;
        }};
    EXPECT_TRUE(bob.well());
}

using UserRightsDeath = UserRights;

TEST_F(UserRightsDeath, DroppedOnAnotherThread_EndsTheProcess) {
    EXPECT_DEATH(
        {
            auto assumed = rights_of_alice.assume();
            std::thread{[&] { assumed = core::RegistrationPtr{}; }}.join();
        },
        "");
}

TEST_F(UserRightsDeath, WayBackIsCut_EndsTheProcess) {
    EXPECT_DEATH(
        {
            const auto assumed = rights_of_alice.assume();
            // All ids, so that root cannot be had again.
            (void)!setresuid(kAlice, kAlice, kAlice);
        },
        "");
}

}  // namespace
