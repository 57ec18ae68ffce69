#include "linux_process.hpp"

#include <sched.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <system_error>
#include <utility>

namespace rmb::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferBytes = 65'536;

void check(bool good, const char* what) {
    if (!good) {
        throw std::system_error(errno, std::generic_category(), what);
    }
}

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    check(path.size() < sizeof(address.sun_path), "socket path");
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    return address;
}

int listen_on(const std::string& path) {
    const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    const auto address = address_of(path);
    // POSIX's bind takes the address under its general type.
    check(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
              listen(listener, SOMAXCONN) == 0,
          "listen");
    return listener;
}

void say_ready(int ready) {
    check(write(ready, "r", 1) == 1, "ready");
}

/// False when the peer is gone.
bool echo_once(int peer, std::array<char, kBufferBytes>& buffer) {
    const auto got = recv(peer, buffer.data(), buffer.size(), 0);
    return got > 0 && send(peer, buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
}

}  // namespace

ServerProcess::ServerProcess(const std::string& name, const Serve& serve) {
    std::string folder = fs::temp_directory_path() / ("rmb-bench-" + name + "-XXXXXX");
    check(mkdtemp(folder.data()) != nullptr, "mkdtemp");
    folder_ = folder;
    path_ = folder_ / "socket";
    std::array<int, 2> ready{};
    check(pipe(ready.data()) == 0, "pipe");
    pid_ = fork();
    check(pid_ >= 0, "fork");
    if (pid_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(ready[0]);
        serve(path_, ready[1]);
        _exit(EXIT_FAILURE);
    }
    close(ready[1]);
    char byte = 0;
    check(read(ready[0], &byte, 1) == 1, "a server did not start");
    close(ready[0]);
}

ServerProcess::~ServerProcess() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

double ServerProcess::resident() const {
    std::ifstream in("/proc/" + std::to_string(pid_) + "/statm");
    std::size_t total = 0;
    std::size_t pages = 0;
    in >> total >> pages;
    return static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024;
}

double ServerProcess::peak_resident() const {
    std::ifstream in("/proc/" + std::to_string(pid_) + "/status");
    double kibibytes = 0;
    for (std::string word; in >> word;) {
        if (word == "VmHWM:") {
            in >> kibibytes;
            break;
        }
    }
    return kibibytes;
}

ServerProcess::Serve broker_host() {
    return [](const std::string& path, int ready) {
        dup2(ready, STDOUT_FILENO);  // its "ready" line
        const auto program =
            (fs::read_symlink("/proc/self/exe").parent_path() / "rmb-testhost").string();
        execl(program.c_str(), program.c_str(), "--socket", path.c_str(), "--log-level", "error",
              "--set", "ConnectionsPerUser=65536", "--set", "ConnectionsTotal=65536", "--set",
              "SessionsPerUserSession=65536", "--set", "SessionsPerUser=65536", "--set",
              "SessionsPerProcess=65536", "--set", "SessionsTotal=65536", "--set",
              "MegabytesPerUser=4095", nullptr);
    };
}

ServerProcess::Serve blocking_echo() {
    return [](const std::string& path, int ready) {
        const int listener = listen_on(path);
        say_ready(ready);
        std::array<char, kBufferBytes> buffer{};
        for (;;) {
            const int peer = accept(listener, nullptr, nullptr);
            while (echo_once(peer, buffer)) {
            }
            close(peer);
        }
    };
}

ServerProcess::Serve epoll_echo() {
    return [](const std::string& path, int ready) {
        allow_all_descriptors();
        const int listener = listen_on(path);
        const int poller = epoll_create1(0);
        const auto add = [&](int descriptor) {
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.fd = descriptor;
            epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event);
        };
        add(listener);
        say_ready(ready);
        std::array<char, kBufferBytes> buffer{};
        std::array<epoll_event, 128> events{};
        for (;;) {
            const int count =
                epoll_wait(poller, events.data(), static_cast<int>(events.size()), -1);
            for (int n = 0; n < count; ++n) {
                const int descriptor = events[static_cast<std::size_t>(n)].data.fd;
                if (descriptor == listener) {
                    add(accept(listener, nullptr, nullptr));
                } else if (!echo_once(descriptor, buffer)) {
                    close(descriptor);
                }
            }
        }
    };
}

ClientSocket::ClientSocket(const std::string& path) : descriptor_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    const auto address = address_of(path);
    check(connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0,
          "connect");
}

ClientSocket::ClientSocket(ClientSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

ClientSocket::~ClientSocket() {
    if (descriptor_ >= 0) {
        close(descriptor_);
    }
}

void ClientSocket::send(const std::string& bytes) const {
    check(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
              static_cast<ssize_t>(bytes.size()),
          "send");
}

void ClientSocket::receive(std::size_t bytes) const {
    std::array<char, kBufferBytes> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): timed
    while (bytes > 0) {
        const auto got = recv(descriptor_, buffer.data(), std::min(bytes, buffer.size()), 0);
        check(got > 0, "the server closed the connection");
        bytes -= static_cast<std::size_t>(got);
    }
}

std::string ClientSocket::receive_some() const {
    std::string bytes(kBufferBytes, '\0');
    const auto got = recv(descriptor_, bytes.data(), bytes.size(), 0);
    check(got > 0, "the server closed the connection");
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
}

void pin(pid_t process, int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (std::size_t each = 0; each < CPU_SETSIZE; ++each) {
        if (processor < 0 || each == static_cast<std::size_t>(processor)) {
            CPU_SET(each, &set);
        }
    }
    const auto tasks =
        "/proc/" + (process == 0 ? std::string{"self"} : std::to_string(process)) + "/task";
    for (const auto& task : fs::directory_iterator(tasks)) {
        const auto thread = static_cast<pid_t>(std::stol(task.path().filename().string()));
        check(sched_setaffinity(thread, sizeof(set), &set) == 0, "sched_setaffinity");
    }
}

void allow_all_descriptors() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace rmb::bench
