#include "linux/unix_listener.hpp"

#include "core/rights.hpp"
#include "linux/processes.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace {

using namespace rmb;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;

struct UnixListener : testing::Test {
    ~UnixListener() override {
        std::filesystem::remove(path);
    }

    void accept(os_linux::UnixListener& listener) {
        asio::co_spawn(loop, accept_one(listener), asio::detached);
    }
    asio::awaitable<void> accept_one(os_linux::UnixListener& listener) {
        accepted.emplace(co_await listener.accept());
    }
    [[nodiscard]] bool pump_until_accepted() {
        const auto give_up = std::chrono::steady_clock::now() + 20s;
        while (!accepted && std::chrono::steady_clock::now() < give_up) {
            loop.run_one_for(100ms);
        }
        return accepted.has_value();
    }
    [[nodiscard]] Protocol::endpoint endpoint() const {
        return Protocol::endpoint(path.string());
    }

    std::filesystem::path path =
        std::filesystem::path(testing::TempDir()) / ("rmb-listener-" + std::to_string(getpid()));
    asio::io_context loop{1};
    asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(loop);
    std::optional<core::result<rpc::Peer>> accepted;
};

TEST_F(UnixListener, Accept_IdentityIsTheConnectingProcess) {
    os_linux::UnixListener listener{loop, path};
    Protocol::socket client{loop};
    client.connect(endpoint());
    accept(listener);
    ASSERT_TRUE(pump_until_accepted());
    const auto who = accepted->value().identity->caller();
    ASSERT_TRUE(who);
    const auto own_pid = static_cast<std::uint32_t>(getpid());
    EXPECT_EQ(who->process.pid, own_pid);
    EXPECT_EQ(who->process.start_time, os_linux::start_time_of(own_pid));
    EXPECT_EQ(who->owner.user, "S-1-22-1-" + std::to_string(getuid()));
    EXPECT_EQ(who->administrator, getuid() == 0);
    EXPECT_EQ(who->program, std::filesystem::read_symlink("/proc/self/exe"));
    ASSERT_TRUE(who->rights);
    EXPECT_TRUE(who->rights->assume());
}

TEST_F(UnixListener, SocketOfADeadHost_IsReplaced) {
    { const os_linux::UnixListener dead{loop, path}; }
    ASSERT_TRUE(std::filesystem::is_socket(path));
    EXPECT_NO_THROW((os_linux::UnixListener{loop, path}));
}

TEST_F(UnixListener, SocketOfALivingHost_IsLeftAlone) {
    os_linux::UnixListener living{loop, path};
    EXPECT_THROW((os_linux::UnixListener{loop, path}), std::system_error);
    Protocol::socket client{loop};
    EXPECT_NO_THROW(client.connect(endpoint()));
}

TEST_F(UnixListener, Close_EndsTheWaitingAccept) {
    os_linux::UnixListener listener{loop, path};
    accept(listener);
    loop.poll();
    listener.close();
    ASSERT_TRUE(pump_until_accepted());
    ASSERT_FALSE(*accepted);
    EXPECT_EQ(accepted->error().code, core::Code::cancelled);
}

}  // namespace
