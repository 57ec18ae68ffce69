#include "windows/system/local_path.hpp"

#include <gtest/gtest.h>

namespace rmb::win {
namespace {

constexpr const char* kVolume = "\\\\?\\Volume{01234567-89ab-CDEF-0123-456789abcdef}\\";

struct Taken {
    std::string given;
    std::string path;
    std::string root;
};

class LocalPathTaken : public testing::TestWithParam<Taken> {};

TEST_P(LocalPathTaken, Path_LiteralWithItsRoot) {
    const auto& [given, path, root] = GetParam();
    const auto parsed = parse_local_path(given);
    ASSERT_TRUE(parsed.has_value()) << given;
    EXPECT_EQ(narrow(parsed->path), path) << given;
    EXPECT_EQ(narrow(parsed->root), root) << given;
}

INSTANTIATE_TEST_SUITE_P(
    Forms, LocalPathTaken,
    testing::Values(Taken{"C:\\a\\b.dll", "\\\\?\\C:\\a\\b.dll", "C:\\"},
                    Taken{"c:/a/b.dll", "\\\\?\\c:\\a\\b.dll", "c:\\"},
                    Taken{"C:\\", "\\\\?\\C:\\", "C:\\"},
                    Taken{"C:\\a\\..\\b\\.\\c", "\\\\?\\C:\\b\\c", "C:\\"},
                    Taken{"C:\\..\\..\\b", "\\\\?\\C:\\b", "C:\\"},
                    Taken{"C:\\a\\\\b", "\\\\?\\C:\\a\\b", "C:\\"},
                    Taken{"C:\\a\\b. .", "\\\\?\\C:\\a\\b", "C:\\"},
                    Taken{"C:\\a\\", "\\\\?\\C:\\a\\", "C:\\"},
                    Taken{"C:\\Gr\xC3\xBC\xC3\x9F"
                          "e\\x",
                          "\\\\?\\C:\\Gr\xC3\xBC\xC3\x9F"
                          "e\\x",
                          "C:\\"},
                    Taken{"\\\\?\\C:\\a\\b. .", "\\\\?\\C:\\a\\b. .", "C:\\"},
                    Taken{"//?/C:/a/b", "\\\\?\\C:\\a\\b", "C:\\"},
                    Taken{std::string{kVolume} + "a\\b", std::string{kVolume} + "a\\b", kVolume},
                    Taken{kVolume, kVolume, kVolume},
                    Taken{"\\\\?\\volume{01234567-89AB-cdef-0123-456789abcdef}\\x",
                          "\\\\?\\volume{01234567-89AB-cdef-0123-456789abcdef}\\x",
                          "\\\\?\\volume{01234567-89AB-cdef-0123-456789abcdef}\\"}));

TEST(LocalPath, LongerThanMaxPath_Taken) {
    std::string path = "C:\\";
    for (int i = 0; i < 100; ++i) {
        path += "folder name\\";
    }
    const auto parsed = parse_local_path(path);
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(narrow(parsed->path), "\\\\?\\" + path);
}

class LocalPathRefused : public testing::TestWithParam<std::string> {};

TEST_P(LocalPathRefused, Path_BadArguments) {
    const auto parsed = parse_local_path(GetParam());
    ASSERT_TRUE(parsed.has_error()) << GetParam() << " became " << narrow(parsed->path);
    EXPECT_EQ(parsed.error().code, Code::bad_arguments);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, LocalPathRefused,
    testing::Values("", "a", "a\\b", ".\\a", "\\a", "C:", "C:a", "1:\\a", "CC:\\a", "\xC3\x84:\\a",
                    // Other machines.
                    "\\\\server\\share\\a", "//server/share/a", "\\\\?\\UNC\\server\\share\\a",
                    "\\\\localhost\\C$\\a",
                    // Devices, pipes, what only the kernel names.
                    "\\\\.\\C:\\a", "\\\\.\\pipe\\x", "\\\\?\\pipe\\x", "\\\\.\\PhysicalDrive0",
                    "\\\\?\\PhysicalDrive0", "\\\\?\\GLOBALROOT\\Device\\HarddiskVolume1\\a",
                    "\\??\\C:\\a", "\\Device\\HarddiskVolume1\\a", "\\\\?\\C:", "\\\\?\\C:a",
                    "\\\\?\\\\\\?\\C:\\a",
                    // A volume as a whole, or a name that is none of a volume.
                    "\\\\?\\Volume{01234567-89ab-cdef-0123-456789abcdef}",
                    "\\\\?\\Volume{01234567-89ab-cdef-0123-456789abcdeg}\\a",
                    "\\\\?\\Volume{0123456789abcdef0123456789abcdef}\\a",
                    "Volume{01234567-89ab-cdef-0123-456789abcdef}\\a",
                    "\\\\.\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\a",
                    // Streams.
                    "C:\\a:stream", "C:\\a::$DATA", "\\\\?\\C:\\a:stream:$DATA",
                    "\\\\?\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\a:b",
                    "C:\\folder:$I30:$INDEX_ALLOCATION", std::string{"C:\\a\0b", 6}));

}  // namespace
}  // namespace rmb::win
