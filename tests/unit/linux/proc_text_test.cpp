#include "linux/proc_text.hpp"

#include <gtest/gtest.h>

#include <sys/sysmacros.h>

#include <string>

namespace {

using namespace rmb::os_linux;

std::string stat_line(const std::string& name, char state, const std::string& flags) {
    return "42 (" + name + ") " + state + " 1 42 42 0 -1 " + flags +
           " 0 0 0 0 0 0 0 0 20 0 1 0 777 0 0 18446744073709551615 0 0 0\n";
}

TEST(ParseStat, Program_HasNameAndStartTime) {
    const auto stat = parse_stat(stat_line("bash", 'S', "4194560")).value();
    EXPECT_EQ(stat.name, "bash");
    EXPECT_EQ(stat.start_time, 777U);
    EXPECT_FALSE(stat.zombie);
    EXPECT_FALSE(stat.kernel_thread);
}

TEST(ParseStat, NameThatLooksLikeTheRest_IsTheName) {
    const auto stat = parse_stat(stat_line("a) Z 1 (b", 'R', "0")).value();
    EXPECT_EQ(stat.name, "a) Z 1 (b");
    EXPECT_FALSE(stat.zombie);
    EXPECT_EQ(stat.start_time, 777U);
}

TEST(ParseStat, KernelThread_IsToldByItsFlag) {
    EXPECT_TRUE(parse_stat(stat_line("kthreadd", 'S', "2129984")).value().kernel_thread);
}

TEST(ParseStat, Ended_IsAZombie) {
    EXPECT_TRUE(parse_stat(stat_line("x", 'Z', "0")).value().zombie);
    EXPECT_TRUE(parse_stat(stat_line("x", 'X', "0")).value().zombie);
}

TEST(ParseStat, CutShort_IsNothingOrZeros) {
    EXPECT_FALSE(parse_stat(""));
    EXPECT_FALSE(parse_stat("42 (bash"));
    EXPECT_EQ(parse_stat("42 (bash) S").value().start_time, 0U);
}

TEST(ParseUsers, Status_GivesTheThree) {
    const auto ids = parse_users("Name:\tx\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n");
    ASSERT_TRUE(ids);
    EXPECT_EQ(ids->real, 1U);
    EXPECT_EQ(ids->effective, 2U);
    EXPECT_EQ(ids->saved, 3U);
    EXPECT_FALSE(parse_users("Name:\tx\n"));
}

TEST(ParseCommandLine, Arguments_HaveASpaceBetween) {
    using namespace std::string_literals;
    EXPECT_EQ(parse_command_line("/bin/x\0a b\0--c\0"s), "/bin/x a b --c");
    EXPECT_EQ(parse_command_line("title"), "title");
    EXPECT_EQ(parse_command_line("\0\0"s), "");
    EXPECT_EQ(parse_command_line(""), "");
}

TEST(ParseMaps, FileInSeveralRanges_IsOneAndExecutableIfAnyIs) {
    const auto files = parse_maps(
        "7f0000001000-7f0000002000 r--p 00000000 fe:10 1234                 /usr/lib/a b.so\n"
        "7f0000002000-7f0000003000 r-xp 00001000 fe:10 1234                 /usr/lib/a b.so\n"
        "7f0000003000-7f0000004000 rw-p 00002000 fe:10 1234                 /usr/lib/a b.so\n");
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].begin, 0x7f00'0000'1000U);
    EXPECT_EQ(files[0].end, 0x7f00'0000'2000U);
    EXPECT_EQ(files[0].device, makedev(0xfe, 0x10));
    EXPECT_EQ(files[0].inode, 1234U);
    EXPECT_TRUE(files[0].executable);
}

TEST(ParseMaps, DataFile_IsNotExecutable) {
    const auto files = parse_maps("00400000-00401000 rw-s 00000000 08:01 7 /data\n");
    ASSERT_EQ(files.size(), 1U);
    EXPECT_FALSE(files[0].executable);
}

TEST(ParseMaps, MemoryWithoutAFile_IsLeftOut) {
    EXPECT_TRUE(parse_maps("7ffc00000000-7ffc00001000 rw-p 00000000 00:00 0    [stack]\n"
                           "7ffc00002000-7ffc00003000 rw-p 00000000 00:00 0 \n")
                    .empty());
    EXPECT_TRUE(parse_maps("\n\nnonsense\n-\n").empty());
}

TEST(ParseMaps, SameInodeUnderTwoPaths_StaysTwo) {
    EXPECT_EQ(parse_maps("1000-2000 r--p 00000000 00:1f 257 /one/subvolume\n"
                         "2000-3000 r--p 00000000 00:1f 257 /another/subvolume\n")
                  .size(),
              2U);
}

TEST(ParseAccess, Flags_BecomeReadAndWriteData) {
    EXPECT_EQ(parse_access("pos:\t0\nflags:\t0100000\nmnt_id:\t1\n"), 1U);
    EXPECT_EQ(parse_access("pos:\t0\nflags:\t0102001\nmnt_id:\t1\n"), 2U);
    EXPECT_EQ(parse_access("pos:\t0\nflags:\t02100002\nmnt_id:\t1\n"), 3U);
    EXPECT_EQ(parse_access("pos:\t0\nflags:\t012000000\n"), 0U) << "O_PATH";
    EXPECT_EQ(parse_access("pos:\t0\nflags:\t0100003\n"), 0U) << "for ioctl alone";
}

}  // namespace
