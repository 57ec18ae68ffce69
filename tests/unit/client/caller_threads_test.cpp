#include "client/lib/caller.hpp"
#include "client/lib/unix_dialer.hpp"
#include "proto/methods.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

namespace rmb::client {
namespace {

/// Answers pings; hangs up after `kCallsPerConnection`, as a service does that restarts.
class PingServer {
public:
    static constexpr int kCallsPerConnection = 20;

    explicit PingServer(const std::string& path)
        : listener_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::ranges::copy(path, address.sun_path);
        EXPECT_EQ(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(listen(listener_, 64), 0);
        accepting_ = std::thread{[this] { accept_all(); }};
    }
    PingServer(const PingServer&) = delete;
    PingServer& operator=(const PingServer&) = delete;
    /// The clients are gone by then.
    ~PingServer() {
        shutdown(listener_, SHUT_RDWR);
        accepting_.join();
        for (auto& thread : serving_) {
            thread.join();
        }
        close(listener_);
    }

private:
    void accept_all() {
        for (int peer = accept(listener_, nullptr, nullptr); peer >= 0;
             peer = accept(listener_, nullptr, nullptr)) {
            serving_.emplace_back([peer] { serve(peer); });
        }
    }

    static void serve(int peer) {
        proto::FrameParser parser;
        std::array<char, 4096> buffer{};
        int calls = 0;
        for (auto count = read(peer, buffer.data(), buffer.size());
             count > 0 && calls < kCallsPerConnection;
             count = read(peer, buffer.data(), buffer.size())) {
            std::string_view bytes{buffer.data(), static_cast<std::size_t>(count)};
            calls += answer(peer, parser, bytes);
        }
        close(peer);
    }

    static int answer(int peer, proto::FrameParser& parser, std::string_view bytes) {
        for (int answered = 0;;) {
            auto step = parser.next(bytes);
            if (std::holds_alternative<proto::FrameParser::NeedMore>(step)) {
                return answered;
            }
            const auto* frame = std::get_if<proto::FrameParser::Frame>(&step);
            if (frame == nullptr) {
                continue;
            }
            auto incoming = proto::parse_message(frame->body);
            auto& request = std::get<proto::Request>(incoming.messages.at(0));
            const auto reply = proto::make_frame(
                proto::dump(proto::to_json(proto::Response{request.id, request.params})));
            if (write(peer, reply.data(), reply.size()) < 0) {
                return PingServer::kCallsPerConnection;
            }
            ++answered;
        }
    }

    int listener_;
    std::thread accepting_;
    std::vector<std::thread> serving_;
};

TEST(CallerThreads, ManyCallsAndLostConnections_EachGetsItsOwnAnswer) {
    std::string folder = testing::TempDir() + "rmb-caller-XXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    SystemClock clock;
    std::atomic<int> good = 0;
    {
        const PingServer server{folder + "/s"};
        UnixDialer dialer{folder + "/s", clock};
        Caller caller{dialer, clock};
        std::vector<std::thread> threads;
        for (int t = 0; t < 8; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < 100; ++i) {
                    const auto text = std::to_string(t) + "." + std::to_string(i);
                    const auto pong = caller.call<proto::method::Ping>({text});
                    good += pong && pong->payload == text ? 1 : 0;
                }
            });
        }
        for (auto& thread : threads) {
            thread.join();
        }
    }
    EXPECT_EQ(good, 800);
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace rmb::client
