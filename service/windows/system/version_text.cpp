#include "windows/system/version_text.hpp"

#include "windows/system/file_naming.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace rmb::win {
namespace {

// Real ones have a few KiB. The size is the program's word.
constexpr DWORD kLargest = 1U << 20U;

/// The language of a text and its code page.
struct Translation {
    WORD language;
    WORD code_page;
};

std::wstring four_digits(WORD number) {
    constexpr std::wstring_view kDigits = L"0123456789abcdef";
    std::wstring digits;
    for (unsigned shift = 16; shift != 0;) {
        shift -= 4;
        digits += kDigits[number >> shift & 0xFU];
    }
    return digits;
}

std::vector<std::byte> version_resource(const std::wstring& program) {
    // The program's own, not that of a language's .mui file beside it.
    constexpr DWORD kOwn = FILE_VER_GET_NEUTRAL;
    DWORD ignored = 0;
    const DWORD size = GetFileVersionInfoSizeExW(kOwn, program.c_str(), &ignored);
    if (size == 0 || size > kLargest) {
        return {};
    }
    std::vector<std::byte> resource(size);
    if (GetFileVersionInfoExW(kOwn, program.c_str(), 0, size, resource.data()) == FALSE) {
        return {};
    }
    return resource;
}

/// A block of the resource, as so many T; none where there is none, or where it does not lie in the
/// resource: its length, in bytes or of a text in characters, is the program's word too.
template <class T>
std::span<const T> find(const std::vector<std::byte>& resource, const std::wstring& name) {
    void* found = nullptr;
    UINT size = 0;
    if (VerQueryValueW(resource.data(), name.c_str(), &found, &size) == FALSE) {
        return {};
    }
    const auto offset =
        std::bit_cast<std::uintptr_t>(found) - std::bit_cast<std::uintptr_t>(resource.data());
    if (offset >= resource.size()) {
        return {};
    }
    const std::size_t room = (resource.size() - offset) / sizeof(T);
    return {static_cast<const T*>(found), std::min<std::size_t>(room, size)};
}

}  // namespace

std::string file_description(IoWatchdog& watchdog, const std::string& program) {
    if (identify_path(watchdog, program, Links::stay).has_error()) {
        return {};
    }
    const IoWatchdog::Watch watch{watchdog};
    const auto resource = version_resource(wide(program));
    if (resource.empty()) {
        return {};
    }
    const auto languages = find<Translation>(resource, L"\\VarFileInfo\\Translation");
    if (languages.empty()) {
        return {};
    }
    const auto name = L"\\StringFileInfo\\" + four_digits(languages[0].language) +
                      four_digits(languages[0].code_page) + L"\\FileDescription";
    // With the terminating zero where the resource's maker counted it.
    const auto text = find<wchar_t>(resource, name);
    const std::wstring_view description{text.data(), text.size()};
    return narrow(description.substr(0, description.find(L'\0')));
}

}  // namespace rmb::win
