#include "support/access_check.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace rmb::test {
namespace {

using NamedSid = std::pair<std::string_view, std::string_view>;
constexpr std::array kSids{
    NamedSid{"SY", "S-1-5-18"},    NamedSid{"BA", "S-1-5-32-544"}, NamedSid{"BU", "S-1-5-32-545"},
    NamedSid{"AU", "S-1-5-11"},    NamedSid{"AN", "S-1-5-7"},      NamedSid{"IU", "S-1-5-4"},
    NamedSid{"NU", "S-1-5-2"},     NamedSid{"SU", "S-1-5-6"},      NamedSid{"WD", "S-1-1-0"},
    NamedSid{"OW", "S-1-3-4"},     NamedSid{"AC", "S-1-15-2-1"},   NamedSid{"LW", "S-1-16-4096"},
    NamedSid{"ME", "S-1-16-8192"}, NamedSid{"HI", "S-1-16-12288"}, NamedSid{"SI", "S-1-16-16384"},
};

using NamedRight = std::pair<std::string_view, std::uint32_t>;
constexpr std::array kRights{
    NamedRight{"GA", kGenericAll}, NamedRight{"GR", kGenericRead}, NamedRight{"GW", kGenericWrite},
    NamedRight{"GX", 0x2000'0000}, NamedRight{"FA", 0x1F'01FF},    NamedRight{"FR", 0x12'0089},
    NamedRight{"FW", 0x12'0116},   NamedRight{"FX", 0x12'00A0},    NamedRight{"KA", 0xF'003F},
    NamedRight{"KR", 0x2'0019},    NamedRight{"RC", kReadControl}, NamedRight{"SD", kDelete},
    NamedRight{"WD", kWriteDac},   NamedRight{"WO", kWriteOwner},  NamedRight{"CC", 0x1},
    NamedRight{"DC", 0x2},         NamedRight{"LC", 0x4},          NamedRight{"SW", 0x8},
    NamedRight{"RP", 0x10},        NamedRight{"WP", 0x20},         NamedRight{"DT", 0x40},
    NamedRight{"LO", 0x80},        NamedRight{"CR", 0x100},
};

[[noreturn]] void fail(std::string_view what, std::string_view where) {
    throw std::invalid_argument(std::string{what} + " in \"" + std::string{where} + "\"");
}

Sid parse_sid(std::string_view text) {
    if (text.starts_with("S-1-")) {
        return Sid{text};
    }
    const auto* const found = std::ranges::find(kSids, text, &NamedSid::first);
    if (found == kSids.end()) {
        fail("unknown SID", text);
    }
    return Sid{found->second};
}

std::uint32_t parse_number(std::string_view text, int base) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size()) {
        fail("not a number", text);
    }
    return value;
}

std::uint32_t parse_rights(std::string_view text) {
    if (text.starts_with("0x")) {
        return parse_number(text.substr(2), 16);
    }
    std::uint32_t rights = 0;
    for (; !text.empty(); text.remove_prefix(2)) {
        const auto* const found = std::ranges::find(kRights, text.substr(0, 2), &NamedRight::first);
        if (found == kRights.end()) {
            fail("unknown right", text);
        }
        rights |= found->second;
    }
    return rights;
}

std::uint32_t level_of(const Sid& sid) {
    constexpr std::string_view kPrefix = "S-1-16-";
    if (!sid.starts_with(kPrefix)) {
        fail("not an integrity level", sid);
    }
    return parse_number(std::string_view{sid}.substr(kPrefix.size()), 10);
}

/// type;flags;rights;object;inherited object;sid
std::array<std::string_view, 6> split_ace(std::string_view ace) {
    std::array<std::string_view, 6> fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto end = ace.find(';');
        if ((end == std::string_view::npos) != (i + 1 == fields.size())) {
            fail("not six fields", ace);
        }
        fields.at(i) = ace.substr(0, end);
        ace.remove_prefix(end == std::string_view::npos ? ace.size() : end + 1);
    }
    if (!fields[3].empty() || !fields[4].empty()) {
        fail("an object ACE", ace);
    }
    return fields;
}

/// Takes the text of the next ACE, without its parentheses, off `text`.
std::string_view next_ace(std::string_view& text) {
    const auto end = text.find(')');
    if (text.front() != '(' || end == std::string_view::npos) {
        fail("not an ACE", text);
    }
    const auto ace = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    return ace;
}

void parse_dacl(std::string_view text, Descriptor& descriptor) {
    const auto flags = text.substr(0, text.find('('));
    if (flags != "" && flags != "P") {
        fail("unknown flags of a DACL", flags);
    }
    descriptor.dacl_protected = flags == "P";
    descriptor.dacl.emplace();
    for (text.remove_prefix(flags.size()); !text.empty();) {
        const auto fields = split_ace(next_ace(text));
        if (fields[0] != "A" && fields[0] != "D") {
            fail("unknown type of ACE", fields[0]);
        }
        descriptor.dacl->push_back({fields[0] == "A", fields[1].find("IO") != fields[1].npos,
                                    parse_rights(fields[2]), parse_sid(fields[5])});
    }
}

void parse_sacl(std::string_view text, Descriptor& descriptor) {
    const auto fields = split_ace(next_ace(text));
    if (fields[0] != "ML" || !text.empty()) {
        fail("more than a mandatory label", fields[0]);
    }
    Label label;
    label.level = level_of(parse_sid(fields[5]));
    label.no_write_up = fields[2].find("NW") != fields[2].npos;
    label.no_read_up = fields[2].find("NR") != fields[2].npos;
    label.no_execute_up = fields[2].find("NX") != fields[2].npos;
    descriptor.label = label;
}

/// Where the next part ("G:", "D:", "S:") begins: not inside of an ACE.
std::size_t end_of_part(std::string_view text) {
    bool in_ace = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        in_ace = text[i] == '(' || (in_ace && text[i] != ')');
        if (!in_ace && i + 1 < text.size() && text[i + 1] == ':') {
            return i;
        }
    }
    return text.size();
}

std::uint32_t map_generic(std::uint32_t rights, const GenericMapping& mapping) {
    const std::array<std::pair<std::uint32_t, std::uint32_t>, 4> generic{
        std::pair{kGenericRead, mapping.read}, std::pair{kGenericWrite, mapping.write},
        std::pair{0x2000'0000U, mapping.execute}, std::pair{kGenericAll, mapping.all}};
    for (const auto& [bit, meaning] : generic) {
        if ((rights & bit) != 0) {
            rights = (rights & ~bit) | meaning;
        }
    }
    return rights;
}

bool contains(const std::vector<Sid>& sids, const Sid& sid) {
    return std::ranges::find(sids, sid) != sids.end();
}

/// Below the label only what the policy leaves over may be asked for, whatever the DACL says. An
/// object without a label counts as medium, no write-up.
bool label_allows(const Descriptor& descriptor, const Token& token, std::uint32_t desired,
                  const GenericMapping& mapping) {
    const Label label = descriptor.label.value_or(Label{0x2000, true, false, false});
    if (token.integrity >= label.level) {
        return true;
    }
    const std::uint32_t left_over = (label.no_read_up ? 0 : mapping.read) |
                                    (label.no_write_up ? 0 : mapping.write) |
                                    (label.no_execute_up ? 0 : mapping.execute);
    return (desired & ~left_over) == 0;
}

/// ACEs in their order: an allow ACE grants what is still missing, a deny ACE that names something
/// still missing ends it. What is missing at the end is refused.
bool dacl_grants(const std::vector<Ace>& dacl, std::uint32_t missing,
                 const std::vector<Sid>& enabled, const std::vector<Sid>& deny_only,
                 const GenericMapping& mapping) {
    for (const Ace& ace : dacl) {
        if (missing == 0) {
            break;
        }
        if (ace.inherit_only) {
            continue;
        }
        const std::uint32_t rights = map_generic(ace.rights, mapping);
        if (ace.allow && contains(enabled, ace.sid)) {
            missing &= ~rights;
        } else if (!ace.allow && (contains(enabled, ace.sid) || contains(deny_only, ace.sid)) &&
                   (missing & rights) != 0) {
            return false;
        }
    }
    return missing == 0;
}

}  // namespace

Descriptor parse_sddl(std::string_view sddl) {
    Descriptor descriptor;
    while (!sddl.empty()) {
        if (sddl.size() < 2 || sddl[1] != ':') {
            fail("no part of a descriptor", sddl);
        }
        const char part = sddl.front();
        sddl.remove_prefix(2);
        const auto body = sddl.substr(0, end_of_part(sddl));
        sddl.remove_prefix(body.size());
        switch (part) {
            case 'O':
                descriptor.owner = parse_sid(body);
                break;
            case 'G':
                descriptor.group = parse_sid(body);
                break;
            case 'D':
                parse_dacl(body, descriptor);
                break;
            case 'S':
                parse_sacl(body, descriptor);
                break;
            default:
                fail("unknown part", body);
        }
    }
    return descriptor;
}

bool access_granted(const Descriptor& descriptor, const Token& token, std::uint32_t desired,
                    const GenericMapping& mapping) {
    desired = map_generic(desired, mapping);
    if (!label_allows(descriptor, token, desired, mapping)) {
        return false;
    }
    if (!descriptor.dacl) {
        return true;
    }
    auto enabled = token.groups;
    enabled.push_back(token.user);
    std::uint32_t missing = desired;
    // The owner's implicit rights, unless the DACL speaks of OWNER RIGHTS.
    const bool owner_rights_stated =
        std::ranges::any_of(*descriptor.dacl, [](const Ace& ace) { return ace.sid == "S-1-3-4"; });
    if (contains(enabled, descriptor.owner)) {
        if (owner_rights_stated) {
            enabled.emplace_back("S-1-3-4");
        } else if (token.app_container.empty()) {
            missing &= ~(kReadControl | kWriteDac);
        }
    }
    if (!dacl_grants(*descriptor.dacl, missing, enabled, token.deny_only_groups, mapping)) {
        return false;
    }
    // An AppContainer needs a grant to its package or one of its capabilities as well.
    return token.app_container.empty() ||
           dacl_grants(*descriptor.dacl, desired, token.app_container, {}, mapping);
}

}  // namespace rmb::test
