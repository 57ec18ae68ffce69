#include "windows/system/volume_names.hpp"

#include <gtest/gtest.h>

namespace rmb::win {
namespace {

const VolumeNames kNames{{{L"\\Device\\HarddiskVolume1\\", L"\\\\?\\Volume{1}\\"},
                          {L"\\Device\\HarddiskVolume10\\", L"\\\\?\\Volume{10}\\"},
                          {L"\\Device\\ImDisk0\\", L"\\\\?\\R:\\"}}};

TEST(VolumeNames, FileOnAKnownVolume_ItsWin32Path) {
    EXPECT_EQ(kNames.to_win32(L"\\Device\\HarddiskVolume1\\a\\b"), L"\\\\?\\Volume{1}\\a\\b");
    EXPECT_EQ(kNames.to_win32(L"\\Device\\HarddiskVolume10\\a"), L"\\\\?\\Volume{10}\\a");
    EXPECT_EQ(kNames.to_win32(L"\\Device\\ImDisk0\\"), L"\\\\?\\R:\\");
}

TEST(VolumeNames, AnythingElse_Empty) {
    for (const auto* path : {L"", L"\\Device\\Mup\\server\\share\\a",
                             L"\\Device\\HarddiskVolume2\\a", L"\\Device\\HarddiskVolume1"}) {
        EXPECT_EQ(kNames.to_win32(path), L"");
    }
}

TEST(VolumeNames, WinesForms_AsTheyAre) {
    EXPECT_EQ(kNames.to_win32(L"\\??\\C:\\a"), L"C:\\a");
    EXPECT_EQ(kNames.to_win32(L"C:\\a"), L"C:\\a");
}

}  // namespace
}  // namespace rmb::win
