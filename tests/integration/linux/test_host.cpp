#include "test_host.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <system_error>

namespace rmb::test {
namespace {

namespace fs = std::filesystem;

constexpr int kCannotExecute = 127;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

/// In the forked process: becomes `arguments`, with standard output to `out` and errors to `log`.
[[noreturn]] void become(std::vector<std::string> arguments, int out, const fs::path& log) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a crashed test leaves no host behind
    dup2(out, STDOUT_FILENO);
    const int log_file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(log_file, STDERR_FILENO);
    std::vector<char*> argv;
    for (auto& argument : arguments) {
        argv.push_back(argument.data());
    }
    argv.push_back(nullptr);
    execv(argv.front(), argv.data());
    _exit(kCannotExecute);
}

}  // namespace

PrivateFolder::PrivateFolder() {
    std::string name = fs::temp_directory_path() / "rmb-test-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) {
        fail("mkdtemp");
    }
    path_ = name;
    fs::permissions(path_, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
}

PrivateFolder::~PrivateFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

fs::path program_folder() {
    return fs::read_symlink("/proc/self/exe").parent_path();
}

TestHost::TestHost(std::vector<std::string> settings) : settings_(std::move(settings)) {
    start();
}

TestHost::~TestHost() {
    if (pid_ > 0) {
        kill();
    }
    if (testing::Test::HasFailure()) {
        std::ifstream log(folder_.path() / "log");
        std::cerr << "--- rmb-testhost's log\n" << log.rdbuf() << "---\n";
    }
}

void TestHost::start() {
    launch();
    wait_until_ready();
}

void TestHost::launch() {
    std::vector<std::string> arguments{program_folder() / "rmb-testhost",
                                       "--socket",
                                       socket(),
                                       "--store",
                                       store(),
                                       "--settings-file",
                                       settings_file()};
    for (const auto& setting : settings_) {
        arguments.insert(arguments.end(), {"--set", setting});
    }
    std::array<int, 2> pipe_ends{};
    if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) {
        fail("pipe2");
    }
    pid_ = fork();
    if (pid_ == 0) {
        become(std::move(arguments), pipe_ends[1], folder_.path() / "log");
    }
    close(pipe_ends[1]);
    if (pid_ < 0) {
        fail("fork");
    }
    ready_ = pipe_ends[0];
}

void TestHost::wait_until_ready() {
    std::string line;
    while (!line.ends_with('\n')) {
        pollfd waiting{ready_, POLLIN, 0};
        char byte = 0;
        const auto patience = std::chrono::milliseconds{kPatience}.count();
        if (poll(&waiting, 1, static_cast<int>(patience)) != 1 || read(ready_, &byte, 1) != 1) {
            throw std::runtime_error("rmb-testhost did not get ready: \"" + line + "\"");
        }
        line += byte;
    }
}

void TestHost::send_signal(int signal) const {
    if (::kill(pid_, signal) != 0) {
        fail("kill");
    }
}

void TestHost::kill() {
    send_signal(SIGKILL);
    wait();
}

int TestHost::wait() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    close(ready_);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace rmb::test
