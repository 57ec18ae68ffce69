#pragma once

#include "client/lib/windows_handle.hpp"
#include "harness/wait.hpp"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace rmb::e2e {

/// A pipe that looks like the broker's and is not: it accepts one client after the other, keeps
/// what they say and never answers.
class SilentServer {
public:
    /// Where `limit_instances` is set, nobody else can create an instance of the pipe.
    explicit SilentServer(const std::wstring& pipe_name, bool limit_instances = false);
    SilentServer(const SilentServer&) = delete;
    SilentServer& operator=(const SilentServer&) = delete;
    ~SilentServer();

    [[nodiscard]] std::string heard();
    /// How many clients have connected.
    [[nodiscard]] int clients();
    /// False when it has not been said in time.
    [[nodiscard]] bool wait_to_hear(std::string_view text, Milliseconds patience = kPatience);

private:
    HANDLE make_instance() const;
    void serve();
    void listen_to(HANDLE pipe);
    /// False when it is time to stop.
    bool wait(HANDLE event) const;

    const std::wstring name_;
    const bool limit_instances_;
    client::UniqueHandle stop_;
    client::UniqueHandle first_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string heard_;
    int clients_ = 0;
    std::thread thread_;
};

}  // namespace rmb::e2e
