#include "windows/system/local_path.hpp"

#include <algorithm>

namespace rmb::win {
namespace {

constexpr std::wstring_view kVerbatim = L"\\\\?\\";
constexpr std::wstring_view kVolume = L"Volume{";
constexpr std::wstring_view kGuid = L"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

Error not_local(std::string_view path) {
    return {Code::bad_arguments, "not a full path on a local volume: " + std::string{path}};
}

bool is_letter(wchar_t c) {
    return (c >= L'a' && c <= L'z') || (c >= L'A' && c <= L'Z');
}

bool is_hex_digit(wchar_t c) {
    return (c >= L'0' && c <= L'9') || (c >= L'a' && c <= L'f') || (c >= L'A' && c <= L'F');
}

bool starts_with_drive(std::wstring_view text) {
    return text.size() >= 3 && is_letter(text[0]) && text[1] == L':' && text[2] == L'\\';
}

bool same_letter(wchar_t one, wchar_t other) {
    return one == other || (is_letter(one) && is_letter(other) && (one | 0x20) == (other | 0x20));
}

/// Volume{01234567-89ab-cdef-0123-456789abcdef}\ and its length, else 0.
std::size_t volume_name_length(std::wstring_view text) {
    const auto length = kVolume.size() + kGuid.size() + 2;
    if (text.size() < length || text.substr(length - 2, 2) != L"}\\" ||
        !std::ranges::equal(text.substr(0, kVolume.size()), kVolume, same_letter)) {
        return 0;
    }
    const auto guid = text.substr(kVolume.size(), kGuid.size());
    const auto fits = [](wchar_t c, wchar_t pattern) {
        return pattern == L'-' ? c == L'-' : is_hex_digit(c);
    };
    return std::ranges::equal(guid, kGuid, fits) ? length : 0;
}

/// Dots, spaces and doubled separators as Win32 understands them: text, nothing is opened. A
/// reserved name ("X:\NUL") becomes a device's.
std::wstring tidy(const std::wstring& path) {
    std::wstring tidied(path.size() + 16, L'\0');
    const auto units =
        GetFullPathNameW(path.c_str(), static_cast<DWORD>(tidied.size()), tidied.data(), nullptr);
    if (units == 0 || units >= tidied.size()) {
        return {};
    }
    tidied.resize(units);
    return tidied;
}

}  // namespace

result<LocalPath> parse_local_path(std::string_view path) {
    auto text = wide(path);
    std::ranges::replace(text, L'/', L'\\');
    if (text.find(L'\0') != std::wstring::npos) {
        return not_local(path);
    }
    const bool verbatim = text.starts_with(kVerbatim);
    if (verbatim) {
        text.erase(0, kVerbatim.size());
    } else if (starts_with_drive(text)) {
        text = tidy(text);
    }
    std::size_t root = 0;
    if (starts_with_drive(text)) {
        root = 3;
    } else if (verbatim) {
        root = volume_name_length(text);
    }
    // Another colon names a stream of a file, or a stream's type.
    if (root == 0 || text.find(L':', root) != std::wstring::npos) {
        return not_local(path);
    }
    LocalPath local;
    local.root = text.substr(0, root);
    if (root != 3) {
        local.root.insert(0, kVerbatim);
    }
    local.path = std::wstring{kVerbatim} + text;
    return local;
}

}  // namespace rmb::win
