#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace rmb::bench {

/// A process that serves a unix socket until this object is destroyed.
class ServerProcess {
public:
    /// `serve` runs in the process; it listens on the path, writes a byte to the descriptor, and
    /// serves.
    using Serve = std::function<void(const std::string& path, int ready)>;

    ServerProcess(const std::string& name, const Serve& serve);
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;
    ~ServerProcess();

    [[nodiscard]] const std::string& path() const {
        return path_;
    }
    [[nodiscard]] pid_t pid() const {
        return pid_;
    }
    /// Kibibytes in memory.
    [[nodiscard]] double resident() const;
    /// The most that it ever was.
    [[nodiscard]] double peak_resident() const;

private:
    std::filesystem::path folder_;
    std::string path_;
    pid_t pid_ = -1;
};

/// rmb-testhost with limits that are in nobody's way.
[[nodiscard]] ServerProcess::Serve broker_host();
/// Reads and writes back, a connection at a time, as fast as two system calls can.
[[nodiscard]] ServerProcess::Serve blocking_echo();
/// The same for many connections, with epoll.
[[nodiscard]] ServerProcess::Serve epoll_echo();

/// A blocking client connection.
class ClientSocket {
public:
    explicit ClientSocket(const std::string& path);
    ClientSocket(ClientSocket&& other) noexcept;
    ClientSocket& operator=(ClientSocket&&) = delete;
    ~ClientSocket();

    [[nodiscard]] int get() const {
        return descriptor_;
    }
    void send(const std::string& bytes) const;
    /// Exactly so many bytes.
    void receive(std::size_t bytes) const;
    /// One read of what there is.
    [[nodiscard]] std::string receive_some() const;

private:
    int descriptor_;
};

/// All threads of a process, or of this one with 0, to one processor; to all again with -1.
void pin(pid_t process, int processor);
void allow_all_descriptors();

}  // namespace rmb::bench
