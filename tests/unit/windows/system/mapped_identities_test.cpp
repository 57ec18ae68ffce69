#include "windows/system/mapped_identities.hpp"

#include "temp_folder.hpp"
#include "windows/system/file_naming.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace rmb::win {
namespace {

struct MappedIdentitiesTest : testing::Test {
    IoWatchdog watchdog{std::chrono::seconds{5}};
    TempFolder folder;
    MappedIdentities identities{watchdog};

    /// As opening the file tells it.
    std::optional<engine::FileId> opened(const std::string& path) {
        const auto facts = identify_path(watchdog, path, Links::stay);
        return facts.has_value() ? std::optional{facts->file} : std::nullopt;
    }
    /// More than a folder is opened for one by one.
    std::vector<std::string> add_files() {
        std::vector<std::string> paths;
        for (int n = 0; n < 20; ++n) {
            paths.push_back(folder.add_file(L"file" + std::to_wstring(n) + L".dll"));
        }
        return paths;
    }
};

TEST_F(MappedIdentitiesTest, Files_ManyInAFolder_AreThoseThatOpeningTells) {
    for (const auto& path : add_files()) {
        const auto file = identities.of_win32(path);
        ASSERT_TRUE(file) << path;
        EXPECT_EQ(file, opened(path)) << path;
        EXPECT_EQ(identities.of_win32(path), file) << path;
    }
    EXPECT_TRUE(identities.unseen().empty());
}

TEST_F(MappedIdentitiesTest, Files_OtherCaseOrForm_AreTheSame) {
    const auto paths = add_files();
    for (const auto& path : paths) {
        (void)identities.of_win32(path);
    }
    EXPECT_EQ(identities.of_win32(folder.text() + "\\FILE19.DLL"), opened(paths.back()));
    EXPECT_EQ(identities.of_win32("\\\\?\\" + paths.back()), opened(paths.back()));
}

TEST_F(MappedIdentitiesTest, File_ThatCameAfterTheFolderWasListed_IsFound) {
    for (const auto& path : add_files()) {
        (void)identities.of_win32(path);
    }
    const auto late = folder.add_file(L"late.dll");
    EXPECT_EQ(identities.of_win32(late), opened(late));
    EXPECT_NE(identities.of_win32(late), std::nullopt);
}

TEST_F(MappedIdentitiesTest, Folder_WithManyMappedFiles_IsListedOnce) {
    auto paths = add_files();
    const auto last = paths.back();
    const auto file = opened(last);
    paths.pop_back();
    for (const auto& path : paths) {
        (void)identities.of_win32(path);
    }
    ASSERT_TRUE(std::filesystem::remove(folder.path() / L"file19.dll"));
    EXPECT_EQ(identities.of_win32(last), file);
}

TEST_F(MappedIdentitiesTest, Folder_WithMoreThanMayBeRead_ItsFilesAreOpened) {
    MappedIdentities few{watchdog, 10};
    for (const auto& path : add_files()) {
        EXPECT_EQ(few.of_win32(path), opened(path)) << path;
    }
    ASSERT_TRUE(std::filesystem::remove(folder.path() / L"file19.dll"));
    EXPECT_EQ(few.of_win32(folder.text() + "\\FILE19.dll"), std::nullopt);
}

TEST_F(MappedIdentitiesTest, Files_ThatAreGone_AreNone) {
    for (int n = 0; n < 20; ++n) {
        EXPECT_EQ(identities.of_win32(folder.text() + "\\gone" + std::to_string(n)), std::nullopt);
    }
    EXPECT_TRUE(identities.unseen().empty());
}

}  // namespace
}  // namespace rmb::win
