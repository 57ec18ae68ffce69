#include "linux/proc_process.hpp"

#include "linux/processes.hpp"
#include "proc_world.hpp"
#include "support/forked_process.hpp"
#include "support/results.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

// What a look at the system tells of real processes.
namespace {

using namespace rmb;
using namespace rmb::test;
using core::Code;
using engine::HoldKind;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
namespace fs = std::filesystem;

constexpr auto kAlice = ForkedProcess::kAlice;
constexpr auto kBob = ForkedProcess::kBob;

/// What one process holds.
struct Held {
    bool listed = false;
    engine::Process process;
    std::vector<engine::Holding> holdings;

    [[nodiscard]] std::vector<std::uint32_t> accesses(const fs::path& file) const {
        std::vector<std::uint32_t> found;
        for (const auto& holding : holdings) {
            if (holding.file == id_of(file) && holding.how == HoldKind::handle) {
                found.push_back(holding.access);
            }
        }
        return found;
    }
    [[nodiscard]] std::vector<HoldKind> kinds(const fs::path& file) const {
        std::vector<HoldKind> found;
        for (const auto& holding : holdings) {
            if (holding.file == id_of(file)) {
                found.push_back(holding.how);
                EXPECT_TRUE(holding.how == HoldKind::handle || holding.access == 0);
            }
        }
        return found;
    }
};

Held held_by(const engine::Snapshot& snapshot, std::uint32_t pid) {
    Held held;
    for (const auto& holding : snapshot.holdings) {
        if (snapshot.processes.at(holding.process).key.pid == pid) {
            held.holdings.push_back(holding);
        }
    }
    for (const auto& process : snapshot.processes) {
        if (process.key.pid == pid) {
            EXPECT_FALSE(held.listed) << "twice";
            held.listed = true;
            held.process = process;
        }
    }
    return held;
}

struct ProcProcess : ProcWorld {
    /// What a process that did `act` holds.
    Held look_at(const std::function<bool()>& act) {
        const ForkedProcess child{geteuid(), act};
        EXPECT_TRUE(child.well());
        return held_by(system.look({}).value(), child.pid());
    }
};

TEST_F(ProcProcess, Process_IsDescribed) {
    const ForkedProcess child{geteuid(), [] { return true; }};
    const auto held = held_by(system.look({}).value(), child.pid());
    ASSERT_TRUE(held.listed);
    EXPECT_EQ(held.process.key.start_time, os_linux::start_time_of(child.pid()));
    EXPECT_EQ(held.process.program, fs::read_symlink("/proc/self/exe"));
    EXPECT_EQ(held.process.user, "S-1-22-1-" + std::to_string(geteuid()));
    EXPECT_EQ(held.process.windows_session, 1U);
}

TEST_F(ProcProcess, OpenFiles_AreHandlesWithTheirAccess) {
    const auto read = make_file("read");
    const auto written = make_file("written");
    const auto both = make_file("both");
    const auto named = make_file("named");
    const auto twice = make_file("twice");
    const auto closed = make_file("closed");
    const auto held = look_at([&] {
        close(open(closed.c_str(), O_RDONLY));
        return open(read.c_str(), O_RDONLY) >= 0 && open(written.c_str(), O_WRONLY) >= 0 &&
               open(both.c_str(), O_RDWR | O_APPEND) >= 0 && open(named.c_str(), O_PATH) >= 0 &&
               open(twice.c_str(), O_RDONLY) >= 0 && open(twice.c_str(), O_WRONLY) >= 0;
    });
    EXPECT_THAT(held.accesses(read), UnorderedElementsAre(1U));
    EXPECT_THAT(held.accesses(written), UnorderedElementsAre(2U));
    EXPECT_THAT(held.accesses(both), UnorderedElementsAre(3U));
    EXPECT_THAT(held.accesses(named), UnorderedElementsAre(0U));
    EXPECT_THAT(held.accesses(twice), UnorderedElementsAre(1U, 2U));
    EXPECT_THAT(held.kinds(closed), IsEmpty());
}

TEST_F(ProcProcess, OpenFolder_IsAHandle) {
    const auto held = look_at([&] { return open(folder.c_str(), O_RDONLY | O_DIRECTORY) >= 0; });
    EXPECT_THAT(held.accesses(folder), UnorderedElementsAre(1U));
}

TEST_F(ProcProcess, PipesAndSockets_AreNoFiles) {
    const auto fifo = folder / "fifo";
    ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
    const auto held = look_at([&] { return open(fifo.c_str(), O_RDWR) >= 0; });
    EXPECT_TRUE(held.listed);
    EXPECT_THAT(held.kinds(fifo), IsEmpty());
}

TEST_F(ProcProcess, MappedFile_IsAMapping) {
    const auto shared = make_file("shared");
    const auto copied = make_file("copied");
    const auto map = [](const fs::path& path, int protection, int flags) {
        const int file = open(path.c_str(), O_RDWR);
        const bool mapped = mmap(nullptr, 1, protection, flags, file, 0) != MAP_FAILED;
        close(file);
        return mapped;
    };
    const auto held = look_at([&] {
        return map(shared, PROT_READ | PROT_WRITE, MAP_SHARED) &&
               map(copied, PROT_READ, MAP_PRIVATE);
    });
    EXPECT_THAT(held.kinds(shared), UnorderedElementsAre(HoldKind::mapping));
    EXPECT_THAT(held.kinds(copied), UnorderedElementsAre(HoldKind::mapping));
}

TEST_F(ProcProcess, ProgramAndLibraries_AreImagesOnce) {
    Dl_info libc{};
    ASSERT_NE(dladdr(reinterpret_cast<const void*>(&gnu_get_libc_version), &libc), 0);
    const auto held = look_at([] { return true; });
    EXPECT_THAT(held.kinds("/proc/self/exe"), UnorderedElementsAre(HoldKind::image));
    EXPECT_THAT(held.kinds(libc.dli_fname), UnorderedElementsAre(HoldKind::image));
}

TEST_F(ProcProcess, CurrentFolder_IsTheWorkingDirectory) {
    const auto held = look_at([&] { return chdir(folder.c_str()) == 0; });
    EXPECT_THAT(held.kinds(folder), UnorderedElementsAre(HoldKind::working_directory));
}

TEST_F(ProcProcess, ReplacedFile_IsHeldNoMore_ItsOtherNameIs) {
    const auto file = make_file("file");
    fs::create_hard_link(file, folder / "old");
    const ForkedProcess child{geteuid(), [&] { return open(file.c_str(), O_RDONLY) >= 0; }};
    ASSERT_TRUE(child.well());
    make_file("new");
    fs::rename(folder / "new", file);
    const auto held = held_by(system.look({}).value(), child.pid());
    EXPECT_THAT(held.kinds(file), IsEmpty());
    EXPECT_THAT(held.kinds(folder / "old"), UnorderedElementsAre(HoldKind::handle));
}

TEST_F(ProcProcess, ItselfAndTheEnded_AreLeftOut) {
    ForkedProcess child{geteuid(), [] { return true; }};
    const auto pid = child.pid();
    EXPECT_TRUE(held_by(system.look({}).value(), pid).listed);
    child.end();
    const auto snapshot = system.look({}).value();
    EXPECT_FALSE(held_by(snapshot, pid).listed);
    EXPECT_FALSE(held_by(snapshot, static_cast<std::uint32_t>(getpid())).listed);
}

TEST_F(ProcProcess, Zombie_IsLeftOutSilently) {
    ForkedProcess child{geteuid(), [] { return true; }};
    const auto pid = child.pid();
    kill(static_cast<pid_t>(pid), SIGKILL);
    siginfo_t ended{};
    ASSERT_EQ(waitid(P_PID, pid, &ended, WEXITED | WNOWAIT), 0);
    const auto snapshot = system.look({}).value();
    EXPECT_FALSE(held_by(snapshot, pid).listed);
    for (const auto& unseen : snapshot.unseen) {
        EXPECT_FALSE(unseen.what.starts_with("process " + std::to_string(pid) + " "));
    }
}

TEST_F(ProcProcess, StopRequested_IsCancelled) {
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(code_of(system.look(stop.get_token())), Code::cancelled);
}

using ProcProcessUsers = ProcUsersWorld;

TEST_F(ProcProcessUsers, Root_SeesTheHoldingsOfAll) {
    const auto file = make_file("file");
    fs::permissions(file, fs::perms::all);
    const ForkedProcess bob{kBob, [&] { return open(file.c_str(), O_RDONLY) >= 0; }};
    ASSERT_TRUE(bob.well());
    const auto held = held_by(system.look({}).value(), bob.pid());
    EXPECT_THAT(held.accesses(file), UnorderedElementsAre(1U));
    EXPECT_EQ(held.process.user, "S-1-22-1-" + std::to_string(kBob));
}

TEST_F(ProcProcessUsers, HostOfAUser_ListsWhatItCannotSee) {
    const auto file = make_file("file");
    fs::permissions(file, fs::perms::all);
    const ForkedProcess roots{0, [] { return prctl(PR_SET_NAME, "rmb (roots)") == 0; }};
    const ForkedProcess alices{kAlice, [&] { return open(file.c_str(), O_RDONLY) >= 0; }};
    ASSERT_TRUE(roots.well() && alices.well());
    const ForkedProcess host{
        kAlice, [&] {
            const auto snapshot = os_linux::ProcSystem{}.look({}).value();
            const auto is_roots = [&](const engine::Unseen& unseen) {
                return unseen.what == "process " + std::to_string(roots.pid()) +
                                          " (rmb (roots)): what it holds" &&
                       unseen.why == std::strerror(EACCES);
            };
            const auto is_kernels = [](const engine::Unseen& unseen) {
                return unseen.what.starts_with("process 2 (kthreadd)");
            };
            return std::ranges::count_if(snapshot.unseen, is_roots) == 1 &&
                   std::ranges::none_of(snapshot.unseen, is_kernels) &&
                   held_by(snapshot, alices.pid()).accesses(file).size() == 1 &&
                   held_by(snapshot, roots.pid()).holdings.empty();
        }};
    EXPECT_TRUE(host.well());
}

TEST_F(ProcProcessUsers, MappingsOfAHostOfAUser_AreSeenWithoutMapFiles) {
    const auto file = make_file("file");
    fs::permissions(file, fs::perms::all);
    const ForkedProcess alices{kAlice, [&] {
                                   const int opened = open(file.c_str(), O_RDONLY);
                                   const bool mapped = mmap(nullptr, 1, PROT_READ, MAP_PRIVATE,
                                                            opened, 0) != MAP_FAILED;
                                   close(opened);
                                   return mapped;
                               }};
    ASSERT_TRUE(alices.well());
    const ForkedProcess host{kAlice, [&] {
                                 const auto held =
                                     held_by(os_linux::ProcSystem{}.look({}).value(), alices.pid());
                                 return held.kinds(file) == std::vector{HoldKind::mapping};
                             }};
    EXPECT_TRUE(host.well());
}

}  // namespace
