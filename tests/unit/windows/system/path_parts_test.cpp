#include "windows/system/path_parts.hpp"

#include <gtest/gtest.h>

namespace rmb::win {
namespace {

const std::string kVolume = "\\\\?\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\";

struct Parted {
    std::string path;
    std::string folder;
    std::string name;
    std::string name_key;
};

class PathTakenApart : public testing::TestWithParam<Parted> {};

TEST_P(PathTakenApart, Path_FolderAndName) {
    const auto& [path, folder, name, name_key] = GetParam();
    const auto parts = take_path_apart(path);
    ASSERT_TRUE(parts) << path;
    EXPECT_EQ(parts->folder, folder) << path;
    EXPECT_EQ(parts->name, name) << path;
    EXPECT_EQ(parts->name_key, name_key) << path;
}

INSTANTIATE_TEST_SUITE_P(Forms, PathTakenApart,
                         testing::Values(Parted{"C:\\a\\b.dll", "\\\\?\\C:\\a", "b.dll", "B.DLL"},
                                         Parted{"c:/a b/c", "\\\\?\\c:\\a b", "c", "C"},
                                         Parted{"C:\\a", "\\\\?\\C:\\", "a", "A"},
                                         Parted{"C:\\a\\..\\b\\.\\c", "\\\\?\\C:\\b", "c", "C"},
                                         Parted{"C:\\a\\b. .", "\\\\?\\C:\\a", "b", "B"},
                                         Parted{"\\\\?\\C:\\a\\b", "\\\\?\\C:\\a", "b", "B"},
                                         Parted{kVolume + "a\\b", kVolume + "a", "b", "B"},
                                         Parted{kVolume + "a", kVolume, "a", "A"},
                                         // Only opening tells.
                                         Parted{"C:\\", "\\\\?\\C:\\", "", ""},
                                         Parted{kVolume, kVolume, "", ""},
                                         Parted{"C:\\a\\b\\", "\\\\?\\C:\\a", "b", ""},
                                         Parted{"\\\\?\\C:\\a\\b.", "\\\\?\\C:\\a", "b.", ""},
                                         Parted{"\\\\?\\C:\\a\\..", "\\\\?\\C:\\a", "..", ""},
                                         Parted{"\\\\?\\C:\\a\\\\b", "\\\\?\\C:\\a\\", "b", ""},
                                         Parted{"C:\\a\\b*", "\\\\?\\C:\\a", "b*", ""}));

TEST(PathParts, NotOfALocalVolume_NotTakenApart) {
    for (const auto* path : {"", "a", "\\a", "C:a", "\\\\server\\share\\a", "\\\\.\\pipe\\x",
                             "C:\\a:stream", "\\\\?\\C:\\a::$DATA", "C:\\folder\\NUL:"}) {
        EXPECT_FALSE(take_path_apart(path)) << path;
    }
}

TEST(NameKey, Case_DoesNotMatter) {
    EXPECT_EQ(name_key_of("Readme.TXT"), "README.TXT");
    EXPECT_EQ(name_key_of("PROGRA~1"), name_key_of("progra~1"));
    // Letters beyond ASCII: umlauts, Cyrillic, Greek.
    EXPECT_EQ(name_key_of("gr\xC3\xBCn"), name_key_of("GR\xC3\x9CN"));
    EXPECT_EQ(name_key_of("\xD0\xB6"), name_key_of("\xD0\x96"));
    EXPECT_EQ(name_key_of("\xCE\xB1"), name_key_of("\xCE\x91"));
    EXPECT_NE(name_key_of("gr\xC3\xBCn"), name_key_of("grun"));
    // One unit for one: a sharp s is no SS, a dotless i no I.
    EXPECT_NE(name_key_of("stra\xC3\x9F"
                          "e"),
              name_key_of("STRASSE"));
    EXPECT_NE(name_key_of("\xC4\xB1"), "I");
}

TEST(NameKey, WhatOnlyOpeningTells_Empty) {
    for (const auto* name : {"", ".", "..", "a.", "a ", "a:b", "a*", "a?", "a\\b", "a/b", "a<b",
                             "a>b", "a\"b", "a|b", "a\xEF\xBF\xBD"}) {
        EXPECT_EQ(name_key_of(name), "") << name;
    }
}

}  // namespace
}  // namespace rmb::win
