#include "client/ctl/platform.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace {

using rmb::ctl::full_path;

/// UTF-8, as the product has it.
std::string current_folder() {
    const auto folder = std::filesystem::current_path().u8string();
    return {folder.begin(), folder.end()};
}

#ifdef _WIN32
constexpr auto kFull = R"(C:\Jürgen\日本.txt)";
constexpr auto kSeparator = R"(\)";
#else
constexpr auto kFull = "/Jürgen/日本.txt";
constexpr auto kSeparator = "/";
#endif

TEST(FullPath, FullPath_StaysAsItIs) {
    EXPECT_EQ(full_path(kFull), kFull);
}

TEST(FullPath, RelativePath_IsAgainstTheCurrentFolder) {
    EXPECT_EQ(full_path("ä日.txt"), current_folder() + kSeparator + "ä日.txt");
}

TEST(FullPath, Nothing_IsNoPath) {
    EXPECT_EQ(full_path(""), std::nullopt);
}

#ifdef _WIN32
TEST(FullPath, DotsAndSlashes_AreResolved) {
    EXPECT_EQ(full_path(R"(C:\a\..\b/.\c)"), R"(C:\b\c)");
}

TEST(FullPath, TooLongOrMalformed_IsNoPath) {
    EXPECT_EQ(full_path(R"(C:\)" + std::string(40'000, 'a')), std::nullopt);
    EXPECT_EQ(full_path("C:\\\xff"), std::nullopt);
}
#endif

}  // namespace
