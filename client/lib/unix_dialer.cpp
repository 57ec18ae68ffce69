#include "client/lib/unix_dialer.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace rmb::client {
namespace {

using proto::Code;
using proto::Error;
using Pipe = ServerReport::Pipe;

class Socket {
public:
    explicit Socket(int descriptor) : descriptor_(descriptor) {}
    Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Socket& operator=(Socket&&) = delete;
    ~Socket() {
        if (descriptor_ >= 0) {
            close(descriptor_);
        }
    }
    [[nodiscard]] int get() const {
        return descriptor_;
    }

private:
    int descriptor_;
};

class UnixChannel final : public Channel {
public:
    UnixChannel(Socket socket, Clock& clock) : socket_(std::move(socket)), clock_(clock) {}

    io_result<void> send(std::string_view bytes, TimePoint deadline) override {
        while (!bytes.empty()) {
            const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(sent));
                continue;
            }
            const auto ready = wait_unless_broken(POLLOUT, deadline);
            if (!ready) {
                return ready.error();
            }
        }
        return {};
    }

    io_result<std::size_t> receive(std::span<char> into, TimePoint deadline) override {
        for (;;) {
            const auto received = ::recv(socket_.get(), into.data(), into.size(), 0);
            if (received > 0) {
                return static_cast<std::size_t>(received);
            }
            if (received == 0) {
                return IoFailure::lost;
            }
            const auto ready = wait_unless_broken(POLLIN, deadline);
            if (!ready) {
                return ready.error();
            }
        }
    }

private:
    /// To be called while errno is that of the last transfer.
    io_result<void> wait_unless_broken(short events, TimePoint deadline) {
        if (errno == EINTR) {
            return {};
        }
        if (errno != EAGAIN) {  // on Linux the same as EWOULDBLOCK
            return IoFailure::lost;
        }
        pollfd waiting{socket_.get(), events, 0};
        const int ready = poll(&waiting, 1, milliseconds_left(clock_.now(), deadline));
        if (ready == 0) {
            return IoFailure::timed_out;
        }
        return ready > 0 || errno == EINTR ? io_result<void>{} : IoFailure::lost;
    }

    Socket socket_;
    Clock& clock_;
};

struct Attempt {
    Socket socket{-1};
    Pipe state = Pipe::open;
    int error = 0;
};

Pipe state_of(int error) {
    switch (error) {
        case ENOENT:
        case ECONNREFUSED:
            return Pipe::missing;
        case EAGAIN:
            return Pipe::busy;
        case EACCES:
        case EPERM:
            return Pipe::denied;
        default:
            return Pipe::failed;
    }
}

Attempt try_connect(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return {Socket{-1}, Pipe::failed, ENAMETOOLONG};
    }
    std::ranges::copy(path, address.sun_path);
    Socket socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (socket.get() < 0 ||
        // POSIX's connect takes the address under its general type.
        connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const int error = errno;
        return {Socket{-1}, state_of(error), error};
    }
    return {std::move(socket), Pipe::open, 0};
}

}  // namespace

UnixDialer::UnixDialer(std::string path, Clock& clock) : path_(std::move(path)), clock_(clock) {}

proto::result<std::unique_ptr<Channel>> UnixDialer::dial(TimePoint deadline) {
    for (;;) {
        auto attempt = try_connect(path_);
        if (attempt.state == Pipe::open) {
            return std::unique_ptr<Channel>{
                std::make_unique<UnixChannel>(std::move(attempt.socket), clock_)};
        }
        if (attempt.state == Pipe::denied) {
            return Error{Code::access_denied, "no access to " + path_, "pipe"};
        }
        const auto now = clock_.now();
        if (now >= deadline) {
            return attempt.state == Pipe::busy
                       ? Error{Code::sem_timeout, path_ + " is busy"}
                       : Error{Code::service_not_active, "nobody listens on " + path_ + ": errno " +
                                                             std::to_string(attempt.error)};
        }
        clock_.sleep_until(std::min(deadline, now + kPollInterval));
    }
}

ServerReport UnixDialer::inspect() {
    const auto attempt = try_connect(path_);
    ServerReport report;
    report.name = path_;
    report.pipe = attempt.state;
    report.pipe_error = static_cast<std::uint32_t>(attempt.error);
    if (attempt.state == Pipe::open) {
        report.verdict = Verdict::genuine;
    }
    return report;
}

}  // namespace rmb::client
