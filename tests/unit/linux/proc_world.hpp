#pragma once

#include "linux/proc_system.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace rmb::test {

/// By stat(2), links followed.
inline engine::FileId id_of(const std::filesystem::path& path) {
    struct stat facts {};
    EXPECT_EQ(::stat(path.c_str(), &facts), 0) << path;
    engine::FileId file{.volume = facts.st_dev};
    std::memcpy(file.id.data(), &facts.st_ino, sizeof(facts.st_ino));
    return file;
}

/// A ProcSystem and a folder of files, which every user may pass.
struct ProcWorld : testing::Test {
    ProcWorld() {
        std::string name = std::filesystem::temp_directory_path() / "rmb-system-XXXXXX";
        folder = mkdtemp(name.data());
        chmod(folder.c_str(), 0711);
    }
    ~ProcWorld() override {
        std::filesystem::remove_all(folder);
    }
    std::filesystem::path make_file(const std::filesystem::path& name) const {
        std::ofstream{folder / name} << "content";
        return folder / name;
    }

    std::filesystem::path folder;
    os_linux::ProcSystem system;
};

/// One of several users, which needs root.
struct ProcUsersWorld : ProcWorld {
    void SetUp() override {
        if (geteuid() != 0) {
            GTEST_SKIP() << "needs root, to be several users";
        }
    }
};

}  // namespace rmb::test
