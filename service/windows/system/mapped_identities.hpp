#pragma once

#include "engine/folder_index.hpp"
#include "engine/system.hpp"
#include "windows/system/io_watchdog.hpp"
#include "windows/system/volume_names.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rmb::win {

/// Which files the paths of images and mappings are, during one look: many processes have the same
/// libraries, and each path is opened once; a folder with many of them is listed instead, as far as
/// a bound on all entries allows: any user may map files of any folder. Opens local files only,
/// with the service's rights and within the watchdog's time.
class MappedIdentities {
public:
    static constexpr std::size_t kMostEntries = 50'000;

    explicit MappedIdentities(IoWatchdog& watchdog, std::size_t most_entries = kMostEntries)
        : watchdog_{watchdog}, entries_left_{most_entries} {}

    /// By a path as the kernel gives it. nullopt: no local file, or none any more.
    std::optional<engine::FileId> of_kernel(const std::wstring& path);
    /// By a full path; nullopt too for what is none.
    std::optional<engine::FileId> of_win32(const std::string& path);

    /// Files that are there and could not be opened.
    [[nodiscard]] const std::vector<engine::Unseen>& unseen() const {
        return unseen_;
    }

private:
    /// A folder in which something is mapped.
    struct Folder {
        std::size_t opened = 0;  // files in it
        std::optional<engine::FolderIndex> index;
    };

    std::optional<engine::FileId> identify(const std::string& path);
    std::optional<engine::FileId> open(const std::string& path);

    IoWatchdog& watchdog_;
    VolumeNames volumes_;
    std::map<std::string, std::optional<engine::FileId>> known_;
    std::map<std::string, Folder> folders_;
    std::size_t entries_left_;
    std::vector<engine::Unseen> unseen_;
};

}  // namespace rmb::win
