#include "file_tree.hpp"

#include <atomic>
#include <chrono>
#include <fstream>
#include <stdexcept>

namespace rmb::bench {
namespace {

namespace fs = std::filesystem;

/// Nobody else's, in this run or another.
fs::path new_root() {
    static std::atomic<int> count{0};
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    return fs::temp_directory_path() /
           ("rmb-bench-files-" + std::to_string(now) + "-" + std::to_string(++count));
}

}  // namespace

FileTree::FileTree(std::size_t most_folders) : most_folders_{most_folders}, root_{new_root()} {
    fs::create_directory(root_);
}

FileTree::~FileTree() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
}

void FileTree::grow(std::size_t files) {
    while (files_.size() < files) {
        const auto n = files_.size();
        const auto folder = root_ / ("folder" + std::to_string(n % most_folders_));
        if (n < most_folders_) {
            fs::create_directory(folder);
        }
        files_.push_back(folder / ("file" + std::to_string(n) + ".dat"));
        if (!std::ofstream{files_.back()}) {
            throw std::runtime_error{"cannot make " + files_.back().string()};
        }
    }
}

std::string list_label(std::size_t files, std::size_t folders) {
    return "list, " + std::to_string(files) + " files, " + std::to_string(folders) +
           (folders == 1 ? " folder" : " folders");
}

bool is_goal(const FileTree& tree) {
    return tree.files().size() == kGoalFiles && tree.folders() == kGoalFolders;
}

std::optional<double> goal_of(const FileTree& tree, double goal) {
    return is_goal(tree) ? std::optional{goal} : std::nullopt;
}

}  // namespace rmb::bench
