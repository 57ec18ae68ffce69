#pragma once

#include "windows/api.hpp"

#include <string>
#include <string_view>

namespace rmb::win {

/// A full path on a volume that has a drive letter or a volume name: nothing that leads to another
/// machine, a device, a pipe or a stream of a file.
struct LocalPath {
    std::wstring path;  // \\?\X:\... or \\?\Volume{...}\...
    std::wstring root;  // X:\ or \\?\Volume{...}\, as GetDriveType wants it
};

/// Takes X:\..., \\?\X:\... and \\?\Volume{guid}\..., with slashes of either kind; what follows a
/// plain drive letter is tidied as every Win32 call would (".", "..", dots and spaces at the end),
/// what follows \\?\ is taken literally. bad_arguments for everything else. Text only: whether
/// there is such a volume, and of which kind, is not looked at.
[[nodiscard]] result<LocalPath> parse_local_path(std::string_view path);

}  // namespace rmb::win
