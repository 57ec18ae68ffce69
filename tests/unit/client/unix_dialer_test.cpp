#include "client/lib/unix_dialer.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace rmb::client {
namespace {

using namespace std::chrono_literals;
using proto::Code;

class UnixDialerTest : public testing::Test {
protected:
    UnixDialerTest() {
        std::string name = testing::TempDir() + "rmb-dialer-XXXXXX";
        folder_ = mkdtemp(name.data());
        path_ = folder_ / "socket";
    }
    ~UnixDialerTest() override {
        if (listener_ >= 0) {
            close(listener_);
        }
        std::filesystem::remove_all(folder_);
    }
    void listen_there(int backlog = 8) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::ranges::copy(path_.native(), address.sun_path);
        listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        ASSERT_EQ(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        ASSERT_EQ(listen(listener_, backlog), 0);
    }
    proto::result<std::unique_ptr<Channel>> dial(Milliseconds patience = 5s) {
        return dialer().dial(clock_.now() + patience);
    }
    UnixDialer dialer() {
        return {path_.native(), clock_};
    }
    [[nodiscard]] int accept_one() const {
        return accept(listener_, nullptr, nullptr);
    }

    SystemClock clock_;
    std::filesystem::path folder_;
    std::filesystem::path path_;
    int listener_ = -1;
};

TEST_F(UnixDialerTest, Dial_NobodyThere_Is1062AtTheDeadline) {
    const auto start = clock_.now();
    const auto dialed = dial(120ms);
    ASSERT_FALSE(dialed.has_value());
    EXPECT_EQ(dialed.error().code, Code::service_not_active);
    EXPECT_GE(clock_.now() - start, 119ms);
}

TEST_F(UnixDialerTest, Dial_BrokerComesLater_IsConnected) {
    std::thread later{[&] {
        std::this_thread::sleep_for(80ms);
        listen_there();
    }};
    EXPECT_TRUE(dial().has_value());
    later.join();
}

TEST_F(UnixDialerTest, Dial_PathTooLong_Is1062) {
    UnixDialer dialer{"/" + std::string(200, 'x'), clock_};
    const auto dialed = dialer.dial(clock_.now());
    ASSERT_FALSE(dialed.has_value());
    EXPECT_EQ(dialed.error().code, Code::service_not_active);
}

TEST_F(UnixDialerTest, Dial_BacklogFull_Is121) {
    listen_there(0);
    std::vector<std::unique_ptr<Channel>> waiting;
    for (int i = 0; i < 16; ++i) {
        auto dialed = dial(0ms);
        if (!dialed) {
            EXPECT_EQ(dialed.error().code, Code::sem_timeout);
            EXPECT_EQ(dialer().inspect().pipe, ServerReport::Pipe::busy);
            return;
        }
        waiting.push_back(*std::move(dialed));
    }
    FAIL() << "the backlog never fills";
}

TEST_F(UnixDialerTest, Channel_Bytes_GoBothWays) {
    listen_there();
    const auto channel = dial();
    ASSERT_TRUE(channel.has_value());
    const int peer = accept_one();
    ASSERT_TRUE((*channel)->send("hello", clock_.now() + 5s).has_value());
    std::array<char, 16> buffer{};
    ASSERT_EQ(read(peer, buffer.data(), buffer.size()), 5);
    ASSERT_EQ(write(peer, "world!", 6), 6);
    const auto received = (*channel)->receive(buffer, clock_.now() + 5s);
    ASSERT_TRUE(received.has_value());
    EXPECT_EQ(std::string_view(buffer.data(), *received), "world!");
    close(peer);
}

TEST_F(UnixDialerTest, Channel_ReceiveTimesOut_CanBeRepeated) {
    listen_there();
    const auto channel = dial();
    ASSERT_TRUE(channel.has_value());
    const int peer = accept_one();
    std::array<char, 16> buffer{};
    EXPECT_EQ((*channel)->receive(buffer, clock_.now() + 20ms).error(), IoFailure::timed_out);
    ASSERT_EQ(write(peer, "x", 1), 1);
    EXPECT_TRUE((*channel)->receive(buffer, clock_.now() + 5s).has_value());
    close(peer);
}

TEST_F(UnixDialerTest, Channel_PeerDoesNotRead_SendTimesOut) {
    listen_there();
    const auto channel = dial();
    ASSERT_TRUE(channel.has_value());
    const int peer = accept_one();
    const std::string much(std::size_t{16} * 1024 * 1024, 'x');
    EXPECT_EQ((*channel)->send(much, clock_.now() + 50ms).error(), IoFailure::timed_out);
    close(peer);
}

TEST_F(UnixDialerTest, Channel_PeerGone_IsLost) {
    listen_there();
    const auto channel = dial();
    ASSERT_TRUE(channel.has_value());
    close(accept_one());
    std::array<char, 16> buffer{};
    EXPECT_EQ((*channel)->receive(buffer, kNever).error(), IoFailure::lost);
    EXPECT_EQ((*channel)->send("x", kNever).error(), IoFailure::lost);
}

TEST_F(UnixDialerTest, Inspect_TellsWhetherSomebodyListens) {
    EXPECT_EQ(dialer().inspect().pipe, ServerReport::Pipe::missing);
    listen_there();
    const auto report = dialer().inspect();
    EXPECT_EQ(report.pipe, ServerReport::Pipe::open);
    EXPECT_EQ(report.verdict, Verdict::genuine);
    EXPECT_EQ(report.service.answer, ServiceFacts::Answer::none);
}

}  // namespace
}  // namespace rmb::client
