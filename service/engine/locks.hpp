#pragma once

#include "core/rights.hpp"
#include "engine/system.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace rmb::engine {

struct LocksQuery {
    std::vector<std::string> paths;              // full paths of files and folders
    bool recursive = false;                      // what is below a folder counts too
    std::shared_ptr<const core::Rights> rights;  // the caller's; null names and discloses nothing
};

/// One way in which one process holds one file.
struct Holder {
    Process process;
    std::string file;  // as the query leads to it: the path itself or something below it
    HoldKind how = HoldKind::handle;
    std::uint32_t access = 0;  // of all its handles to the file together

    bool operator==(const Holder&) const = default;
};

/// What became of one path of a query.
struct PathLocks {
    std::string path;
    std::optional<Error> error;   // it could not be named; nothing else is set then
    std::vector<Holder> holders;  // by process, then file, then kind; each once
    std::size_t hidden = 0;       // more processes that hold it and that the caller may not query

    bool operator==(const PathLocks&) const = default;
};

struct Locks {
    std::vector<PathLocks> paths;  // as in the query
    std::vector<Unseen> unlisted;  // folders that the caller could not list: his to know
    std::vector<Unseen> unseen;    // what the look could not see: for administrators
};

/// Files and folders that one query may come to, all paths together.
inline constexpr std::size_t kMaxQueriedFiles = 200'000;
/// Memory of their names, and as much again of the holders: one name may be 64 KiB long, and each
/// process that holds a file is listed under each of its names.
inline constexpr std::size_t kMaxQueryBytes = std::size_t{64} * 1024 * 1024;

/// Who holds the files and folders (DESIGN 8): names them with the caller's rights, takes one
/// snapshot (none where nothing could be named), joins both by file identity, and names the holders
/// that the caller may query, each asked for once. The cost grows with files + holdings. Blocks.
/// Links below a folder are not followed, and do not count as files.
///
/// A path that cannot be named is an error of its own row; a folder that cannot be listed is
/// told of, and the rest goes on. The whole fails with cancelled when `stop` was requested,
/// not_enough_quota beyond kMaxQueriedFiles or kMaxQueryBytes, access_denied without rights, or as
/// Rights::assume() and System::look() do.
[[nodiscard]] result<Locks> query_locks(System& system, const LocksQuery& query,
                                        const std::stop_token& stop);

}  // namespace rmb::engine
