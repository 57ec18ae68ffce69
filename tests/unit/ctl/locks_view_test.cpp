#include "client/ctl/locks_view.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace rmb;

constexpr std::uint32_t kReadWrite = 0x12'019F;  // GENERIC_READ | GENERIC_WRITE, mapped

proto::HolderInfo holder(std::uint32_t pid, std::string program, std::string file, std::string how,
                         std::uint32_t access = 0) {
    proto::HolderInfo info;
    info.pid = pid;
    info.program = std::move(program);
    info.windows_session = 1;
    info.file = std::move(file);
    info.how = std::move(how);
    info.access = access;
    return info;
}

std::string text_of(proto::PathLocksInfo path) {
    return ctl::locks_text({{std::move(path)}, {}});
}

TEST(LocksText, NoHolder_SaysSo) {
    EXPECT_EQ(text_of({R"(C:\a.txt)", {}, {}, 0}), "C:\\a.txt\n  nobody holds it\n");
}

TEST(LocksText, HoldersOfAFile_HaveNoFileColumn) {
    const std::string file = R"(C:\App\app.exe)";
    EXPECT_EQ(text_of({file,
                       {},
                       {holder(4711, file, file, "image"),
                        holder(88, R"(C:\Tools\copy.exe)", file, "handle", kReadWrite)},
                       0}),
              "C:\\App\\app.exe\n"
              "   PID  PROGRAM   WINSESSION  HOW     ACCESS\n"
              "  4711  app.exe            1  image\n"
              "    88  copy.exe           1  handle  read, write\n");
}

TEST(LocksText, HoldersBelowAFolder_HaveTheirFileRelativeToIt) {
    const std::string program = R"(C:\App\app.exe)";
    EXPECT_EQ(text_of({R"(C:\App)",
                       {},
                       {holder(7, program, R"(C:\App)", "workingDirectory"),
                        holder(7, program, R"(C:\App\app.exe)", "image"),
                        holder(7, program, R"(C:\App\data\log.txt)", "handle", 0x12'0089),
                        holder(8, "lsass.exe", R"(C:\App\data\x.db)", "mapping")},
                       0}),
              "C:\\App\n"
              "  PID  PROGRAM    WINSESSION  HOW                ACCESS  FILE\n"
              "    7  app.exe             1  working directory\n"
              "    7  app.exe             1  image                      app.exe\n"
              "    7  app.exe             1  handle             read    data\\log.txt\n"
              "    8  lsass.exe           1  mapping                    data\\x.db\n");
}

TEST(LocksText, FolderWithSeparatorBehind_IsLeftOutOfItsFiles) {
    for (const auto& [folder, file] : {std::pair{R"(C:\)", R"(C:\a.txt)"}, {"/", "/a.txt"}}) {
        const auto text = text_of({folder, {}, {holder(7, "", file, "mapping")}, 0});
        EXPECT_NE(text.find("mapping          a.txt\n"), std::string::npos) << text;
    }
}

TEST(LocksText, FileThatIsNotBelowThePath_IsShownInFull) {
    const auto text = text_of({R"(C:\App)", {}, {holder(7, "", R"(C:\App2\a.txt)", "mapping")}, 0});
    EXPECT_NE(text.find(R"(  C:\App2\a.txt)"), std::string::npos) << text;
}

TEST(LocksText, PathsOfTheTestHost_AreCutAtSlashesOnly) {
    EXPECT_EQ(text_of({"/tmp", {}, {holder(7, R"(/bin/a\b)", R"(/tmp/c\d/e)", "mapping")}, 0}),
              "/tmp\n"
              "  PID  PROGRAM  WINSESSION  HOW      ACCESS  FILE\n"
              "    7  a\\b               1  mapping          c\\d/e\n");
}

TEST(LocksText, ProgramThatIsNotReadable_SaysSo) {
    const auto text = text_of({"/a", {}, {holder(7, "", "/a", "mapping")}, 0});
    EXPECT_NE(text.find("  7  (not readable)  "), std::string::npos) << text;
}

TEST(LocksText, HiddenProcesses_AreCountedBelowTheOthers) {
    const auto one = holder(7, "a", "/a", "mapping");
    EXPECT_TRUE(text_of({"/a", {}, {one}, 3})
                    .ends_with("mapping\n  and 3 more processes that you may not see\n"));
    EXPECT_TRUE(text_of({"/a", {}, {one}, 1})
                    .ends_with("mapping\n  and 1 more process that you may not see\n"));
}

TEST(LocksText, HiddenProcessesOnly_AreNotNobody) {
    EXPECT_EQ(text_of({"/a", {}, {}, 2}), "/a\n  2 processes that you may not see\n");
    EXPECT_EQ(text_of({"/a", {}, {}, 1}), "/a\n  1 process that you may not see\n");
}

TEST(LocksText, SeveralPaths_AreBlocksWithoutTheOnesThatFailed) {
    EXPECT_EQ(ctl::locks_text({{{"/a", {}, {}, 0},
                                {"/b", proto::PartError{2, "there is no such file"}, {}, 0},
                                {"/c", {}, {}, 1}},
                               {}}),
              "/a\n"
              "  nobody holds it\n"
              "\n"
              "/c\n"
              "  1 process that you may not see\n");
}

TEST(LocksText, OnlyErrors_IsEmpty) {
    EXPECT_EQ(text_of({"/b", proto::PartError{2, "no"}, {}, 0}), "");
}

TEST(LocksText, WhatCouldNotBeSeen_StandsAtTheEnd) {
    EXPECT_EQ(ctl::locks_text({{{"/a", {}, {}, 0}},
                               {{"process 12 (lsass.exe): its handles", "access denied"},
                                {"process 9 (x): its images", "\x1b[2Jgone"}}}),
              "/a\n"
              "  nobody holds it\n"
              "\n"
              "What could not be looked at:\n"
              "  process 12 (lsass.exe): its handles  access denied\n"
              "  process 9 (x): its images            \\x1b[2Jgone\n");
}

TEST(LocksText, MuchThatCouldNotBeSeen_IsCutAndCounted) {
    proto::LocksResult result;
    result.unseen.resize(ctl::kMostUnseenRows, {"it", "why"});
    EXPECT_TRUE(ctl::locks_text(result).ends_with("  it  why\n"));
    result.unseen.push_back({"last", "why"});
    result.unseen.push_back({"last", "why"});
    const auto text = ctl::locks_text(result);
    EXPECT_TRUE(text.ends_with("  it  why\n  and 2 more; --json has them all\n")) << text;
    EXPECT_EQ(text.find("last"), std::string::npos);
}

TEST(LocksText, LongNamesInOtherLetters_KeepTheColumns) {
    const std::string name = std::string(40, 'n') + "日本é.exe";
    const auto text = text_of({"C:\\Jürgen",
                               {},
                               {holder(7, "C:\\ü\\" + name, "C:\\Jürgen\\ö.txt", "image"),
                                holder(8, "b.exe", "C:\\Jürgen\\ä\\x", "image")},
                               0});
    const std::string padding(name.size() - 5 - 3, ' ');  // bytes of 日本é: five over its letters
    EXPECT_NE(text.find("7  " + name + "           1  image          ö.txt\n"), std::string::npos)
        << text;
    EXPECT_NE(
        text.find("8  b.exe" + std::string(47 - 5, ' ') + "           1  image          ä\\x\n"),
        std::string::npos)
        << text;
}

TEST(LocksText, TextOfTheService_CannotDriveTheTerminal) {
    const auto text = text_of({"/a\x1b[2J\n",
                               {},
                               {holder(7, "/bin/\x1b]0;x\x07", "/b\xc2\x9b", "\x1b[1m"),
                                holder(8, "/bin/b\nfake", "/c\r", "handle", 1)},
                               0});
    EXPECT_EQ(text.find_first_of("\x1b\x07\r"), std::string::npos);
    EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos);
    EXPECT_TRUE(text.starts_with("/a\\x1b[2J\\x0a\n")) << text;
    EXPECT_NE(text.find("b\\x0afake"), std::string::npos) << text;
    EXPECT_NE(text.find("\\x1b]0;x\\x07"), std::string::npos) << text;
}

TEST(AccessText, Masks_AreWords) {
    const std::vector<std::pair<std::uint32_t, std::string>> rows{
        {0x12'0089, "read"},                // GENERIC_READ
        {0x12'0116, "write"},               // GENERIC_WRITE
        {0x12'00A0, "execute"},             // GENERIC_EXECUTE
        {kReadWrite, "read, write"},        //
        {0x10'0004, "append"},              //
        {0x13'0089, "read, delete"},        //
        {0x01'0000, "delete"},              //
        {0x00'0041, "read, delete below"},  //
        {0x0C'0000, "permissions, owner"},
        {0x1F'01FF, "full"},  // FILE_ALL_ACCESS
        {0x10'0080, "attributes"},
        {0x02'0000, "attributes"},
        {0x10'0000, "none"},
        {0, "none"},
        {0x0100'0000, "0x01000000"},
    };
    for (const auto& [mask, text] : rows) {
        EXPECT_EQ(ctl::access_text(mask), text) << std::hex << mask;
    }
}

TEST(PathErrorText, Error_IsALineWithItsPath) {
    EXPECT_EQ(ctl::path_error_text(R"(C:\a.dll)", {2, "there is no such file"}),
              R"(C:\a.dll: error 2 (ERROR_FILE_NOT_FOUND): there is no such file)");
    EXPECT_EQ(ctl::path_error_text("/a\n", {4'000'000'000, "\x1b[2J"}),
              R"(/a\x0a: error -294967296 (UNKNOWN): \x1b[2J)");
}

TEST(PathErrorText, MessageThatBeginsWithThePath_DoesNotRepeatIt) {
    EXPECT_EQ(ctl::path_error_text("/a", {2, "/a: No such file"}),
              "/a: error 2 (ERROR_FILE_NOT_FOUND): No such file");
    EXPECT_EQ(ctl::path_error_text("/a", {2, "/ab: No such file"}),
              "/a: error 2 (ERROR_FILE_NOT_FOUND): /ab: No such file");
}

}  // namespace
