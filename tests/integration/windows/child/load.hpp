#pragma once

#include "child/client_dll.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace rmb::e2e {

/// Starts, joins and ends sessions at random from several threads, and keeps account of what the
/// DLL acknowledged.
class Load {
public:
    explicit Load(const ClientDll& dll) : dll_(dll) {}
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;
    ~Load();

    /// Begins; `keys` are sessions to join. Sessions of an earlier run are kept.
    void run(std::uint64_t seed, std::vector<std::string> keys);
    /// Lets the calls in progress end, and reports in one line: calls=N failed=N first=TEXT
    /// slowest=MS open=HANDLE:KEY,... joined=HANDLE:KEY,...
    std::string quiet();
    /// Ends all that is open and reports: calls=N failed=N first=TEXT.
    std::string end_all();

private:
    struct Membership {
        DWORD handle;
        std::string key;
    };
    static constexpr int kThreads = 2;
    static constexpr std::size_t kMaxOpen = 10;
    static constexpr std::size_t kMaxJoined = 6;

    void work(std::uint64_t seed);
    void start();
    void join(std::mt19937_64& random);
    void end(std::vector<Membership>& from, std::mt19937_64& random);
    void end(const Membership& membership);
    void count(const char* call, DWORD code, ULONGLONG begun);
    std::string counts() const;

    const ClientDll& dll_;
    std::atomic<bool> running_{false};
    std::vector<std::thread> threads_;
    std::vector<std::string> keys_;

    std::mutex mutex_;  // all below
    std::size_t pending_open_ = 0;
    std::size_t pending_joined_ = 0;
    std::vector<Membership> open_;
    std::vector<Membership> joined_;
    std::uint64_t calls_ = 0;
    std::uint64_t failed_ = 0;
    std::string first_failure_;
    ULONGLONG slowest_ms_ = 0;
};

}  // namespace rmb::e2e
