#pragma once

#include "windows/api.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rmb::win {

/// Turns the kernel's names of files on local volumes into names that can be opened, as the
/// volumes are at the moment of its making.
class VolumeNames {
public:
    /// The kernel's name of a volume and the start of a Win32 path, both with a separator at the
    /// end.
    using Pair = std::pair<std::wstring, std::wstring>;

    VolumeNames();
    explicit VolumeNames(std::vector<Pair> volumes);

    /// \Device\HarddiskVolume3\x as \\?\Volume{...}\x. Empty: it is on no local volume. What the
    /// kernel never gives, but Wine does, is for parse_local_path() to judge.
    [[nodiscard]] std::wstring to_win32(std::wstring_view kernel_path) const;

private:
    std::vector<Pair> volumes_;
};

}  // namespace rmb::win
