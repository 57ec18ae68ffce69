#include "installer.hpp"
#include "support/forked_process.hpp"
#include "support/results.hpp"
#include "test_host.hpp"
#include "watcher.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>

// What holds registered files is listed, and stopped where that may be. There is no desktop: every
// program is of no kind, which only force stops.
namespace {

using namespace rmb;
using namespace rmb::test;
using proto::Code;
namespace fs = std::filesystem;
namespace method = proto::method;

constexpr std::uint32_t kForce = 1;

struct Tasks : testing::Test {
    void SetUp() override {
        if (!can_change_user()) {
            GTEST_SKIP() << "needs root, to be several users";
        }
        std::ofstream{file} << "content";
        fs::permissions(file, fs::perms::all);
        session = alice.start().value().session;
        ASSERT_EQ(code_of(alice.call<method::SessionRegister>(
                      {session, {{file}}, std::nullopt, std::nullopt, new_token()})),
                  Code::ok);
    }

    [[nodiscard]] std::function<bool()> opening() const {
        return [this] { return open(file.c_str(), O_RDONLY) >= 0; };
    }
    proto::ListResult list() {
        return alice.call<method::SessionList>({session, true}).value();
    }
    Code shut_down(std::uint32_t flags) {
        return code_of(
            alice.call<method::SessionShutdown>({session, flags, new_token(), std::nullopt}));
    }
    Code restart() {
        return code_of(alice.call<method::SessionRestart>({session, 0, new_token(), std::nullopt}));
    }
    /// The signal that ended it; 0 while it runs.
    static int ended_by(const ForkedProcess& process) {
        siginfo_t ended{};
        waitid(P_PID, process.pid(), &ended, WEXITED | WNOWAIT | WNOHANG);
        return ended.si_code == CLD_KILLED ? ended.si_status : 0;
    }

    TestHost host;
    PrivateFolder folder;
    fs::path file = folder.path() / "file";
    Installer alice{host.socket(), Installer::kAlice};
    std::uint32_t session = 0;
};

TEST_F(Tasks, OwnHolder_IsListed_AndOnlyForceStopsIt) {
    const ForkedProcess holder{Installer::kAlice, opening()};
    ASSERT_TRUE(holder.well());
    const auto before = list();
    EXPECT_EQ(before.reboot_reasons, 0U);
    EXPECT_EQ(before.hidden, 0U);
    ASSERT_EQ(before.processes.size(), 1U);
    const auto& found = before.processes[0];
    EXPECT_EQ(found.pid, holder.pid());
    EXPECT_NE(found.start_time, 0U);
    EXPECT_EQ(found.type, 0U) << "unknown";
    EXPECT_EQ(found.status, 1U) << "running";
    EXPECT_EQ(found.program, fs::read_symlink("/proc/self/exe"));
    ASSERT_EQ(found.files.size(), 1U);
    EXPECT_EQ(found.files[0].file, file);
    EXPECT_EQ(found.files[0].how, "handle");

    EXPECT_EQ(restart(), Code::request_out_of_sequence);
    EXPECT_EQ(shut_down(0), Code::fail_shutdown);
    EXPECT_EQ(ended_by(holder), 0);

    EXPECT_EQ(shut_down(kForce), Code::ok);
    EXPECT_EQ(ended_by(holder), SIGKILL);
    const auto after = list();
    ASSERT_EQ(after.processes.size(), 1U);
    EXPECT_EQ(after.processes[0].pid, holder.pid());
    EXPECT_EQ(after.processes[0].status & 3U, 2U) << "stopped, and not running";
    EXPECT_EQ(restart(), Code::ok) << "it had not registered: nothing is owed";
}

TEST_F(Tasks, HolderOfAnotherUser_IsNeitherNamedNorStopped) {
    const ForkedProcess bobs{Installer::kBob, opening()};
    const ForkedProcess own{Installer::kAlice, opening()};
    ASSERT_TRUE(bobs.well() && own.well());
    const auto told = list();
    EXPECT_EQ(told.reboot_reasons, 1U) << "permission denied";
    EXPECT_EQ(told.hidden, 1U);
    ASSERT_EQ(told.processes.size(), 1U);
    EXPECT_EQ(told.processes[0].pid, own.pid());
    EXPECT_EQ(shut_down(kForce), Code::fail_noaction_reboot);
    EXPECT_EQ(ended_by(bobs), 0);
    EXPECT_EQ(ended_by(own), 0) << "nothing is touched where a reboot is needed anyway";
}

TEST_F(Tasks, CrashOfTheServiceAfterAShutdown_TheListStillTellsWhatWasStopped) {
    const ForkedProcess holder{Installer::kAlice, opening()};
    ASSERT_TRUE(holder.well());
    ASSERT_EQ(shut_down(kForce), Code::ok);
    host.kill();
    host.start();
    const auto after = list();
    ASSERT_EQ(after.processes.size(), 1U);
    EXPECT_EQ(after.processes[0].pid, holder.pid());
    EXPECT_EQ(after.processes[0].status & 3U, 2U);
}

TEST_F(Tasks, DeathOfTheInstaller_LeavesALedgerForItsUser) {
    const ForkedProcess holder{Installer::kAlice, opening()};
    ASSERT_TRUE(holder.well());
    ASSERT_EQ(shut_down(kForce), Code::ok);
    Installer alices_other{host.socket(), Installer::kAlice};
    Installer bob{host.socket(), Installer::kBob};
    const auto ledger = [&](Installer& who) {
        return who.call<method::LedgerList>().value().ledgers;
    };
    ASSERT_EQ(ledger(alices_other).size(), 1U);
    EXPECT_FALSE(ledger(alices_other)[0].orphan);
    EXPECT_EQ(ledger(bob).size(), 0U);
    const auto hash = ledger(alices_other)[0].hash;
    EXPECT_EQ(code_of(alices_other.call<method::LedgerRestart>({hash})), Code::bad_arguments)
        << "its installer lives";

    Watcher watcher{host.socket()};
    alice.kill();
    ASSERT_EQ(watcher.next().event, "ended");
    const auto left = ledger(alices_other);
    ASSERT_EQ(left.size(), 1U);
    EXPECT_TRUE(left[0].orphan);
    EXPECT_EQ(left[0].installer_pid, alice.pid());
    ASSERT_EQ(left[0].entries.size(), 1U);
    EXPECT_EQ(left[0].entries[0].pid, holder.pid());
    EXPECT_EQ(left[0].entries[0].stage, "stopped");
    EXPECT_EQ(code_of(bob.call<method::LedgerRestart>({hash})), Code::file_not_found);
}

}  // namespace
