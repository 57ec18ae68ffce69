#pragma once

#include "windows/api.hpp"

#include <filesystem>
#include <fstream>
#include <string>

namespace rmb::win {

/// An empty folder of this process, gone with this.
class TempFolder {
public:
    TempFolder()
        : path_{std::filesystem::temp_directory_path() /
                (L"rmb-unit-" + std::to_wstring(GetCurrentProcessId()))} {
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::filesystem::path& path() const {
        return path_;
    }
    [[nodiscard]] std::string text() const {
        return narrow(path_.wstring());
    }
    /// UTF-8.
    std::string add_file(const std::wstring& name) const {
        const auto file = path_ / name;
        std::ofstream{file, std::ios::binary} << "some bytes";
        return narrow(file.wstring());
    }

private:
    std::filesystem::path path_;
};

}  // namespace rmb::win
