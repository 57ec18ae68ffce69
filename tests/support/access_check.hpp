#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Windows' access check over a security descriptor's text, as far as what this project writes
/// needs it: owner, DACL and mandatory label. Follows Microsoft's "How AccessCheck Works", the
/// definitions of SDDL and ACEs in [MS-DTYP] 2.5, and the documented rules of mandatory integrity
/// control and AppContainers. What it does not know (conditions, objects, other SACL entries) is
/// refused, not skipped.
namespace rmb::test {

using Sid = std::string;

/// Rights of files and pipes.
inline constexpr std::uint32_t kFileReadData = 0x1;
inline constexpr std::uint32_t kFileWriteData = 0x2;
inline constexpr std::uint32_t kFileCreatePipeInstance = 0x4;
inline constexpr std::uint32_t kDelete = 0x1'0000;
inline constexpr std::uint32_t kReadControl = 0x2'0000;
inline constexpr std::uint32_t kWriteDac = 0x4'0000;
inline constexpr std::uint32_t kWriteOwner = 0x8'0000;
inline constexpr std::uint32_t kSynchronize = 0x10'0000;
inline constexpr std::uint32_t kGenericAll = 0x1000'0000;
inline constexpr std::uint32_t kGenericWrite = 0x4000'0000;
inline constexpr std::uint32_t kGenericRead = 0x8000'0000;
inline constexpr std::uint32_t kFileGenericRead = 0x12'0089;
inline constexpr std::uint32_t kFileAllAccess = 0x1F'01FF;

/// What the generic rights mean for a kind of object.
struct GenericMapping {
    std::uint32_t read;
    std::uint32_t write;
    std::uint32_t execute;
    std::uint32_t all;
};
inline constexpr GenericMapping kFileMapping{0x12'0089, 0x12'0116, 0x12'00A0, 0x1F'01FF};
inline constexpr GenericMapping kServiceMapping{0x2'008D, 0x2'0002, 0x2'0170, 0xF'01FF};

struct Ace {
    bool allow = true;
    bool inherit_only = false;
    std::uint32_t rights = 0;
    Sid sid;
};

/// A mandatory label; SYSTEM_MANDATORY_LABEL_NO_WRITE_UP and so on.
struct Label {
    std::uint32_t level = 0;
    bool no_write_up = false;
    bool no_read_up = false;
    bool no_execute_up = false;
};

struct Descriptor {
    Sid owner;
    Sid group;
    bool dacl_protected = false;
    /// nullopt: no DACL at all, everybody may do everything.
    std::optional<std::vector<Ace>> dacl;
    std::optional<Label> label;
};

/// Throws std::invalid_argument on what it does not understand.
[[nodiscard]] Descriptor parse_sddl(std::string_view sddl);

/// What the check looks at in an access token.
struct Token {
    Sid user;
    std::vector<Sid> groups;            // enabled
    std::vector<Sid> deny_only_groups;  // SE_GROUP_USE_FOR_DENY_ONLY
    std::uint32_t integrity = 0x2000;
    /// Package and capability SIDs; empty outside an AppContainer.
    std::vector<Sid> app_container;
};

/// Whether all of `desired` is granted.
[[nodiscard]] bool access_granted(const Descriptor& descriptor, const Token& token,
                                  std::uint32_t desired,
                                  const GenericMapping& mapping = kFileMapping);

}  // namespace rmb::test
