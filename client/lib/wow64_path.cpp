#include "client/lib/wow64_path.hpp"

#include <algorithm>
#include <array>

namespace rmb::client {
namespace {

struct Rule {
    std::u16string_view from;  // below the Windows folder
    std::u16string_view to;    // empty: is not redirected
};
// The first that fits.
constexpr std::array kRules{
    Rule{u"\\system32\\catroot", {}},
    Rule{u"\\system32\\catroot2", {}},
    Rule{u"\\system32\\driverstore", {}},
    Rule{u"\\system32\\drivers\\etc", {}},
    Rule{u"\\system32\\logfiles", {}},
    Rule{u"\\system32\\spool", {}},
    Rule{u"\\system32", u"\\SysWOW64"},
    Rule{u"\\sysnative", u"\\System32"},
    Rule{u"\\lastgood\\system32", u"\\lastgood\\SysWOW64"},
    Rule{u"\\regedit.exe", u"\\SysWOW64\\regedit.exe"},
};

char16_t folded(char16_t c) {
    return c >= u'A' && c <= u'Z' ? static_cast<char16_t>(c - u'A' + u'a') : c;
}

/// Whether `path` is `folder` or below it.
bool is_within(std::u16string_view path, std::u16string_view folder) {
    return path.size() >= folder.size() &&
           std::ranges::equal(path.substr(0, folder.size()), folder, {}, folded, folded) &&
           (path.size() == folder.size() || path[folder.size()] == u'\\');
}

}  // namespace

std::u16string wow64_path(std::u16string_view path, std::u16string_view windows) {
    constexpr std::u16string_view kLiteral = u"\\\\?\\";
    const auto start = path.starts_with(kLiteral) ? kLiteral.size() : 0;
    if (!is_within(path.substr(start), windows)) {
        return std::u16string{path};
    }
    const auto prefix = start + windows.size();
    const auto below = path.substr(prefix);
    const auto* const rule =
        std::ranges::find_if(kRules, [&](const Rule& each) { return is_within(below, each.from); });
    if (rule == kRules.end() || rule->to.empty()) {
        return std::u16string{path};
    }
    std::u16string mapped{path.substr(0, prefix)};
    mapped += rule->to;
    mapped += below.substr(rule->from.size());
    return mapped;
}

}  // namespace rmb::client
