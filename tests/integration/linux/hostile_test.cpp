#include "installer.hpp"
#include "proto/framing.hpp"
#include "support/results.hpp"
#include "test_host.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// A peer that does not keep to the protocol is answered once at most and closed, and others do not
// notice.
namespace {

using namespace rmb;
using namespace rmb::test;
using nlohmann::json;
using proto::Code;
namespace method = proto::method;

/// Bytes to the host and back, blocking.
class RawSocket {
public:
    explicit RawSocket(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof(address.sun_path) - 1);
        // POSIX's connect takes the address under its general type.
        connected_ =
            connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
        const timeval patience{std::chrono::seconds{kPatience}.count(), 0};
        setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
        setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    }
    RawSocket(const RawSocket&) = delete;
    RawSocket& operator=(const RawSocket&) = delete;
    ~RawSocket() {
        close(socket_);
    }

    [[nodiscard]] bool connected() const {
        return connected_;
    }
    /// False when the host has closed.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) {
                return false;
            }
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    void half_close() {
        shutdown(socket_, SHUT_WR);
    }
    /// Every frame until the host closes.
    std::vector<json> read_to_end() {
        std::vector<json> frames;
        proto::FrameParser parser;
        std::array<char, 65'536> buffer{};
        for (;;) {
            const auto got = recv(socket_, buffer.data(), buffer.size(), 0);
            if (got <= 0) {
                closed_ = got == 0 || errno == ECONNRESET;
                return frames;
            }
            std::string_view input{buffer.data(), static_cast<std::size_t>(got)};
            for (auto step = parser.next(input);
                 !std::holds_alternative<proto::FrameParser::NeedMore>(step);
                 step = parser.next(input)) {
                if (const auto* frame = std::get_if<proto::FrameParser::Frame>(&step)) {
                    frames.push_back(json::parse(frame->body));
                }
            }
        }
    }
    /// After read_to_end: the host closed, it did not just fall silent.
    [[nodiscard]] bool closed() const {
        return closed_;
    }

private:
    int socket_;
    bool connected_ = false;
    bool closed_ = false;
};

struct Hostile : testing::Test {
    // Connections that were closed count until the host has seen it.
    TestHost host{{"ConnectionsPerUser=256"}};
    LocalClient other{host.socket()};

    void expect_others_are_served() {
        EXPECT_EQ(code_of(other.call<method::Ping>({"still there"})), Code::ok);
    }
    /// The one answer to `bytes`, after which the host has closed.
    json only_answer(std::string_view bytes) {
        RawSocket socket{host.socket()};
        socket.send(bytes);
        const auto frames = socket.read_to_end();
        EXPECT_TRUE(socket.closed());
        EXPECT_EQ(frames.size(), 1U);
        return frames.empty() ? json{} : frames.front();
    }
    /// The answer to one frame on a connection that goes on to work.
    json answer_to_frame(std::string_view body) {
        RawSocket socket{host.socket()};
        socket.send(proto::make_frame(body));
        socket.send(proto::make_frame(R"({"jsonrpc":"2.0","id":"next","method":"broker.ping"})"));
        socket.half_close();
        const auto frames = socket.read_to_end();
        EXPECT_EQ(frames.size(), 2U);
        EXPECT_EQ(frames.size() == 2 ? frames[1]["id"] : json{}, "next");
        return frames.empty() ? json{} : frames.front();
    }
};

TEST_F(Hostile, RandomBytes_AreAnsweredAtMostOnce) {
    std::mt19937 random{20'240'601};
    std::uniform_int_distribution<int> byte{0, 255};
    for (int round = 0; round < 200; ++round) {
        std::string bytes(1'000, '\0');
        for (auto& each : bytes) {
            each = static_cast<char>(byte(random));
        }
        RawSocket socket{host.socket()};
        socket.send(bytes);
        socket.half_close();
        EXPECT_LE(socket.read_to_end().size(), 1U);
        EXPECT_TRUE(socket.closed());
    }
    expect_others_are_served();
}

TEST_F(Hostile, RandomBytesInAFrame_AreAParseErrorAndTheConnectionGoesOn) {
    std::mt19937 random{20'240'602};
    std::uniform_int_distribution<int> byte{128, 255};
    for (int round = 0; round < 50; ++round) {
        std::string bytes(100, '\0');
        for (auto& each : bytes) {
            each = static_cast<char>(byte(random));
        }
        EXPECT_EQ(answer_to_frame(bytes)["error"]["code"], -32700);
    }
}

TEST_F(Hostile, MutatedFrames_LeaveTheHostServing) {
    std::mt19937 random{20'240'603};
    const std::string good =
        proto::make_frame(R"({"jsonrpc":"2.0","id":1,"method":"session.start","params":{"flags":0,)"
                          R"("token":"11111111-2222-4333-8444-555555555555"}})");
    std::uniform_int_distribution<std::size_t> where{0, good.size() - 1};
    std::uniform_int_distribution<int> byte{0, 255};
    for (int round = 0; round < 300; ++round) {
        std::string bytes = good;
        for (int n = 0; n < 3; ++n) {
            bytes[where(random)] = static_cast<char>(byte(random));
        }
        RawSocket socket{host.socket()};
        socket.send(bytes);
        socket.half_close();
        EXPECT_LE(socket.read_to_end().size(), 2U);
        EXPECT_TRUE(socket.closed());
    }
    expect_others_are_served();
}

TEST_F(Hostile, HugeHeader_IsRefused) {
    EXPECT_EQ(only_answer(std::string(100'000, 'H'))["error"]["code"], -32600);
    EXPECT_EQ(only_answer("Content-Type: " + std::string(300, 'x'))["error"]["code"], -32600);
}

TEST_F(Hostile, WrongLengths_AreRefused) {
    for (const std::string_view length :
         {"-1", "16777217", "18446744073709551616", "0x10", "1e3", "12 34", ""}) {
        const auto answer = only_answer("Content-Length: " + std::string{length} + "\r\n\r\n{}");
        EXPECT_EQ(answer["error"]["code"], -32600) << length;
        EXPECT_TRUE(answer["id"].is_null());
    }
    expect_others_are_served();
}

TEST_F(Hostile, DeepJson_IsRefusedAndTheConnectionGoesOn) {
    for (const std::size_t depth : {17U, 1'000U, 1'000'000U}) {
        const auto answer = answer_to_frame(std::string(depth, '[') + std::string(depth, ']'));
        EXPECT_EQ(answer["error"]["code"], -32600) << depth;
    }
}

TEST_F(Hostile, ManyTinyValues_AreRefused) {
    std::string body = "[0";
    for (int n = 0; n < 1'000'000; ++n) {
        body += ",0";
    }
    EXPECT_EQ(answer_to_frame(body + "]")["error"]["code"], -32600);
}

TEST_F(Hostile, LongestStringAllowed_PassesAndOneMoreDoesNot) {
    const auto ping = [](std::size_t length) {
        return R"({"jsonrpc":"2.0","id":1,"method":"broker.ping","params":{"payload":")" +
               std::string(length, 'x') + "\"}}";
    };
    EXPECT_TRUE(answer_to_frame(ping(32'767)).contains("result"));
    EXPECT_EQ(answer_to_frame(ping(32'768))["error"]["code"], -32600);
}

TEST_F(Hostile, SlowSenders_OthersAreServed) {
    std::vector<std::unique_ptr<RawSocket>> slow;
    for (int n = 0; n < 50; ++n) {
        slow.push_back(std::make_unique<RawSocket>(host.socket()));
        slow.back()->send(n % 2 == 0 ? "Content-Le" : "Content-Length: 100000\r\n\r\n{\"a");
    }
    for (int round = 0; round < 20; ++round) {
        for (const auto& socket : slow) {
            socket->send(round == 0 ? "n" : "");
        }
        expect_others_are_served();
    }
}

TEST_F(Hostile, DoesNotReadItsAnswers_IsDroppedAndOthersAreServed) {
    RawSocket greedy{host.socket()};
    const auto frame = proto::make_frame(R"({"jsonrpc":"2.0","id":1,"method":"rpc.discover"})");
    std::string many;
    for (int n = 0; n < 100; ++n) {
        many += frame;
    }
    // 10 000 answers of several KiB are more than the host keeps for anybody.
    bool open = true;
    for (int n = 0; n < 100 && open; ++n) {
        open = greedy.send(many);
    }
    EXPECT_FALSE(open) << "nobody dropped a peer that does not read";
    expect_others_are_served();
}

TEST_F(Hostile, ClosedInTheMiddle_OthersAreServed) {
    const auto frame = proto::make_frame(R"({"jsonrpc":"2.0","id":1,"method":"broker.status"})");
    for (std::size_t cut = 0; cut <= frame.size(); ++cut) {
        RawSocket socket{host.socket()};
        socket.send(std::string_view{frame}.substr(0, cut));
    }
    expect_others_are_served();
}

TEST_F(Hostile, ThousandsOfConnects_OthersAreServed) {
    if (!can_change_user()) {
        GTEST_SKIP() << "needs root, to be several users";
    }
    Installer crowd{host.socket(), Installer::kAlice};
    Installer bob{host.socket(), Installer::kBob};
    EXPECT_EQ(crowd.hold_connections(2'000), 256U);
    expect_others_are_served();
    EXPECT_TRUE(bob.start());
}

TEST_F(Hostile, ThousandsOfConnectsAtOnce_OthersAreServed) {
    if (!can_change_user()) {
        GTEST_SKIP() << "needs root, to be several users";
    }
    const auto crowd = fork();
    if (crowd == 0) {
        std::vector<std::unique_ptr<RawSocket>> sockets;
        if (setgid(Installer::kAlice) != 0 || setuid(Installer::kAlice) != 0) {
            _exit(1);
        }
        bool all_connected = true;
        for (int round = 0; round < 10; ++round) {
            for (int n = 0; n < 400; ++n) {
                sockets.push_back(std::make_unique<RawSocket>(host.socket()));
                all_connected = all_connected && sockets.back()->connected();
            }
            sockets.clear();
        }
        _exit(all_connected ? 0 : 1);
    }
    Installer bob{host.socket(), Installer::kBob};
    for (int n = 0; n < 50; ++n) {
        EXPECT_EQ(bob.end(bob.start().value().session), Code::ok);
    }
    int status = 0;
    ASSERT_EQ(waitpid(crowd, &status, 0), crowd);
    EXPECT_EQ(status, 0);
    expect_others_are_served();
}

}  // namespace
