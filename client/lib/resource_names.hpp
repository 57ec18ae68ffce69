#pragma once

#include "proto/error.hpp"

#include <optional>
#include <string>
#include <string_view>

/// The names that programs give Restart Manager, as they travel: UTF-8, and full paths that mean
/// the same to the service as to the program (DESIGN 7).
///
/// Errors: bad_arguments, the text has an unpaired surrogate, so that it cannot travel;
/// file_not_found, it is empty or longer than a name can be, so that it is nothing's.
namespace rmb::client {

/// What of a process decides which file a path means to it.
class PathApi {
public:
    virtual ~PathApi() = default;
    /// Absolute against the current directory, backslashes only, no dots. nullopt: no file can
    /// have such a path.
    [[nodiscard]] virtual std::optional<std::u16string> full_path(
        const std::u16string& path) const = 0;
    /// The Windows folder where WOW64 redirects this process's paths, empty where it does not.
    [[nodiscard]] virtual const std::u16string& redirected_windows() const = 0;
};

[[nodiscard]] proto::result<std::string> file_name(std::u16string_view text, const PathApi& api);

[[nodiscard]] proto::result<std::string> service_name(std::u16string_view text);

}  // namespace rmb::client
