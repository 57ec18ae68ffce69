#pragma once

#include <windows.h>

#include <filesystem>
#include <string>

namespace rmb::bench {

/// Where this program and all that it uses lie.
[[nodiscard]] inline std::filesystem::path own_folder() {
    std::wstring path(32'768, L'\0');
    path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
    return std::filesystem::path{path}.parent_path();
}

}  // namespace rmb::bench
