#include "windows/system/wine_restart.hpp"

#include "windows/wine.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <string>
#include <string_view>

namespace rmb::win {
namespace {

constexpr std::wstring_view kVariable = L"RMB_TEST_RESTART=";

/// Page by page: what lies behind it may be no memory.
std::wstring read_environment(HANDLE process, std::uintptr_t address) {
    constexpr std::size_t kPage = 0x1000;
    constexpr std::size_t kMostUnits = 32'768;
    constexpr std::wstring_view kEnd{L"\0", 2};
    std::wstring text;
    std::array<wchar_t, kPage / sizeof(wchar_t)> page{};
    while (text.size() < kMostUnits && text.find(kEnd) == std::wstring::npos) {
        const auto left = kPage - address % kPage;
        SIZE_T got = 0;
        if (ReadProcessMemory(process, std::bit_cast<const void*>(address), page.data(), left,
                              &got) == FALSE) {
            break;
        }
        text.append(page.data(), got / sizeof(wchar_t));
        address += left;
    }
    return text.substr(0, text.find(kEnd));
}

}  // namespace

std::optional<engine::RestartRegistration> wine_restart(HANDLE process,
                                                        std::uintptr_t environment) {
    if (!under_wine() || environment == 0) {
        return std::nullopt;
    }
    const auto text = read_environment(process, environment);
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find(L'\0', begin), text.size());
        const auto variable = std::wstring_view{text}.substr(begin, end - begin);
        if (variable.starts_with(kVariable)) {
            return engine::RestartRegistration{narrow(variable.substr(kVariable.size()))};
        }
        begin = end + 1;
    }
    return std::nullopt;
}

}  // namespace rmb::win
