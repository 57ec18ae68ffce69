#include "harness/affecting_test.hpp"
#include "harness/win32_error.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

/// A 32-bit installer names files of the system's folder as WOW64 shows them to it.
namespace rmb::e2e {
namespace {

using SystemFolder = UINT(WINAPI*)(LPWSTR, UINT);

std::filesystem::path folder_of(SystemFolder ask) {
    std::wstring path(MAX_PATH, L'\0');
    path.resize(ask(path.data(), static_cast<UINT>(path.size())));
    if (path.empty()) {
        fail_with_last_error("asking for a system folder");
    }
    return path;
}

/// A file of one name in System32 and in SysWOW64, each held by a program. RMB_E2E_X86_BIN=none
/// says that there is no x86 build.
class Wow64 : public Affecting {
protected:
    void SetUp() override {
        if (const auto* const x86 = std::getenv("RMB_E2E_X86_BIN");
            x86 != nullptr && std::string_view{x86} == "none") {
            GTEST_SKIP() << "no x86 build";
        }
        Affecting::SetUp();
        for (const auto& file : {of_64_, of_32_}) {
            std::ofstream{file} << "some bytes";
            ASSERT_TRUE(std::filesystem::exists(file)) << file;
        }
        holds_64_ = run("window", {.name = "of64", .hold = of_64_}).pid();
        holds_32_ = run("window", {.name = "of32", .hold = of_32_}).pid();
    }
    void TearDown() override {
        if (IsSkipped()) {
            return;
        }
        Affecting::TearDown();
        for (const auto& file : {of_64_, of_32_}) {
            std::filesystem::remove(file);
        }
    }

    /// Whom alone a session of the 32-bit child about that file lists.
    DWORD holder_of(const std::string& path) {
        Installer installer{child_32()};
        EXPECT_EQ(installer.add({"f:" + path}), 0U) << path;
        const auto listing = installer.list();
        EXPECT_EQ(listing.code, 0U) << path;
        EXPECT_EQ(listing.apps.size(), 1U) << path;
        EXPECT_EQ(installer.end(), 0U);
        return listing.apps.empty() ? 0 : listing.apps.front().pid;
    }
    ChildProcess& child_32() {
        if (!child_32_) {
            child_32_.emplace(x86_programs());
        }
        return *child_32_;
    }

    const std::filesystem::path windows_ = folder_of(GetSystemWindowsDirectoryW);
    const std::filesystem::path of_64_ = windows_ / "System32" / "rmb-e2e-redirected.txt";
    const std::filesystem::path of_32_ = folder_of(GetSystemWow64DirectoryW) / of_64_.filename();
    DWORD holds_64_ = 0;
    DWORD holds_32_ = 0;

private:
    std::optional<ChildProcess> child_32_;
};

TEST_F(Wow64, System32_NamedBy32Bits_IsTheFolderOf32Bits) {
    const auto below = "\\" + of_64_.filename().string();
    const auto windows = text(windows_);
    EXPECT_EQ(holder_of(windows + "\\System32" + below), holds_32_);
    EXPECT_EQ(holder_of(windows + "\\SYSTEM32" + below), holds_32_);
    EXPECT_EQ(holder_of(windows + "/system32/" + below.substr(1)), holds_32_);
    EXPECT_EQ(holder_of("\\\\?\\" + windows + "\\system32" + below), holds_32_);
    EXPECT_EQ(holder_of(windows + "\\x\\..\\system32" + below), holds_32_);
    EXPECT_EQ(holder_of(windows + "\\SysWOW64" + below), holds_32_);
}

TEST_F(Wow64, Sysnative_NamedBy32Bits_IsTheFolderOf64Bits) {
    const auto below = "\\" + of_64_.filename().string();
    const auto windows = text(windows_);
    EXPECT_EQ(holder_of(windows + "\\Sysnative" + below), holds_64_);
    EXPECT_EQ(holder_of(windows + "\\sysnative\\.\\" + below.substr(1)), holds_64_);
}

TEST_F(Wow64, RelativePath_InSystem32_IsTheFolderOf32Bits) {
    ASSERT_EQ(child_32().ask("enter " + text(windows_ / "System32")), "0");
    EXPECT_EQ(holder_of(of_64_.filename().string()), holds_32_);
}

TEST_F(Wow64, System32_NamedBy64Bits_IsItself) {
    for (const auto& [file, pid] : {std::pair{of_64_, holds_64_}, std::pair{of_32_, holds_32_}}) {
        auto& installer = install();
        ASSERT_EQ(installer.add({file_target(file)}), 0U);
        const auto listing = installer.list();
        ASSERT_EQ(listing.apps.size(), 1U) << file;
        EXPECT_EQ(listing.apps.front().pid, pid) << file;
    }
}

// The system's own redirection, not the library's.
TEST_F(Wow64, File_OpenedBy32BitsInSystem32_IsWhatItsRegistrationMeans) {
    ChildProcess holder{x86_programs()};
    ASSERT_EQ(holder.ask("hold " + text(of_64_)), "0");
    Installer installer{child_32()};
    ASSERT_EQ(installer.add({file_target(of_64_)}), 0U);
    const auto listing = installer.list();
    EXPECT_NE(listing.of(holder.pid()), nullptr);
    EXPECT_NE(listing.of(holds_32_), nullptr);
    EXPECT_EQ(listing.apps.size(), 2U);
    EXPECT_EQ(installer.end(), 0U);
}

TEST_F(Wow64, Shutdown_By32Bits_FreesTheFileThatItMeans) {
    Installer installer{child_32()};
    ASSERT_EQ(installer.add({file_target(of_64_)}), 0U);
    EXPECT_EQ(installer.shut_down().code, 0U);
    EXPECT_TRUE(is_free(of_32_));
    EXPECT_FALSE(is_free(of_64_));
    EXPECT_EQ(installer.end(), 0U);
}

}  // namespace
}  // namespace rmb::e2e
