#pragma once

#include "client/lib/windows_handle.hpp"
#include "harness/wait.hpp"

#include <windows.h>

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

namespace rmb::e2e {

/// The programs under test, found beside this test's own.
struct Programs {
    std::filesystem::path broker;
    std::filesystem::path child;
    std::filesystem::path dll;
    std::filesystem::path rmbctl;
};
/// Those of this build.
[[nodiscard]] const Programs& programs();
/// Child and DLL of the x86 build: in RMB_E2E_X86_BIN, or beside this build's folder.
[[nodiscard]] Programs x86_programs();

/// For a child and all that it starts: they end with it, and it with this process.
[[nodiscard]] client::UniqueHandle make_job();

/// A client in a process of its own. It is killed when this object goes, or this process does.
class ChildProcess {
public:
    /// `token` NULL: this process's own.
    explicit ChildProcess(const Programs& from = programs(), HANDLE token = nullptr);
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ~ChildProcess();

    /// One line there, one line back (see child/commands.hpp). Throws when none comes in time.
    std::string ask(const std::string& command, Milliseconds patience = kPatience);
    void tell(const std::string& command);
    std::string answer(Milliseconds patience = kPatience);

    struct Started {
        DWORD code = 0;
        DWORD handle = 0;
        std::string key;
        std::string written;
    };
    Started start(const std::string& command = "start");
    [[nodiscard]] static Started parse_started(const std::string& line);
    struct Joined {
        DWORD code = 0;
        DWORD handle = 0;
        std::string written;
    };
    Joined join(const std::string& key);
    DWORD end(DWORD handle);

    [[nodiscard]] DWORD pid() const {
        return pid_;
    }
    /// Returns when it is dead.
    void kill();
    DWORD wait_for_exit();

private:
    void read_lines();

    DWORD pid_ = 0;
    client::UniqueHandle job_;
    client::UniqueHandle process_{nullptr};
    client::UniqueHandle to_child_{nullptr};
    client::UniqueHandle from_child_{nullptr};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> lines_;
    bool ended_ = false;
    std::thread reader_;
};

}  // namespace rmb::e2e
