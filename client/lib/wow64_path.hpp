#pragma once

#include <string>
#include <string_view>

namespace rmb::client {

/// The file that a full path means in a 32-bit program on 64-bit Windows, as a 64-bit program names
/// it: the File System Redirector, as Microsoft documents it for a program that has not switched it
/// off. `windows` is the Windows folder, without a backslash at its end. Paths that begin with
/// \\?\ are redirected too; other paths come back as they are.
[[nodiscard]] std::u16string wow64_path(std::u16string_view path, std::u16string_view windows);

}  // namespace rmb::client
