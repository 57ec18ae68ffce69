#pragma once

#include "bench.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace rmb::bench {

/// Empty files in a folder of the temporary one, gone with this object.
class FileTree {
public:
    /// File n will lie in folder n modulo `most_folders`.
    explicit FileTree(std::size_t most_folders);
    FileTree(const FileTree&) = delete;
    FileTree& operator=(const FileTree&) = delete;
    ~FileTree();

    /// Makes what is missing of so many files.
    void grow(std::size_t files);

    [[nodiscard]] const std::vector<std::filesystem::path>& files() const {
        return files_;
    }
    [[nodiscard]] std::size_t folders() const {
        return std::min(files_.size(), most_folders_);
    }

private:
    const std::size_t most_folders_;
    std::filesystem::path root_;
    std::vector<std::filesystem::path> files_;
};

/// What every list is measured against: of ten files in one folder.
inline constexpr std::size_t kFewFiles = 10;

/// The layout that has a goal.
inline constexpr std::size_t kGoalFiles = 10'000;
inline constexpr std::size_t kGoalFolders = 20;

/// "list, 10000 files, 20 folders".
[[nodiscard]] std::string list_label(std::size_t files, std::size_t folders);

[[nodiscard]] bool is_goal(const FileTree& tree);
/// `goal` for the layout that has one.
[[nodiscard]] std::optional<double> goal_of(const FileTree& tree, double goal);

/// Calls `measure(tree)` for each number of files in a folder each, in 20 folders and in one; a
/// layout that the options forbid is told of in the table.
template <class Measure>
void for_each_layout(const Options& options, Table& table, Measure measure) {
    for (const auto most_folders : {options.most_files, kGoalFolders, std::size_t{1}}) {
        FileTree tree{most_folders};
        for (const std::size_t files : {std::size_t{10}, std::size_t{100}, std::size_t{1'000},
                                        kGoalFiles, std::size_t{50'000}}) {
            if (files > options.most_files) {
                break;
            }
            const auto folders = std::min(files, most_folders);
            if (folders > options.most_folders) {
                table.push_back({list_label(files, folders)});
            } else if (most_folders != kGoalFolders || files > kGoalFolders) {
                tree.grow(files);
                measure(tree);
            }
        }
    }
}

}  // namespace rmb::bench
