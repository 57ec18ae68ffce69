#include "windows/system/windows_system.hpp"

#include "../suspended_process.hpp"
#include "temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>

namespace rmb::win {
namespace {

using engine::HoldKind;

struct WindowsSystemTest : testing::Test {
    OwnHelpers helpers;
    WindowsSystem system{helpers};
    TempFolder folder;

    engine::FileFacts identify(const std::string& path) {
        const auto facts = system.identify(path);
        EXPECT_TRUE(facts.has_value()) << facts.error().message;
        return facts.has_value() ? *facts : engine::FileFacts{};
    }
    Code refusal_of(const std::string& path) {
        const auto facts = system.identify(path);
        return facts.has_value() ? Code::ok : facts.error().code;
    }
    engine::Snapshot look() {
        auto snapshot = system.look({});
        EXPECT_TRUE(snapshot.has_value()) << snapshot.error().message;
        return snapshot.has_value() ? std::move(*snapshot) : engine::Snapshot{};
    }
};

TEST_F(WindowsSystemTest, Identify_SpellingsAndHardLinks_OneFile) {
    const auto path = folder.add_file(L"Some File.txt");
    const auto other = folder.add_file(L"other.txt");
    ASSERT_NE(CreateHardLinkW((folder.path() / L"link.txt").c_str(), wide(path).c_str(), nullptr),
              FALSE);
    const auto file = identify(path);
    EXPECT_FALSE(file.is_folder);
    EXPECT_NE(file.file, engine::FileId{});
    EXPECT_EQ(identify(folder.text() + "/SOME FILE.TXT").file, file.file);
    EXPECT_EQ(identify("\\\\?\\" + path).file, file.file);
    EXPECT_EQ(identify(folder.text() + "\\link.txt").file, file.file);
    EXPECT_NE(identify(other).file, file.file);
    EXPECT_TRUE(identify(folder.text()).is_folder);
    EXPECT_TRUE(identify(folder.text() + "\\").is_folder);
}

TEST_F(WindowsSystemTest, Identify_WhileOthersHaveItForThemselves_Works) {
    const auto path = folder.add_file(L"alone.txt");
    const UniqueFile alone{CreateFileW(wide(path).c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr,
                                       OPEN_EXISTING, 0, nullptr)};
    ASSERT_TRUE(alone);
    (void)identify(path);
}

TEST_F(WindowsSystemTest, Identify_NothingThere_FileNotFound) {
    EXPECT_EQ(refusal_of(folder.text() + "\\missing.txt"), Code::file_not_found);
    EXPECT_EQ(refusal_of(folder.text() + "\\missing\\missing.txt"), Code::file_not_found);
    EXPECT_EQ(refusal_of(folder.text() + "\\a?b*"), Code::file_not_found);
    EXPECT_EQ(refusal_of("\\\\?\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\a"),
              Code::file_not_found);
}

TEST_F(WindowsSystemTest, Identify_NotOfALocalVolume_BadArguments) {
    for (const auto* path : {"a", "\\\\localhost\\c$\\windows", "\\\\.\\pipe\\x"}) {
        EXPECT_EQ(refusal_of(path), Code::bad_arguments) << path;
    }
}

TEST_F(WindowsSystemTest, Enumerate_Folder_EntriesWithTheIdentitiesOfTheirNames) {
    const auto file = folder.add_file(L"a file.txt");
    folder.add_file(
        L"Gr\x00FC\x00DF"
        L"e.txt");
    std::filesystem::create_directory(folder.path() / L"below");
    const auto entries = system.enumerate(folder.text());
    ASSERT_TRUE(entries.has_value()) << entries.error().message;
    std::map<std::string, engine::FolderEntry> by_name;
    for (const auto& entry : *entries) {
        by_name.emplace(entry.name, entry);
        EXPECT_EQ(entry.file, identify(system.join(folder.text(), entry.name)).file) << entry.name;
        EXPECT_FALSE(entry.is_link) << entry.name;
    }
    ASSERT_EQ(by_name.size(), 3U);
    EXPECT_FALSE(by_name.at("a file.txt").is_folder);
    EXPECT_TRUE(by_name.at("below").is_folder);
    EXPECT_TRUE(
        by_name.contains("Gr\xC3\xBC\xC3\x9F"
                         "e.txt"));
}

TEST_F(WindowsSystemTest, Enumerate_ManyEntries_AllOfThem) {
    for (int i = 0; i < 1'000; ++i) {
        folder.add_file(L"a file with a name that is not too short " + std::to_wstring(i));
    }
    const auto entries = system.enumerate(folder.text());
    ASSERT_TRUE(entries.has_value());
    EXPECT_EQ(entries->size(), 1'000U);
}

TEST_F(WindowsSystemTest, Enumerate_AFileOrNothing_Refused) {
    const auto file = system.enumerate(folder.add_file(L"file.txt"));
    ASSERT_TRUE(file.has_error());
    const auto missing = system.enumerate(folder.text() + "\\missing");
    ASSERT_TRUE(missing.has_error());
    EXPECT_EQ(missing.error().code, Code::file_not_found);
}

TEST_F(WindowsSystemTest, Join_Separators_ExactlyOne) {
    EXPECT_EQ(system.join("C:\\a", "b"), "C:\\a\\b");
    EXPECT_EQ(system.join("C:\\", "b"), "C:\\b");
    EXPECT_EQ(system.join("C:/a/", "b"), "C:/a/b");
    // Win32 would take it for "b".
    EXPECT_EQ(system.join("C:\\a", "b."), "\\\\?\\C:\\a\\b.");
    EXPECT_EQ(system.join("C:\\a", "b "), "\\\\?\\C:\\a\\b ");
}

TEST_F(WindowsSystemTest, Look_OtherProcess_SeenWithItsProgramAsImage) {
    const SuspendedProcess child;
    const auto snapshot = look();
    const auto seen = std::ranges::find_if(snapshot.processes, [&](const engine::Process& process) {
        return process.key == child.key();
    });
    ASSERT_NE(seen, snapshot.processes.end());
    EXPECT_TRUE(seen->program.ends_with("\\cmd.exe")) << seen->program;
    EXPECT_TRUE(seen->user.starts_with("S-1-5-")) << seen->user;
    const auto index = static_cast<std::size_t>(seen - snapshot.processes.begin());
    const auto program = identify(seen->program).file;
    EXPECT_TRUE(std::ranges::any_of(snapshot.holdings, [&](const engine::Holding& holding) {
        return holding.process == index && holding.file == program &&
               holding.how == HoldKind::image && holding.access == 0;
    }));
}

TEST_F(WindowsSystemTest, Look_Itself_NeverInIt) {
    const auto path = folder.add_file(L"own.txt");
    const UniqueFile own{CreateFileW(wide(path).c_str(), GENERIC_READ, FILE_SHARE_READ, nullptr,
                                     OPEN_EXISTING, 0, nullptr)};
    ASSERT_TRUE(own);
    const auto file = identify(path).file;
    const auto snapshot = look();
    for (const auto& process : snapshot.processes) {
        EXPECT_NE(process.key.pid, GetCurrentProcessId());
    }
    for (const auto& holding : snapshot.holdings) {
        EXPECT_NE(holding.file, file);
        ASSERT_LT(holding.process, snapshot.processes.size());
    }
}

TEST_F(WindowsSystemTest, Look_ProcessEnded_LeftOut) {
    const SuspendedProcess child;
    child.end();
    const auto snapshot = look();
    for (const auto& process : snapshot.processes) {
        EXPECT_NE(process.key, child.key());
    }
}

TEST_F(WindowsSystemTest, Look_StopRequested_Cancelled) {
    std::stop_source stop;
    stop.request_stop();
    const auto snapshot = system.look(stop.get_token());
    ASSERT_TRUE(snapshot.has_error());
    EXPECT_EQ(snapshot.error().code, Code::cancelled);
}

TEST_F(WindowsSystemTest, MayQuery_OnlyTheProcessWithThatStartTimeWhileItRuns) {
    const SuspendedProcess child;
    EXPECT_TRUE(system.may_query(child.key()));
    auto other = child.key();
    ++other.start_time;
    EXPECT_FALSE(system.may_query(other));
    child.end();
    EXPECT_FALSE(system.may_query(child.key()));
}

}  // namespace
}  // namespace rmb::win
