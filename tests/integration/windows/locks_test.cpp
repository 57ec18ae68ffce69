#include "harness/broker_test.hpp"
#include "harness/win32_error.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

/// Who holds a file, as the service sees it.
namespace rmb::e2e {
namespace {

/// Of a pipe's, a file's: "handle", "image".
std::vector<std::string> ways(const proto::PathLocksInfo& row, DWORD pid) {
    std::vector<std::string> found;
    for (const auto& holder : row.holders) {
        if (holder.pid == pid) {
            found.push_back(holder.how);
        }
    }
    return found;
}

using Ways = std::vector<std::string>;

class Locks : public BrokerWithFolder {
protected:
    /// The child does what `command` says with `path`.
    static void have(ChildProcess& child, const std::string& command,
                     const std::filesystem::path& path) {
        ASSERT_EQ(child.ask(command + " " + text(path)), "0") << command << " " << path;
    }
    /// The one row of a query for one path, which must have no error.
    proto::PathLocksInfo row(const std::string& path, bool recursive = false) {
        const auto result = broker().locks({path}, recursive);
        EXPECT_EQ(result.paths.size(), 1U);
        EXPECT_EQ(result.paths.at(0).path, path);
        EXPECT_FALSE(result.paths.at(0).error) << path << ": " << result.paths.at(0).error->message;
        return result.paths.at(0);
    }
    DWORD error_of(const std::string& path) {
        const auto result = broker().locks({path});
        return result.paths.at(0).error ? result.paths.at(0).error->code : 0U;
    }
};

TEST_F(Locks, Handle_Held_HolderIsFullyDescribed) {
    const auto file = make_file("held.txt");
    auto& child = spawn();
    have(child, "hold", file);
    const auto found = row(text(file));
    ASSERT_EQ(ways(found, child.pid()), Ways{"handle"});
    EXPECT_EQ(found.holders.size(), 1U);
    EXPECT_EQ(found.hidden, 0U);
    const auto& holder = found.holders.front();
    EXPECT_EQ(holder.file, text(file));
    EXPECT_EQ(holder.access & FILE_GENERIC_READ, static_cast<DWORD>(FILE_GENERIC_READ));
    EXPECT_TRUE(holder.program.ends_with("\\rmb-e2e-child.exe")) << holder.program;
    EXPECT_TRUE(holder.user.starts_with("S-1-5-")) << holder.user;
    EXPECT_GT(holder.start_time, 0U);
    DWORD session = 0;
    ASSERT_NE(ProcessIdToSessionId(child.pid(), &session), FALSE);
    EXPECT_EQ(holder.windows_session, session);
}

TEST_F(Locks, Handle_LetGo_NoHolder) {
    const auto file = make_file("held.txt");
    auto& child = spawn();
    have(child, "hold", file);
    ASSERT_EQ(ways(row(text(file)), child.pid()), Ways{"handle"});
    ASSERT_EQ(child.ask("let-go"), "0");
    const auto found = row(text(file));
    EXPECT_TRUE(found.holders.empty());
    EXPECT_EQ(found.hidden, 0U);
}

TEST_F(Locks, Handle_ProcessKilled_NoHolder) {
    const auto file = make_file("held.txt");
    auto& child = spawn();
    have(child, "hold", file);
    child.kill();
    EXPECT_TRUE(row(text(file)).holders.empty());
}

TEST_F(Locks, Path_OtherSpellings_LeadToTheSameHolder) {
    const auto file = make_file("Held File.txt");
    auto& child = spawn();
    have(child, "hold", file);
    auto upper = text(file);
    std::ranges::transform(upper, upper.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    auto slashes = text(file);
    std::ranges::replace(slashes, '\\', '/');
    for (const auto& spelled : {upper, slashes, "\\\\?\\" + text(file),
                                text(folder_) + "\\.\\x\\..\\" + "Held File.txt"}) {
        const auto found = row(spelled);
        EXPECT_EQ(ways(found, child.pid()), Ways{"handle"}) << spelled;
        EXPECT_EQ(found.holders.front().file, spelled);
    }
}

TEST_F(Locks, Path_HardLink_LeadsToTheSameHolder) {
    const auto file = make_file("held.txt");
    const auto link = folder_ / "link.txt";
    if (CreateHardLinkW(link.c_str(), file.c_str(), nullptr) == FALSE) {
        fail_with_last_error("CreateHardLink");
    }
    auto& child = spawn();
    have(child, "hold", file);
    EXPECT_EQ(ways(row(text(link)), child.pid()), Ways{"handle"});
}

TEST_F(Locks, Image_ProgramItself_HoldsIt) {
    auto& child = spawn();
    const auto held = ways(row(text(programs().child)), child.pid());
    EXPECT_EQ(std::ranges::count(held, "image"), 1);
}

TEST_F(Locks, Image_LoadedLibrary_HoldsIt) {
    const auto library = folder_ / "loaded.dll";
    std::filesystem::copy_file(programs().dll, library);
    auto& child = spawn();
    have(child, "load-library", library);
    EXPECT_EQ(ways(row(text(library)), child.pid()), Ways{"image"});
    ASSERT_EQ(child.ask("let-go"), "0");
    EXPECT_TRUE(row(text(library)).holders.empty());
}

TEST_F(Locks, Mapping_WithoutHandle_HoldsIt) {
    const auto file = make_file("mapped.bin");
    auto& child = spawn();
    have(child, "map", file);
    EXPECT_EQ(ways(row(text(file)), child.pid()), Ways{"mapping"});
    ASSERT_EQ(child.ask("let-go"), "0");
    EXPECT_TRUE(row(text(file)).holders.empty());
}

TEST_F(Locks, WorkingDirectory_OfAProcess_HoldsIt) {
    auto& child = spawn();
    have(child, "enter", folder_);
    EXPECT_EQ(ways(row(text(folder_)), child.pid()), Ways{"workingDirectory"});
    have(child, "hold", folder_);
    EXPECT_EQ(ways(row(text(folder_)), child.pid()), (Ways{"handle", "workingDirectory"}));
    have(child, "enter", folder_.parent_path());
    EXPECT_EQ(ways(row(text(folder_)), child.pid()), Ways{"handle"});
}

TEST_F(Locks, Folder_Recursive_HoldersOfWhatIsBelow) {
    const auto above = make_file("above.txt");
    const auto below = make_file("a\\b\\below.txt");
    make_file("a\\idle.txt");
    auto& child = spawn();
    have(child, "hold", above);
    have(child, "hold", below);
    EXPECT_TRUE(row(text(folder_)).holders.empty()) << "the folder itself is not held";
    const auto found = row(text(folder_), true);
    ASSERT_EQ(ways(found, child.pid()), (Ways{"handle", "handle"}));
    std::vector<std::string> files{found.holders[0].file, found.holders[1].file};
    std::ranges::sort(files);
    EXPECT_EQ(files, (std::vector{text(below), text(above)}));
}

TEST_F(Locks, Paths_Several_RowsInTheirOrder) {
    const auto one = make_file("one.txt");
    const auto two = make_file("two.txt");
    auto& child = spawn();
    have(child, "hold", two);
    const auto missing = text(folder_ / "missing.txt");
    const auto result = broker().locks({text(one), missing, text(two)});
    ASSERT_EQ(result.paths.size(), 3U);
    EXPECT_TRUE(result.paths[0].holders.empty());
    EXPECT_FALSE(result.paths[0].error);
    ASSERT_TRUE(result.paths[1].error);
    EXPECT_EQ(result.paths[1].error->code, static_cast<DWORD>(ERROR_FILE_NOT_FOUND));
    EXPECT_EQ(ways(result.paths[2], child.pid()), Ways{"handle"});
}

TEST_F(Locks, Path_Missing_2InItsRow) {
    EXPECT_EQ(error_of(text(folder_ / "missing.txt")), static_cast<DWORD>(ERROR_FILE_NOT_FOUND));
    EXPECT_EQ(error_of(text(folder_ / "no folder" / "missing.txt")),
              static_cast<DWORD>(ERROR_FILE_NOT_FOUND));
}

TEST_F(Locks, Path_NotOfALocalVolume_160InItsRow) {
    for (const auto* path :
         {"\\\\localhost\\c$\\windows", "relative.txt", "C:relative.txt", "\\windows",
          "\\\\.\\pipe\\ProtectedPrefix\\Administrators\\RmBroker", "\\\\?\\GLOBALROOT\\x"}) {
        EXPECT_EQ(error_of(path), static_cast<DWORD>(ERROR_BAD_ARGUMENTS)) << path;
    }
}

TEST_F(Locks, Handles_OfPipesThatAreWaitedOn_DoNotHangTheQuery) {
    const auto file = make_file("held.txt");
    auto& child = spawn();
    ASSERT_EQ(child.ask("wait-in-pipe"), "0");
    ASSERT_EQ(child.ask("wait-in-pipe"), "0");
    have(child, "hold", file);
    EXPECT_EQ(ways(row(text(file)), child.pid()), Ways{"handle"});
}

TEST_F(Locks, Service_IsNeverAHolder) {
    const auto pid = scm_.status().dwProcessId;
    for (const auto& path : {text(programs().broker), text(log_file())}) {
        EXPECT_TRUE(ways(row(path), pid).empty()) << path;
    }
}

TEST_F(Locks, Queries_Many_LeaveNothingOpenInTheService) {
    const auto file = make_file("held.txt");
    auto& child = spawn();
    have(child, "hold", file);
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(ways(row(text(file)), child.pid()), Ways{"handle"});
    }
    ASSERT_EQ(child.ask("let-go"), "0");
    // Were a duplicate left open, this could not open it alone.
    const client::UniqueHandle alone{
        CreateFileW(file.c_str(), GENERIC_READ, 0, nullptr, OPEN_EXISTING, 0, nullptr)};
    EXPECT_TRUE(static_cast<bool>(alone)) << GetLastError();
}

/// RMB_E2E_X86_BIN=none says that there is no x86 build.
TEST_F(Locks, Process32Bit_AllWays_HoldIt) {
    const char* const x86 = std::getenv("RMB_E2E_X86_BIN");
    if (x86 != nullptr && std::string_view{x86} == "none") {
        GTEST_SKIP() << "no x86 build";
    }
    const auto programs32 = x86_programs();
    ASSERT_TRUE(std::filesystem::exists(programs32.child))
        << programs32.child << " is not there: build the x86 preset first";
    ChildProcess child{programs32};
    const auto held = make_file("held.txt");
    const auto mapped = make_file("mapped.txt");
    have(child, "hold", held);
    have(child, "map", mapped);
    have(child, "enter", folder_);
    EXPECT_EQ(ways(row(text(held)), child.pid()), Ways{"handle"});
    EXPECT_EQ(ways(row(text(mapped)), child.pid()), Ways{"mapping"});
    EXPECT_EQ(ways(row(text(folder_)), child.pid()), Ways{"workingDirectory"});
    EXPECT_EQ(ways(row(text(programs32.dll)), child.pid()), Ways{"image"});
    have(child, "enter", folder_.parent_path());
}

}  // namespace
}  // namespace rmb::e2e
