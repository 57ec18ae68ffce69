#include "windows/system/path_parts.hpp"

#include "windows/system/local_path.hpp"

#include <string_view>

namespace rmb::win {
namespace {

/// Streams, what Win32 takes off the end, wildcards (which in Wine match), and U+FFFD, which stands
/// for whatever is no UTF-16.
bool only_opening_tells(std::wstring_view name) {
    return name.empty() || name.ends_with(L'.') || name.ends_with(L' ') ||
           name.find_first_of(L"\\/:*?\"<>|\xFFFD") != std::wstring_view::npos;
}

}  // namespace

std::string name_key_of(const std::string& name) {
    const auto text = wide(name);
    if (only_opening_tells(text)) {
        return {};
    }
    // Without LCMAP_LINGUISTIC_CASING: one unit for one, as file names are compared.
    const auto units = static_cast<int>(text.size());
    std::wstring key(text.size(), L'\0');
    const int made = LCMapStringEx(LOCALE_NAME_INVARIANT, LCMAP_UPPERCASE, text.data(), units,
                                   key.data(), units, nullptr, nullptr, 0);
    return made == units ? narrow(key) : std::string{};
}

std::optional<engine::PathParts> take_path_apart(const std::string& path) {
    const auto local = parse_local_path(path);
    if (local.has_error()) {
        return std::nullopt;
    }
    const std::wstring_view whole = local->path;
    const auto root = whole.find(local->root) + local->root.size();
    auto rest = whole.substr(root);
    // Only a folder can be opened with a separator at the end.
    bool tells = !rest.ends_with(L'\\');
    if (!tells) {
        rest.remove_suffix(1);
    }
    const auto separator = rest.rfind(L'\\');
    engine::PathParts parts;
    if (separator == std::wstring_view::npos) {
        parts.folder = narrow(whole.substr(0, root));
        parts.name = narrow(rest);
    } else {
        parts.folder = narrow(whole.substr(0, root + separator));
        parts.name = narrow(rest.substr(separator + 1));
        // Two separators, which no file has.
        tells = tells && !parts.folder.ends_with('\\');
    }
    if (tells) {
        parts.name_key = name_key_of(parts.name);
    }
    return parts;
}

}  // namespace rmb::win
