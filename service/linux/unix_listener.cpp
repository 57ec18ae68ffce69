#include "linux/unix_listener.hpp"

#include "linux/processes.hpp"
#include "linux/user_rights.hpp"
#include "linux/users.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/socket.h>

#include <chrono>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

namespace rmb::os_linux {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using Protocol = asio::local::stream_protocol;

constexpr std::chrono::milliseconds kWhenExhausted{50};

/// The credentials are those of the connect() call and cannot change afterwards.
class UnixIdentity final : public rpc::PeerIdentity {
public:
    explicit UnixIdentity(const ucred& credentials) : credentials_(credentials) {}

    core::result<core::Caller> process() override {
        const auto pid = static_cast<std::uint32_t>(credentials_.pid);
        const auto start_time = start_time_of(pid);
        if (!start_time) {
            return core::Error{core::Code::access_denied, "the calling process has ended"};
        }
        core::Caller caller;
        caller.process = {pid, *start_time};
        caller.owner = {sid_of(credentials_.uid), kWindowsSession};
        caller.administrator = credentials_.uid == 0;
        std::error_code unreadable;
        caller.program = fs::read_symlink("/proc/" + std::to_string(pid) + "/exe", unreadable);
        caller.rights = std::make_shared<UserRights>(credentials_.uid, credentials_.gid);
        return caller;
    }

    core::result<core::Caller> caller() override {
        return process();
    }

private:
    ucred credentials_;
};

bool somebody_answers(asio::io_context& loop, const Protocol::endpoint& endpoint) {
    Protocol::socket probe(loop);
    boost::system::error_code refused;
    probe.connect(endpoint, refused);
    return !refused;
}

bool is_one_clients_failure(const boost::system::error_code& failure) {
    return failure == asio::error::connection_aborted || failure == asio::error::interrupted;
}

/// Passes when connections close; the kernel keeps those that wait.
bool is_exhaustion(const boost::system::error_code& failure) {
    return failure == asio::error::no_descriptors || failure == asio::error::no_buffer_space ||
           failure == asio::error::no_memory ||
           failure == boost::system::errc::too_many_files_open_in_system;
}

}  // namespace

UnixListener::UnixListener(asio::io_context& loop, const fs::path& path) : acceptor_(loop) {
    const Protocol::endpoint endpoint(path.string());
    if (fs::is_socket(path)) {
        if (somebody_answers(loop, endpoint)) {
            throw std::system_error(std::make_error_code(std::errc::address_in_use), path.string());
        }
        fs::remove(path);
    }
    acceptor_.open();
    acceptor_.bind(endpoint);
    fs::permissions(path, fs::perms::all);
    acceptor_.listen();
}

asio::awaitable<core::result<rpc::Peer>> UnixListener::accept() {
    for (;;) {
        auto [failure, socket] =
            co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
        if (is_exhaustion(failure)) {
            asio::steady_timer pause(acceptor_.get_executor(), kWhenExhausted);
            co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
            continue;
        }
        if (failure && !is_one_clients_failure(failure)) {
            co_return core::Error{
                acceptor_.is_open() ? core::Code::internal_error : core::Code::cancelled,
                "accept: " + failure.message()};
        }
        ucred credentials{};
        socklen_t size = sizeof(credentials);
        if (!failure &&
            getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0) {
            co_return rpc::Peer{std::move(socket), std::make_unique<UnixIdentity>(credentials)};
        }
    }
}

void UnixListener::close() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
}

}  // namespace rmb::os_linux
