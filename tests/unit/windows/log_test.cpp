#include "windows/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace rmb::win {
namespace {

struct LogTest : testing::Test {
    std::wstring folder;

    LogTest() {
        wchar_t temp[MAX_PATH] = {};
        GetTempPathW(MAX_PATH, temp);
        folder = std::wstring{temp} + L"rmb-log-test-" + std::to_wstring(GetCurrentProcessId());
    }
    ~LogTest() override {
        for (const wchar_t* file : {L"\\rmbroker.log", L"\\rmbroker.1.log", L"\\rmbroker.2.log"}) {
            DeleteFileW((folder + file).c_str());
        }
        RemoveDirectoryW(folder.c_str());
    }
    [[nodiscard]] std::vector<std::string> lines() const {
        std::ifstream file{narrow(folder) + "\\rmbroker.log"};
        std::vector<std::string> found;
        for (std::string line; std::getline(file, line);) {
            found.push_back(line);
        }
        return found;
    }
};

TEST_F(LogTest, Message_IsOneLineWithTimeAndLevel) {
    ASSERT_TRUE(make_protected_folder(folder).has_value());
    const auto log = make_file_log(folder, {}).value();
    log->debug("event=hidden");
    log->warn("event=test program=\"{}\"", "a\r\n2026 info event=forged\x1B");
    const auto found = lines();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_THAT(found[0], testing::ContainsRegex("^....-..-..T..:..:..\\.......:.. warning "));
    EXPECT_THAT(found[0], testing::EndsWith("event=test program=\"a??2026 info event=forged?\""));
}

TEST_F(LogTest, Warning_IsFlushedAtOnce) {
    ASSERT_TRUE(make_protected_folder(folder).has_value());
    const auto log = make_file_log(folder, {}).value();
    log->warn("event=now");
    EXPECT_EQ(lines().size(), 1U);
}

TEST_F(LogTest, FolderThatIsThere_IsTakenOver) {
    ASSERT_TRUE(make_protected_folder(folder).has_value());
    EXPECT_TRUE(make_protected_folder(folder).has_value());
}

TEST_F(LogTest, FileInsteadOfAFolder_Refused) {
    const UniqueFile file{CreateFileW(folder.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW,
                                      FILE_FLAG_DELETE_ON_CLOSE, nullptr)};
    ASSERT_TRUE(file);
    EXPECT_TRUE(make_protected_folder(folder).has_error());
}

TEST_F(LogTest, FileCannotBeMade_ErrorNotException) {
    const UniqueFile file{CreateFileW(folder.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW,
                                      FILE_FLAG_DELETE_ON_CLOSE, nullptr)};
    ASSERT_TRUE(file);
    const auto log = make_file_log(folder, {});
    ASSERT_TRUE(log.has_error());
    EXPECT_EQ(log.error().code, Code::write_fault);
}

}  // namespace
}  // namespace rmb::win
