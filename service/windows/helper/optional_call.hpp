#pragma once

#include <windows.h>

#include <bit>

namespace rmb::win {

/// A function of one of the system's own libraries that this program does not link; null where the
/// system has it not. The library stays loaded.
template <class Function>
[[nodiscard]] Function find_system_call(const wchar_t* library, const char* name) {
    const HMODULE loaded = LoadLibraryExW(library, nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
    return loaded == nullptr ? nullptr : std::bit_cast<Function>(GetProcAddress(loaded, name));
}

}  // namespace rmb::win
