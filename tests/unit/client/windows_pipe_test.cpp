#include "client/lib/windows_pipe.hpp"

#include "client/lib/windows_handle.hpp"
#include "client/lib/windows_text.hpp"

#include <windows.h>

#include <sddl.h>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>

namespace rmb::client {
namespace {

using namespace std::chrono_literals;
using Pipe = ServerReport::Pipe;

/// Owned by Administrators, open to everybody.
UniqueLocal server_security() {
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    EXPECT_TRUE(ConvertStringSecurityDescriptorToSecurityDescriptorW(
        L"O:BAD:(A;;GA;;;WD)", SDDL_REVISION_1, &descriptor, nullptr));
    return UniqueLocal{descriptor};
}

UniqueHandle create_pipe(const std::string& name) {
    const auto descriptor = server_security();
    SECURITY_ATTRIBUTES attributes{sizeof attributes, descriptor.get(), FALSE};
    return UniqueHandle{CreateNamedPipeW(to_wide(name).c_str(), PIPE_ACCESS_DUPLEX,
                                         PIPE_TYPE_BYTE | PIPE_REJECT_REMOTE_CLIENTS, 1, 4096, 4096,
                                         0, &attributes)};
}

/// One instance of a pipe, used synchronously.
class PipeServer {
public:
    explicit PipeServer(const std::string& name) : pipe_(create_pipe(name)) {}
    [[nodiscard]] HANDLE get() const {
        return pipe_.get();
    }
    void write(std::string_view bytes) const {
        DWORD written = 0;
        ASSERT_TRUE(
            WriteFile(get(), bytes.data(), static_cast<DWORD>(bytes.size()), &written, nullptr));
        ASSERT_EQ(written, bytes.size());
    }
    [[nodiscard]] std::string read() const {
        std::array<char, 64> buffer{};
        DWORD count = 0;
        EXPECT_TRUE(ReadFile(get(), buffer.data(), buffer.size(), &count, nullptr));
        return {buffer.data(), count};
    }

private:
    UniqueHandle pipe_;
};

class WindowsPipeTest : public testing::Test {
protected:
    std::unique_ptr<PipeChannel> open() {
        auto opened = api_.open(name_);
        EXPECT_EQ(opened.state, Pipe::open) << opened.error;
        return std::move(opened.channel);
    }
    TimePoint in(Milliseconds span) {
        return clock_.now() + span;
    }

    SystemClock clock_;
    WindowsPipeApi api_{clock_};
    const std::string name_ = std::string{kProtectedPrefix}
                                  .append("rmb-unit-")
                                  .append(std::to_string(GetCurrentProcessId()));
    std::array<char, 64> buffer_{};
};

TEST_F(WindowsPipeTest, Open_NobodyServes_IsMissing) {
    const auto opened = api_.open(name_);
    EXPECT_EQ(opened.state, Pipe::missing);
    EXPECT_EQ(opened.error, DWORD{ERROR_FILE_NOT_FOUND});
}

TEST_F(WindowsPipeTest, Open_AllInstancesTaken_IsBusy) {
    const PipeServer server{name_};
    const auto first = open();
    EXPECT_EQ(api_.open(name_).state, Pipe::busy);
    const auto start = clock_.now();
    api_.wait_while_busy(name_, in(60ms));
    EXPECT_GE(clock_.now() - start, 40ms);
}

TEST_F(WindowsPipeTest, Facts_OfOwnServer_AreThisProcess) {
    const PipeServer server{name_};
    const auto facts = open()->facts();
    EXPECT_EQ(facts.server_pid, GetCurrentProcessId());
    EXPECT_EQ(facts.owner_sid, kAdministratorsSid);
}

TEST_F(WindowsPipeTest, Channel_Bytes_GoBothWays) {
    const PipeServer server{name_};
    const auto channel = open();
    ASSERT_TRUE(channel->send("hello", in(5s)).has_value());
    EXPECT_EQ(server.read(), "hello");
    server.write("world!");
    const auto received = channel->receive(buffer_, in(5s));
    ASSERT_TRUE(received.has_value());
    EXPECT_EQ(std::string_view(buffer_.data(), *received), "world!");
}

TEST_F(WindowsPipeTest, Channel_ReceiveTimesOut_CanBeRepeated) {
    const PipeServer server{name_};
    const auto channel = open();
    const auto start = clock_.now();
    const auto nothing = channel->receive(buffer_, in(60ms));
    ASSERT_FALSE(nothing.has_value());
    EXPECT_EQ(nothing.error(), IoFailure::timed_out);
    EXPECT_GE(clock_.now() - start, 50ms);
    server.write("late");
    EXPECT_TRUE(channel->receive(buffer_, in(5s)).has_value());
}

TEST_F(WindowsPipeTest, Channel_PeerDoesNotRead_SendTimesOut) {
    const PipeServer server{name_};
    const auto channel = open();
    const std::string much(std::size_t{1024} * 1024, 'x');
    const auto sent = channel->send(much, in(60ms));
    ASSERT_FALSE(sent.has_value());
    EXPECT_EQ(sent.error(), IoFailure::timed_out);
}

TEST_F(WindowsPipeTest, Channel_PeerGone_IsLost) {
    auto server = std::make_unique<PipeServer>(name_);
    const auto channel = open();
    server.reset();
    EXPECT_EQ(channel->receive(buffer_, kNever).error(), IoFailure::lost);
    EXPECT_EQ(channel->send("x", kNever).error(), IoFailure::lost);
}

TEST_F(WindowsPipeTest, Channel_PeerGoesWhileReceiving_IsLost) {
    auto server = std::make_unique<PipeServer>(name_);
    const auto channel = open();
    std::promise<void> receives;
    std::thread closing{[&] {
        receives.get_future().wait();
        server.reset();
    }};
    receives.set_value();
    EXPECT_EQ(channel->receive(buffer_, kNever).error(), IoFailure::lost);
    closing.join();
}

TEST_F(WindowsPipeTest, Channel_SendWhileReceiving_BothFinish) {
    const PipeServer server{name_};
    const auto channel = open();
    std::atomic<bool> received = false;
    std::promise<void> receives;
    std::thread receiving{[&] {
        std::array<char, 8> bytes{};
        receives.set_value();
        received = channel->receive(bytes, in(10s)).has_value();
    }};
    receives.get_future().wait();
    EXPECT_TRUE(channel->send("ping", in(5s)).has_value());
    EXPECT_EQ(server.read(), "ping");
    server.write("pong");
    receiving.join();
    EXPECT_TRUE(received);
}

TEST_F(WindowsPipeTest, QueryService_NotInstalledHere_IsScms1060) {
    const auto facts = api_.query_service();
    if (facts.answer == ServiceFacts::Answer::known) {
        GTEST_SKIP() << "the service is installed in this prefix";
    }
    EXPECT_EQ(facts.answer, ServiceFacts::Answer::not_installed);
    EXPECT_EQ(facts.error, DWORD{ERROR_SERVICE_DOES_NOT_EXIST});
}

}  // namespace
}  // namespace rmb::client
