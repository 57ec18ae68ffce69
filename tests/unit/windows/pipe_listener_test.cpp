#include "windows/pipe_listener.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <spdlog/logger.h>

#include <gtest/gtest.h>

#include <aclapi.h>
#include <sddl.h>

#include <array>
#include <atomic>
#include <future>
#include <thread>
#include <vector>

namespace rmb::win {
namespace {

namespace asio = boost::asio;

std::wstring unique_name() {
    static std::atomic<int> count{0};
    return L"\\\\.\\pipe\\rmb-listener-test-" + std::to_wstring(GetCurrentProcessId()) + L"-" +
           std::to_wstring(++count);
}

/// Opens as the client does, coming again while all instances are busy.
UniqueFile connect(const std::wstring& name) {
    for (int i = 0; i < 100; ++i) {
        UniqueFile pipe{CreateFileW(name.c_str(), GENERIC_READ | FILE_WRITE_DATA, 0, nullptr,
                                    OPEN_EXISTING, SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION,
                                    nullptr)};
        if (pipe || GetLastError() != ERROR_PIPE_BUSY) {
            return pipe;
        }
        WaitNamedPipeW(name.c_str(), 5'000);
    }
    return {};
}

bool echo(HANDLE pipe, char byte) {
    DWORD count = 0;
    char back = 0;
    return WriteFile(pipe, &byte, 1, &count, nullptr) != FALSE &&
           ReadFile(pipe, &back, 1, &count, nullptr) != FALSE && back == byte;
}

std::string owner_and_dacl(HANDLE pipe) {
    constexpr SECURITY_INFORMATION kWanted = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    PSECURITY_DESCRIPTOR found = nullptr;
    GetSecurityInfo(pipe, SE_KERNEL_OBJECT, kWanted, nullptr, nullptr, nullptr, nullptr, &found);
    const UniqueLocal owner{found};
    wchar_t* text = nullptr;
    ConvertSecurityDescriptorToStringSecurityDescriptorW(found, SDDL_REVISION_1, kWanted, &text,
                                                         nullptr);
    const UniqueLocal text_owner{text};
    return text == nullptr ? std::string{} : narrow(text);
}

/// Sends back what it gets, to everybody, on a loop thread of its own.
struct PipeListenerTest : testing::Test {
    std::wstring name = unique_name();
    spdlog::logger log{"test"};
    asio::io_context loop{1};
    std::unique_ptr<PipeListener> listener;
    std::thread thread;
    std::atomic<int> accepted{0};
    std::promise<Error> ended;
    std::vector<core::result<core::Caller>> callers;  // of the loop thread until it has ended

    void start(std::size_t waiting = 4) {
        PipeListener::Options options;
        options.name = narrow(name);
        options.sddl = "D:P(A;;FA;;;WD)";
        options.waiting = waiting;
        listener = std::move(PipeListener::open(loop, options, log).value());
        asio::co_spawn(loop, serve(), asio::detached);
        thread = std::thread{[this] { loop.run(); }};
    }
    void TearDown() override {
        if (thread.joinable()) {
            asio::post(loop, [this] { listener->close(); });
            EXPECT_EQ(ended.get_future().get().code, Code::cancelled);
            loop.stop();
            thread.join();
        }
    }

    asio::awaitable<void> serve() {
        for (;;) {
            auto peer = co_await listener->accept();
            if (peer.has_error()) {
                ended.set_value(peer.error());
                co_return;
            }
            ++accepted;
            asio::co_spawn(loop, converse(std::move(*peer)), asio::detached);
        }
    }
    asio::awaitable<void> converse(rpc::Peer peer) {
        std::array<char, 64> buffer{};
        bool known = false;
        for (;;) {
            const auto [error, count] = co_await peer.stream.async_read_some(
                asio::buffer(buffer), asio::as_tuple(asio::use_awaitable));
            if (error) {
                co_return;
            }
            if (!std::exchange(known, true)) {
                callers.push_back(peer.identity->caller());
            }
            co_await asio::async_write(peer.stream, asio::buffer(buffer, count),
                                       asio::as_tuple(asio::use_awaitable));
        }
    }
};

TEST_F(PipeListenerTest, Client_IsServedAndIdentified) {
    start();
    const auto client = connect(name);
    ASSERT_TRUE(client);
    EXPECT_TRUE(echo(client.get(), 'a'));
    ASSERT_EQ(callers.size(), 1U);
    ASSERT_TRUE(callers[0].has_value()) << callers[0].error().message;
    EXPECT_EQ(callers[0]->process.pid, GetCurrentProcessId());
    EXPECT_TRUE(callers[0]->owner.user.starts_with("S-1-5-"));
    EXPECT_TRUE(callers[0]->program.ends_with(".exe")) << callers[0]->program;
}

TEST_F(PipeListenerTest, BurstOfAHundred_AllServedAtTheSameTime) {
    start();
    std::vector<UniqueFile> clients(100);
    std::vector<std::thread> threads;
    for (auto& client : clients) {
        threads.emplace_back([&] { client = connect(name); });
    }
    for (auto& one : threads) {
        one.join();
    }
    for (const auto& client : clients) {
        ASSERT_TRUE(client);
        EXPECT_TRUE(echo(client.get(), 'b'));
    }
    EXPECT_EQ(accepted.load(), 100);
}

TEST_F(PipeListenerTest, ClientsThatVanishAtOnce_HarmNobody) {
    start();
    for (int i = 0; i < 200; ++i) {
        connect(name);
    }
    const auto client = connect(name);
    ASSERT_TRUE(client);
    EXPECT_TRUE(echo(client.get(), 'c'));
}

TEST_F(PipeListenerTest, ClientThatVanishesBeforeTheLoopRuns_IsPassedOver) {
    PipeListener::Options options;
    options.name = narrow(name);
    options.sddl = "D:P(A;;FA;;;WD)";
    options.waiting = 1;
    listener = std::move(PipeListener::open(loop, options, log).value());
    connect(name);
    asio::co_spawn(loop, serve(), asio::detached);
    thread = std::thread{[this] { loop.run(); }};
    const auto client = connect(name);
    ASSERT_TRUE(client);
    EXPECT_TRUE(echo(client.get(), 'd'));
}

TEST_F(PipeListenerTest, ClientGoneAndNextOne_NameIsNeverMissing) {
    start(1);
    for (int i = 0; i < 100; ++i) {
        const auto client = connect(name);
        ASSERT_TRUE(client) << i << ": " << GetLastError();
        ASSERT_TRUE(echo(client.get(), 'e'));
    }
}

TEST_F(PipeListenerTest, Closed_AcceptEndsAndTheNameIsGone) {
    start();
    ASSERT_TRUE(connect(name));
    std::promise<void> closed;
    asio::post(loop, [&] {
        listener->close();
        closed.set_value();
    });
    closed.get_future().get();
    for (int i = 0; i < 100 && WaitNamedPipeW(name.c_str(), 1) != FALSE; ++i) {
        Sleep(20);
    }
    EXPECT_FALSE(connect(name));
}

TEST_F(PipeListenerTest, DestroyedWithoutClose_LoopGoesOn) {
    PipeListener::Options options;
    options.name = narrow(name);
    options.sddl = "D:P(A;;FA;;;WD)";
    listener = std::move(PipeListener::open(loop, options, log).value());
    listener.reset();
    loop.run_for(std::chrono::milliseconds{200});
    EXPECT_FALSE(connect(name));
}

TEST_F(PipeListenerTest, BadDescriptor_Fails) {
    PipeListener::Options options;
    options.name = narrow(name);
    options.sddl = "D:(nonsense)";
    EXPECT_TRUE(PipeListener::open(loop, options, log).has_error());
}

TEST_F(PipeListenerTest, RealName_OwnerIsSystemAndTheDaclIsOurs) {
    PipeListener::Options options;
    options.name += "-test-" + std::to_string(GetCurrentProcessId());
    const auto opened = PipeListener::open(loop, options, log);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    const auto client = connect(wide(options.name));
    ASSERT_TRUE(client);
    EXPECT_EQ(owner_and_dacl(client.get()), "O:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x12018b;;;AU)");
}

}  // namespace
}  // namespace rmb::win
