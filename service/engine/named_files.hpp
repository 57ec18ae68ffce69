#pragma once

#include "engine/locks.hpp"

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace rmb::engine {

/// A file or folder that a query comes to, by one of the names that lead there.
struct NamedFile {
    FileId file;
    std::size_t row = 0;  // which path of the query
    std::string name;     // the path itself or something below it
};

struct NamedFiles {
    std::vector<NamedFile> files;
    std::vector<std::optional<Error>> errors;  // one a path; set where it could not be named
    std::vector<Unseen> unlisted;              // folders that could not be enumerated
};

/// The first act of a query: all that its paths come to, named with the caller's rights, which are
/// not assumed any more when it returns. query.rights must not be null. Fails as query_locks()
/// does.
[[nodiscard]] result<NamedFiles> name_files(System& system, const LocksQuery& query,
                                            const std::stop_token& stop);

}  // namespace rmb::engine
