#include "installer.hpp"
#include "linux/processes.hpp"
#include "support/results.hpp"
#include "test_host.hpp"
#include "watcher.hpp"

#include <gtest/gtest.h>

#include <linux/sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>

// Sessions live and die with the process that started them.
namespace {

using namespace rmb;
using namespace rmb::test;
using proto::Code;
namespace method = proto::method;

struct Lifetime : testing::Test {
    TestHost host{{"SessionsPerUserSession=2"}};
    std::unique_ptr<Installer> installer() {
        return std::make_unique<Installer>(host.socket(), getuid());
    }
};

TEST_F(Lifetime, PrimaryKilled_SessionEndsAndItsSlotIsFree) {
    Watcher watcher{host.socket()};
    const auto victim = installer();
    const auto other = installer();
    ASSERT_TRUE(victim->start());
    ASSERT_TRUE(victim->start());
    ASSERT_EQ(code_of(other->start()), Code::max_sessions_reached);
    EXPECT_EQ(watcher.next().event, "started");
    EXPECT_EQ(watcher.next().event, "started");
    const auto killed = std::chrono::steady_clock::now();
    victim->kill();
    for (int n = 0; n < 2; ++n) {
        const auto event = watcher.next();
        EXPECT_EQ(event.event, "ended");
        EXPECT_EQ(event.pid, victim->pid());
    }
    const auto took = std::chrono::steady_clock::now() - killed;
    RecordProperty(
        "microseconds_until_ended",
        static_cast<int>(std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
    EXPECT_TRUE(other->start());
}

TEST_F(Lifetime, PrimaryKilled_SecondaryDoesNotKeepItAlive) {
    Watcher watcher{host.socket()};
    const auto primary = installer();
    const auto secondary = installer();
    const auto handle = secondary->join(primary->start().value().key).value();
    EXPECT_EQ(watcher.next().event, "started");
    EXPECT_EQ(watcher.next().event, "joined");
    primary->kill();
    EXPECT_EQ(watcher.next().event, "ended");
    EXPECT_EQ(secondary->end(handle), Code::invalid_handle);
}

TEST_F(Lifetime, SecondaryKilled_OnlyLeaves) {
    Watcher watcher{host.socket()};
    const auto primary = installer();
    auto secondary = installer();
    const auto session = primary->start().value();
    ASSERT_TRUE(secondary->join(session.key));
    EXPECT_EQ(watcher.next().event, "started");
    EXPECT_EQ(watcher.next().event, "joined");
    secondary->kill();
    const auto event = watcher.next();
    EXPECT_EQ(event.event, "left");
    EXPECT_EQ(event.pid, secondary->pid());
    EXPECT_EQ(primary->end(session.session), Code::ok);
}

TEST_F(Lifetime, ConnectionClosed_SessionStays) {
    const auto primary = installer();
    const auto session = primary->start().value();
    host.kill();  // closes every connection
    host.start();
    EXPECT_EQ(primary->end(session.session), Code::ok);
}

TEST_F(Lifetime, PrimaryDiesWhileTheHostIsDown_SessionIsGoneAfterTheStart) {
    const auto primary = installer();
    const auto other = installer();
    ASSERT_TRUE(primary->start());
    ASSERT_TRUE(other->start());
    host.kill();
    primary->kill();
    host.start();
    EXPECT_EQ(other->visible_sessions(), 1U);
    EXPECT_TRUE(std::filesystem::exists(host.store()));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(host.store()), {}), 1);
}

/// A child with the given process id, which exits with 0 after `work`; 0 where the system will not.
template <class Work>
pid_t fork_as(pid_t wanted, Work work) {
    clone_args arguments{};
    arguments.exit_signal = SIGCHLD;
    arguments.set_tid = reinterpret_cast<std::uintptr_t>(&wanted);
    arguments.set_tid_size = 1;
    const auto pid = static_cast<pid_t>(syscall(SYS_clone3, &arguments, sizeof(arguments)));
    if (pid == 0) {
        _exit(work() ? 0 : 1);
    }
    return pid < 0 ? 0 : pid;
}

TEST_F(Lifetime, ProcessIdReused_ByAProcessThatStartedLater_FoolsNobody) {
    const auto primary = installer();
    const auto session = primary->start().value();
    const auto pid = primary->pid();
    const auto start_time = os_linux::start_time_of(pid);
    host.kill();
    primary->kill();
    primary->reap();
    // Start times count in hundredths of a second, and a reused id is never that young.
    const auto clock_tick = std::chrono::milliseconds{10};
    const auto other_tick = std::chrono::steady_clock::now() + 2 * clock_tick;
    while (std::chrono::steady_clock::now() < other_tick) {
    }
    std::array<int, 2> hold{};
    ASSERT_EQ(pipe(hold.data()), 0);
    const auto reused = fork_as(static_cast<pid_t>(pid), [&] {
        char byte = 0;
        close(hold[1]);
        // Until the host runs again.
        const bool told = read(hold[0], &byte, 1) == 1;
        LocalClient client{host.socket()};
        const auto ended = client.call<method::SessionEnd>({session.session, std::nullopt});
        return told && code_of(ended) == Code::invalid_handle;
    });
    if (reused == 0) {
        GTEST_SKIP() << "clone3 with a chosen process id is refused; core's tests cover the rule";
    }
    EXPECT_NE(os_linux::start_time_of(pid), start_time);
    host.start();
    LocalClient observer{host.socket()};
    EXPECT_TRUE(observer.call<method::Sessions>().value().sessions.empty());
    ASSERT_EQ(write(hold[1], "x", 1), 1);
    int status = 0;
    ASSERT_EQ(waitpid(reused, &status, 0), reused);
    EXPECT_EQ(status, 0) << "the old process's handle was valid for the new one";
}

}  // namespace
