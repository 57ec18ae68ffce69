#pragma once

#include "engine/system.hpp"
#include "linux/descriptor.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

/// Files below an open folder (AT_FDCWD: below the current one, or by a full path). Each function
/// leaves in errno why it failed.
namespace rmb::os_linux {

[[nodiscard]] engine::FileId file_id(std::uint64_t device, std::uint64_t inode);

struct FileAt {
    engine::FileId file;
    std::uint32_t mode = 0;  // st_mode
};
/// `flags` as for fstatat(2). What the kernel knows already is enough, so that no server of a
/// network or user-space file system is asked, which might not answer.
[[nodiscard]] std::optional<FileAt> file_at(int folder, const char* name, int flags = 0);

/// The whole of a file whose length is not known before, such as those of /proc.
[[nodiscard]] std::optional<std::string> text_at(int folder, const char* name);

/// What a symbolic link holds.
[[nodiscard]] std::optional<std::string> link_at(int folder, const char* name);

[[nodiscard]] Descriptor open_at(int folder, const char* name, int flags);

/// The names in a folder but "." and ".."; `most` of them at most.
[[nodiscard]] std::optional<std::vector<std::string>> names_in(
    const Descriptor& folder, std::size_t most = std::numeric_limits<std::size_t>::max());

}  // namespace rmb::os_linux
