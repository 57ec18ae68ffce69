#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace rmb::test {

/// How long a test waits for what must come; not a deadline of the product.
inline constexpr std::chrono::seconds kPatience{60};

/// A folder of its own, which every user may look up names in; removed with all it holds.
class PrivateFolder {
public:
    PrivateFolder();
    PrivateFolder(const PrivateFolder&) = delete;
    PrivateFolder& operator=(const PrivateFolder&) = delete;
    ~PrivateFolder();

    [[nodiscard]] const std::filesystem::path& path() const {
        return path_;
    }

private:
    std::filesystem::path path_;
};

/// The folder of our programs.
[[nodiscard]] std::filesystem::path program_folder();

/// rmb-testhost in a process of its own, in a folder of its own. Its log is printed where a test
/// failed.
class TestHost {
public:
    explicit TestHost(std::vector<std::string> settings = {});
    TestHost(const TestHost&) = delete;
    TestHost& operator=(const TestHost&) = delete;
    ~TestHost();

    /// Starts it (again) and waits until it listens.
    void start();
    /// Starts it and does not wait; `wait_until_ready` may follow.
    void launch();
    void wait_until_ready();
    void send_signal(int signal) const;
    /// SIGKILL, and waits for the end.
    void kill();
    /// Waits for the end; the exit code, or -signal.
    int wait();

    [[nodiscard]] pid_t pid() const {
        return pid_;
    }
    [[nodiscard]] std::string socket() const {
        return folder_.path() / "socket";
    }
    [[nodiscard]] std::filesystem::path store() const {
        return folder_.path() / "store";
    }
    /// Read at the start and at each SIGHUP; empty until a test writes it.
    [[nodiscard]] std::filesystem::path settings_file() const {
        return folder_.path() / "settings";
    }

private:
    PrivateFolder folder_;
    std::vector<std::string> settings_;
    pid_t pid_ = -1;
    int ready_ = -1;
};

}  // namespace rmb::test
