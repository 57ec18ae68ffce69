#include "installer.hpp"
#include "support/results.hpp"
#include "test_host.hpp"
#include "watcher.hpp"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

// The host as a service: stop, reload, a store that fails.
namespace {

using namespace rmb;
using namespace rmb::test;
using proto::Code;
namespace fs = std::filesystem;
namespace method = proto::method;

struct Service : testing::Test {
    TestHost host;
    Installer installer{host.socket(), getuid()};
    LocalClient client{host.socket()};

    std::uint64_t limit(std::string_view name) {
        for (const auto& limit : client.call<method::Status>().value().limits) {
            if (limit.name == name) {
                return limit.value;
            }
        }
        return 0;
    }
    void reload(std::string_view settings) {
        std::ofstream(host.settings_file()) << settings;
        host.send_signal(SIGHUP);
    }
    /// A reload announces itself only by what it changes.
    [[nodiscard]] bool ask_until(std::string_view name, std::uint64_t value) {
        const auto give_up = std::chrono::steady_clock::now() + kPatience;
        while (limit(name) != value) {
            if (std::chrono::steady_clock::now() > give_up) {
                return false;
            }
        }
        return true;
    }
};

TEST_F(Service, Stop_OpenSessionsDoNotHoldItUp_AndAreThereAgain) {
    const auto session = installer.start().value();
    host.send_signal(SIGTERM);
    EXPECT_EQ(host.wait(), 0);
    host.start();
    EXPECT_EQ(installer.end(session.session), Code::ok);
}

TEST_F(Service, Stop_AWatchIsCancelled) {
    Watcher watcher{host.socket()};
    host.send_signal(SIGTERM);
    EXPECT_EQ(watcher.last_answer()["error"]["code"], 1223);
    EXPECT_EQ(host.wait(), 0);
}

TEST_F(Service, Start_SocketTaken_SaysSoAndExits) {
    const auto second = fork();
    if (second == 0) {
        (void)freopen("/dev/null", "w", stderr);
        execl((program_folder() / "rmb-testhost").c_str(), "rmb-testhost", "--socket",
              host.socket().c_str(), "--store", (host.store() / "other").c_str(), nullptr);
        _exit(127);
    }
    int status = 0;
    ASSERT_EQ(waitpid(second, &status, 0), second);
    EXPECT_EQ(WEXITSTATUS(status), 1);
    EXPECT_TRUE(client.call<method::Ping>({}));
}

TEST_F(Service, Reload_LimitsChangeForWhatComes) {
    const auto first = installer.start().value();
    const auto second = installer.start().value();
    reload("SessionsPerUserSession=1\n");
    ASSERT_TRUE(ask_until("sessionsPerUserSession", 1));
    EXPECT_EQ(code_of(installer.start()), Code::max_sessions_reached);
    EXPECT_EQ(installer.end(first.session), Code::ok) << "what was there stays";
    EXPECT_EQ(code_of(installer.start()), Code::max_sessions_reached);
    EXPECT_EQ(installer.end(second.session), Code::ok);
    EXPECT_TRUE(installer.start());
}

TEST_F(Service, Reload_BadValues_AreReportedAndIgnored) {
    reload("SessionsPerUser=0\nSessionsTotal=many\nConnectionsTotal=77\n");
    ASSERT_TRUE(ask_until("connectionsTotal", 77));
    const auto status = client.call<method::Status>().value();
    ASSERT_EQ(status.problems.size(), 2U);
    EXPECT_EQ(status.problems[0].where, "arguments\\SessionsPerUser");
    EXPECT_EQ(status.problems[1].where, "arguments\\SessionsTotal");
    EXPECT_EQ(limit("sessionsPerUser"), 256U);
    EXPECT_EQ(limit("sessionsTotal"), 4'096U);
    reload("ConnectionsTotal=78\n");
    ASSERT_TRUE(ask_until("connectionsTotal", 78));
    EXPECT_TRUE(client.call<method::Status>().value().problems.empty());
}

TEST_F(Service, StoreFolderRemoved_ChangesAre29AndDidNotHappen_ThenItRecovers) {
    const auto session = installer.start().value();
    fs::remove_all(host.store());
    EXPECT_EQ(code_of(installer.start()), Code::write_fault);
    EXPECT_EQ(code_of(installer.join(session.key)), Code::write_fault);
    const auto sessions = client.call<method::Sessions>().value().sessions;
    ASSERT_EQ(sessions.size(), 1U);
    EXPECT_TRUE(sessions[0].secondaries.empty());
    EXPECT_EQ(client.call<method::Status>().value().processes, 2U);

    fs::create_directory(host.store());
    const auto joined = installer.join(session.key);
    ASSERT_TRUE(joined);
    const auto started = installer.start();
    ASSERT_TRUE(started);
    host.kill();
    host.start();
    EXPECT_EQ(installer.end(*joined), Code::ok);
    EXPECT_EQ(installer.end(session.session), Code::ok);
    EXPECT_EQ(installer.end(started->session), Code::ok);
}

TEST_F(Service, UnreadableRecord_IsReportedAndKept) {
    const auto session = installer.start().value();
    host.kill();
    std::ofstream(host.store() / "session-0123456789abcdef") << "not a record";
    host.start();
    const auto status = client.call<method::Status>().value();
    ASSERT_EQ(status.problems.size(), 1U);
    EXPECT_EQ(status.problems[0].where, "session-0123456789abcdef");
    EXPECT_TRUE(fs::exists(host.store() / "session-0123456789abcdef"));
    EXPECT_EQ(installer.end(session.session), Code::ok);
}

}  // namespace
