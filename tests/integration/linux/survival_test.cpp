#include "installer.hpp"
#include "survival_client.hpp"
#include "test_host.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

// The host is killed at random moments while several programs work with it; each keeps its own
// books of what was acknowledged. How much is run, from the environment (scripts/soak):
//   RMB_SURVIVAL_KILLS, RMB_SURVIVAL_CLIENTS, RMB_SURVIVAL_SEED
namespace {

using namespace rmb;
using namespace rmb::test;
using nlohmann::json;
namespace method = proto::method;

std::uint32_t number_from_environment(const char* name, std::uint32_t otherwise) {
    const char* value = std::getenv(name);
    if (value != nullptr) {
        const std::string_view text{value};
        std::from_chars(text.data(), text.data() + text.size(), otherwise);
    }
    return otherwise;
}

/// A SurvivalClient in a process of its own. It works until it is told to pause.
class Worker {
public:
    Worker(const std::string& socket, std::uint32_t seed, int progress) {
        std::array<int, 2> ends{};
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()), 0);
        pid_ = fork();
        if (pid_ == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            work(socket, seed, ends[1], progress);
            _exit(0);
        }
        close(ends[1]);
        control_ = ends[0];
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker() {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
        close(control_);
    }

    /// "pause", then "verify", then "end"; the answer is its books.
    json tell(std::string_view what) const {
        EXPECT_GT(send(control_, what.data(), what.size(), MSG_NOSIGNAL), 0);
        std::string text(65'536, '\0');
        const auto got = recv(control_, text.data(), text.size(), 0);
        return got > 0 ? json::parse(text.substr(0, static_cast<std::size_t>(got))) : json{};
    }
    [[nodiscard]] std::uint32_t pid() const {
        return static_cast<std::uint32_t>(pid_);
    }

private:
    static std::string next_order(int control, bool wait) {
        std::string text(16, '\0');
        const auto got = recv(control, text.data(), text.size(), wait ? 0 : MSG_DONTWAIT);
        return text.substr(0, got > 0 ? static_cast<std::size_t>(got) : 0);
    }

    static void work(const std::string& socket, std::uint32_t seed, int control, int progress) {
        constexpr std::chrono::milliseconds kVeryPatient{120'000};
        LocalClient client{socket, {.connect = kVeryPatient, .call = kVeryPatient}};
        SurvivalClient survivor{client.caller(), seed};
        std::string order;
        while (order.empty()) {
            survivor.step();
            (void)!write(progress, "x", 1);  // a full pipe is progress enough
            order = next_order(control, false);
        }
        while (!order.empty()) {
            if (order == "verify") {
                survivor.verify();
            } else if (order == "end") {
                survivor.end_all();
            }
            const auto books = json{{"sessions", survivor.open_sessions()},
                                    {"joins", survivor.open_joins()},
                                    {"calls", survivor.calls()},
                                    {"repeats", survivor.repeats()},
                                    {"violations", survivor.violations()}}
                                   .dump();
            send(control, books.data(), books.size(), MSG_NOSIGNAL);
            order = next_order(control, true);
        }
    }

    pid_t pid_ = -1;
    int control_ = -1;
};

struct Survival : testing::Test {
    Survival() {
        EXPECT_EQ(pipe2(progress.data(), O_NONBLOCK), 0);
    }
    ~Survival() override {
        close(progress[0]);
        close(progress[1]);
    }

    void start_workers(std::uint32_t count) {
        for (std::uint32_t n = 0; n < count; ++n) {
            workers.push_back(std::make_unique<Worker>(host.socket(), random(), progress[1]));
        }
    }
    /// At least one call was answered from now on.
    [[nodiscard]] bool wait_for_progress() const {
        std::array<char, 4'096> bytes{};
        while (read(progress[0], bytes.data(), bytes.size()) > 0) {
        }
        pollfd waiting{progress[0], POLLIN, 0};
        return poll(&waiting, 1, static_cast<int>(std::chrono::milliseconds{kPatience}.count())) ==
               1;
    }
    /// Random moments are what is tested; nothing is waited for.
    void pause_at_most(std::chrono::microseconds most) {
        std::uniform_int_distribution<std::int64_t> some{0, most.count()};
        std::this_thread::sleep_for(std::chrono::microseconds{some(random)});
    }
    void kill_and_restart() {
        ASSERT_TRUE(wait_for_progress());
        pause_at_most(std::chrono::milliseconds{10});
        host.kill();
        // Now and then it dies while it starts.
        if (std::uniform_int_distribution<int>{0, 4}(random) == 0) {
            host.launch();
            pause_at_most(std::chrono::milliseconds{20});
            host.kill();
        }
        host.start();
    }
    /// The broker's own list against the workers' books.
    void expect_exactly(const std::vector<json>& books) {
        LocalClient observer{host.socket()};
        std::size_t sessions = 0;
        for (std::size_t n = 0; n < workers.size(); ++n) {
            std::size_t own = 0;
            std::size_t joins = 0;
            for (const auto& session : observer.call<method::Sessions>().value().sessions) {
                own += session.primary.pid == workers[n]->pid() ? 1U : 0U;
                for (const auto& secondary : session.secondaries) {
                    joins += secondary.pid == workers[n]->pid() ? 1U : 0U;
                }
            }
            EXPECT_EQ(own, books[n]["sessions"]);
            EXPECT_EQ(joins, books[n]["joins"]);
            sessions += own;
        }
        EXPECT_EQ(observer.call<method::Status>().value().sessions, sessions);
    }
    std::vector<json> tell_all(std::string_view what) {
        std::vector<json> books;
        for (const auto& worker : workers) {
            books.push_back(worker->tell(what));
            for (const auto& violation : books.back()["violations"]) {
                ADD_FAILURE() << "after " << what << ": " << violation.dump();
            }
        }
        return books;
    }

    std::uint32_t seed = number_from_environment("RMB_SURVIVAL_SEED", std::random_device{}());
    std::mt19937 random{seed};
    TestHost host;
    std::array<int, 2> progress{};
    std::vector<std::unique_ptr<Worker>> workers;
};

TEST_F(Survival, KilledAtRandomMomentsUnderLoad_NothingAcknowledgedIsLostOrDoubled) {
    const auto kills = number_from_environment("RMB_SURVIVAL_KILLS", 100);
    SCOPED_TRACE("RMB_SURVIVAL_SEED=" + std::to_string(seed));
    start_workers(number_from_environment("RMB_SURVIVAL_CLIENTS", 4));
    for (std::uint32_t n = 0; n < kills && !HasFatalFailure(); ++n) {
        kill_and_restart();
    }
    const auto paused = tell_all("pause");
    expect_exactly(paused);
    const auto verified = tell_all("verify");
    expect_exactly(verified);
    std::uint64_t calls = 0;
    std::uint64_t repeats = 0;
    std::uint64_t open = 0;
    for (const auto& books : verified) {
        calls += books["calls"].get<std::uint64_t>();
        repeats += books["repeats"].get<std::uint64_t>();
        open += books["sessions"].get<std::uint64_t>();
    }
    std::cout << "survival: seed " << seed << ", " << kills << " kills, " << workers.size()
              << " clients, " << calls << " calls answered, " << repeats
              << " of them sent again after a crash, " << open << " sessions open at the end\n";
    EXPECT_GT(repeats, 0U) << "no call was under way at any of the kills: nothing was tested";
    expect_exactly(tell_all("end"));
    EXPECT_TRUE(std::filesystem::is_empty(host.store()));
}

}  // namespace
