#pragma once

#include "client/ctl/doctor_facts.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What follows from the facts. Pure: every finding and its advice is a row of a test's table.
namespace rmb::ctl {

enum class Health { ok, problem, cannot_tell };
[[nodiscard]] std::string_view to_string(Health health);

struct Finding {
    std::string check;
    Health health = Health::ok;
    std::string found;
    /// What to do, in a sentence, and the commands to type for it; empty where nothing is to be
    /// done.
    std::string advice = {};
    std::vector<std::string> commands = {};

    bool operator==(const Finding&) const = default;
};

/// In the order in which one would look. A check that finds several problems gives one finding
/// for each.
[[nodiscard]] std::vector<Finding> findings_of(const DoctorFacts& facts);

// The groups of checks, in that order.
[[nodiscard]] std::vector<Finding> service_findings(const DoctorFacts& facts);
[[nodiscard]] std::vector<Finding> server_findings(const DoctorFacts& facts);
[[nodiscard]] std::vector<Finding> content_findings(const DoctorFacts& facts);
[[nodiscard]] std::vector<Finding> setup_findings(const DoctorFacts& facts);

// Shared by the groups.
[[nodiscard]] bool is_running(const DoctorFacts& facts);
/// `"C:\Program Files\...\rmbroker.exe" install`, as cmd.exe takes it
[[nodiscard]] std::string install_command(const DoctorFacts& facts);
[[nodiscard]] std::string sc_command(std::string_view verb, std::string_view rest = {});
[[nodiscard]] std::vector<std::string> restart_commands(const DoctorFacts& facts);

inline constexpr std::string_view kLogFolder = R"(%ProgramData%\rmbroker\log)";

}  // namespace rmb::ctl
