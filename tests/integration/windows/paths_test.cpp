#include "harness/affecting_test.hpp"
#include "harness/other_path.hpp"
#include "harness/win32_error.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

/// Files are the same whatever path leads to them: the installer's differs from the holder's.
namespace rmb::e2e {
namespace {

constexpr const char* kName = "A rather long name.txt";

class Paths : public Affecting {
protected:
    void SetUp() override {
        Affecting::SetUp();
        file_ = make_file(std::string{"wanted\\"} + kName);
    }

    [[nodiscard]] std::filesystem::path wanted() const {
        return file_.parent_path();
    }

    /// A session about `registered` alone lists the program, and nobody else.
    void expect_listed(const std::filesystem::path& registered, const Program& program) {
        for (const bool in_a_crowd : {false, true}) {
            auto& installer = install();
            auto targets = std::vector{file_target(registered)};
            // So many of one folder are named by a look at the folder, fewer one by one.
            for (int i = 0; in_a_crowd && i < 10; ++i) {
                targets.push_back(
                    file_target(registered.parent_path() / ("no " + std::to_string(i))));
            }
            ASSERT_EQ(installer.add(targets), 0U);
            const auto listing = installer.list(10);
            EXPECT_EQ(listing.code, 0U);
            EXPECT_EQ(listing.apps.size(), 1U);
            EXPECT_NE(listing.of(program.pid()), nullptr)
                << registered << (in_a_crowd ? " in a crowd" : "");
            EXPECT_EQ(installer.end(), 0U);
        }
    }
    void expect_found(const std::filesystem::path& registered, const std::filesystem::path& held) {
        auto& program = run("window", {.hold = held});
        expect_listed(registered, program);
        program.kill();
    }
    void expect_same(const std::filesystem::path& one, const std::filesystem::path& other) {
        expect_found(one, other);
        expect_found(other, one);
    }
    void expect_freed_by(const std::filesystem::path& registered) {
        auto& program = run("window", holding());
        auto& installer = install();
        ASSERT_EQ(installer.add({file_target(registered)}), 0U);
        EXPECT_EQ(installer.shut_down().code, 0U);
        EXPECT_TRUE(program.has_ended(Milliseconds{0}));
        EXPECT_TRUE(is_free(file_));
    }
    [[nodiscard]] std::filesystem::path hard_link() const {
        const auto link = folder_ / "link.txt";
        if (CreateHardLinkW(link.c_str(), file_.c_str(), nullptr) == FALSE) {
            fail_with_last_error("CreateHardLink");
        }
        return link;
    }
};

TEST_F(Paths, Junction_OfTheFolder_LeadsToTheSameFile) {
    const Junction junction{folder_ / "junction", wanted()};
    expect_same(junction.path() / kName, file_);
    expect_freed_by(junction.path() / kName);
}

TEST_F(Paths, Junction_OnTheWay_LeadsToTheSameFile) {
    const Junction junction{folder_.parent_path() / "rmb e2e junction", folder_};
    expect_same(junction.path() / "wanted" / kName, file_);
}

TEST_F(Paths, SubstitutedDrive_OfTheFolder_LeadsToTheSameFile) {
    const SubstitutedDrive drive{L'R', wanted()};
    expect_same(drive.path() / kName, file_);
    expect_freed_by(drive.path() / kName);
}

TEST_F(Paths, HardLink_InAnotherFolder_LeadsToTheSameFile) {
    const auto link = hard_link();
    expect_same(link, file_);
    expect_freed_by(link);
}

TEST_F(Paths, ShortNames_OfFolderAndFile_LeadToTheSameFile) {
    std::wstring name(MAX_PATH, L'\0');
    name.resize(GetShortPathNameW(file_.c_str(), name.data(), static_cast<DWORD>(name.size())));
    const std::filesystem::path short_path{name};
    if (short_path.filename() == file_.filename()) {
        GTEST_SKIP() << "the volume has no short names";
    }
    expect_same(short_path, file_);
    expect_found(wanted() / short_path.filename(), file_);
}

TEST_F(Paths, Spellings_OfThePath_LeadToTheSameFile) {
    const auto& program = run("window", holding());
    auto upper = text(file_);
    std::ranges::transform(upper, upper.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    auto slashes = text(file_);
    std::ranges::replace(slashes, '\\', '/');
    for (const auto& spelled : {upper, slashes, "\\\\?\\" + text(file_),
                                text(wanted()) + "\\.\\x\\..\\" + kName, text(file_) + ". "}) {
        expect_listed(spelled, program);
    }
}

}  // namespace
}  // namespace rmb::e2e
