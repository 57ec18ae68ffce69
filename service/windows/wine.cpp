#include "windows/wine.hpp"

#include <windows.h>

namespace rmb::win {

bool under_wine() {
    static const bool is_wine =
        GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
    return is_wine;
}

}  // namespace rmb::win
