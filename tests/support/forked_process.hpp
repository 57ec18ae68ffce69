#pragma once

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <stdexcept>

namespace rmb::test {

/// A process of its own that has done something and stays. Linux.
class ForkedProcess {
public:
    /// Users that nobody has to set up; to become one needs root.
    static constexpr uid_t kAlice = 61'001;
    static constexpr uid_t kBob = 61'002;

    /// Returns when `act` has run in the new process, as `user`.
    ForkedProcess(uid_t user, const std::function<bool()>& act) {
        std::array<int, 2> done{};
        if (pipe2(done.data(), O_CLOEXEC) != 0) {
            throw std::runtime_error("pipe2");
        }
        pid_ = fork();
        if (pid_ == 0) {
            close(done[0]);
            const char well = become(user) && act() ? 'y' : 'n';
            (void)!write(done[1], &well, 1);
            close(done[1]);
            for (;;) {
                pause();
            }
        }
        close(done[1]);
        char well = 0;
        well_ = read(done[0], &well, 1) == 1 && well == 'y';
        close(done[0]);
    }
    ForkedProcess(const ForkedProcess&) = delete;
    ForkedProcess& operator=(const ForkedProcess&) = delete;
    ~ForkedProcess() {
        end();
    }

    /// What `act` returned; false too when the process could not become the user or died of it.
    [[nodiscard]] bool well() const {
        return well_;
    }
    [[nodiscard]] std::uint32_t pid() const {
        return static_cast<std::uint32_t>(pid_);
    }

    /// Kills it, and returns when it is gone.
    void end() {
        if (pid_ > 0) {
            kill(pid_, SIGKILL);
            waitpid(pid_, nullptr, 0);
            pid_ = -1;
        }
    }

private:
    static bool become(uid_t user) {
        const bool became = user == geteuid() ||
                            (setgroups(0, nullptr) == 0 && setgid(user) == 0 && setuid(user) == 0);
        // Both are lost by a change of user: to die with the test, and to be looked into by others
        // of the user, as every program that was started may be.
        return became && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && prctl(PR_SET_DUMPABLE, 1) == 0;
    }

    pid_t pid_ = -1;
    bool well_ = false;
};

}  // namespace rmb::test
