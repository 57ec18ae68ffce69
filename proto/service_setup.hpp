#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the Service Control Manager is to know of the service, beyond the `sc create` that makes it
/// run. One table: `rmbroker install` carries it out, `installer/install.cmd` spells it in sc.exe,
/// `rmbctl doctor` compares it with what it finds. No Windows.h: the facts are read by those three.
namespace rmb::proto {

inline constexpr std::string_view kServiceName = "RmBroker";
inline constexpr std::string_view kServiceDisplayName = "Restart Manager Session Broker";
inline constexpr std::string_view kServiceDescription =
    "Owns Restart Manager sessions on behalf of installers: which programs hold the files that are "
    "replaced, stopping those programs and starting them again.";

/// Plain auto start. A delayed one begins about two minutes after the boot, while installers that
/// run at logon (RunOnce, Active Setup, software distribution) need the broker at once.
inline constexpr std::uint32_t kServiceStartType = 2;  // SERVICE_AUTO_START
/// S-1-5-80-...: lets an administrator name the service in an ACL or a firewall rule.
inline constexpr std::uint32_t kServiceSidType = 1;  // SERVICE_SID_TYPE_UNRESTRICTED

/// Delays before the service is started again after its first, second and every further failure.
inline constexpr std::array<std::uint32_t, 3> kRestartDelaysMs{1'000, 1'000, 5'000};
/// After this long without a failure the next one counts as the first.
inline constexpr std::uint32_t kFailureCountResetSeconds = 86'400;

/// SYSTEM and Administrators as SCM's own default has them. Authenticated users may ask for the
/// configuration (CC), the status (LC) and the descriptor (RC), and nothing else: a client compares
/// the pipe's server with the process that SCM names. SCM's default grants that to INTERACTIVE
/// only, which somebody logged on over SSH or WinRM is not.
inline constexpr std::string_view kServiceSddl =
    "D:"
    "(A;;CCLCSWRPWPDTLOCRRC;;;SY)"
    "(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)"
    "(A;;CCLCRC;;;AU)";
/// SERVICE_QUERY_CONFIG | SERVICE_QUERY_STATUS | READ_CONTROL
inline constexpr std::uint32_t kServiceClientAccess = 0x00020005;

/// What is found on a machine. nullopt: the system would not tell, which is no finding.
struct ServiceSetupFacts {
    std::optional<std::uint32_t> start_type;
    std::optional<bool> delayed_start;
    std::optional<std::string> account;
    /// ImagePath as SCM stores it, quotes included.
    std::optional<std::string> image_path;
    /// Delays in ms of the actions that restart the service; actions of another kind end the list.
    std::optional<std::vector<std::uint32_t>> restart_delays_ms;
    std::optional<bool> act_on_error_exit;
    std::optional<std::uint32_t> sid_type;
    /// Access that an allow ACE grants to S-1-5-11 (authenticated users).
    std::optional<std::uint32_t> authenticated_users_access;
    std::optional<std::string> description;
};

struct ServiceSetupGap {
    std::string_view step;
    std::string expected;
    std::string found;
    /// What an administrator types to set it.
    std::string command;
};

namespace detail {

inline std::string start_type_text(const ServiceSetupFacts& facts) {
    constexpr std::array<std::string_view, 5> kTexts{"boot", "system", "auto", "demand",
                                                     "disabled"};
    if (*facts.start_type >= kTexts.size()) {
        return std::to_string(*facts.start_type);
    }
    return std::string{kTexts[*facts.start_type]} +
           (facts.delayed_start.value_or(false) ? ", delayed" : "");
}

inline std::string delays_text(const std::vector<std::uint32_t>& delays) {
    std::string text;
    for (const auto delay : delays) {
        text += (text.empty() ? "restart after " : ", ") + std::to_string(delay) + " ms";
    }
    return text.empty() ? "none" : text;
}

inline bool path_is_quoted_or_plain(std::string_view image_path) {
    return image_path.empty() || image_path.front() == '"' ||
           image_path.find(' ') == std::string_view::npos;
}

inline std::string sc(std::string_view verb, std::string_view rest) {
    return "sc.exe " + std::string{verb} + " " + std::string{kServiceName} + " " +
           std::string{rest};
}

inline void recovery_gaps(const ServiceSetupFacts& facts, std::vector<ServiceSetupGap>& gaps) {
    const std::vector<std::uint32_t> delays(kRestartDelaysMs.begin(), kRestartDelaysMs.end());
    if (facts.restart_delays_ms && *facts.restart_delays_ms != delays) {
        std::string actions;
        for (const auto delay : delays) {
            actions += (actions.empty() ? "restart/" : "/restart/") + std::to_string(delay);
        }
        gaps.push_back({"recovery actions", delays_text(delays),
                        delays_text(*facts.restart_delays_ms),
                        sc("failure", "reset= " + std::to_string(kFailureCountResetSeconds) +
                                          " actions= " + actions)});
    }
    if (facts.act_on_error_exit && !*facts.act_on_error_exit) {
        gaps.push_back({"recovery on error exit", "on", "off", sc("failureflag", "1")});
    }
}

}  // namespace detail

/// What differs from the intended set-up, in the order in which `rmbroker install` sets it.
[[nodiscard]] inline std::vector<ServiceSetupGap> service_setup_gaps(
    const ServiceSetupFacts& facts) {
    using detail::sc;
    std::vector<ServiceSetupGap> gaps;
    if (facts.image_path && !detail::path_is_quoted_or_plain(*facts.image_path)) {
        gaps.push_back({"program path", "in quotes, for it has spaces", *facts.image_path,
                        sc("config", R"(binPath= "\")" + *facts.image_path + R"(\"")")});
    }
    if (facts.account && *facts.account != "LocalSystem") {
        gaps.push_back(
            {"account", "LocalSystem", *facts.account, sc("config", "obj= LocalSystem")});
    }
    if (facts.start_type &&
        (*facts.start_type != kServiceStartType || facts.delayed_start.value_or(false))) {
        gaps.push_back(
            {"start type", "auto", detail::start_type_text(facts), sc("config", "start= auto")});
    }
    detail::recovery_gaps(facts, gaps);
    if (facts.sid_type && *facts.sid_type != kServiceSidType) {
        gaps.push_back({"SID type", "unrestricted", *facts.sid_type == 0 ? "none" : "restricted",
                        sc("sidtype", "unrestricted")});
    }
    if (facts.authenticated_users_access &&
        (*facts.authenticated_users_access & kServiceClientAccess) != kServiceClientAccess) {
        gaps.push_back({"access of users", "query configuration and status", "not granted",
                        sc("sdset", "\"" + std::string{kServiceSddl} + "\"")});
    }
    if (facts.description && facts.description->empty()) {
        gaps.push_back({"description", std::string{kServiceDescription}, "none",
                        sc("description", "\"" + std::string{kServiceDescription} + "\"")});
    }
    return gaps;
}

}  // namespace rmb::proto
