#include "windows/system/process_details.hpp"

#include "windows/system/nt_api.hpp"
#include "windows/system/process_handle.hpp"
#include "windows/system/process_list.hpp"
#include "windows/system/process_parameters.hpp"
#include "windows/system/version_text.hpp"
#include "windows/system/wine_restart.hpp"
#include "windows/token_facts.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rmb::win {
namespace {

constexpr std::chrono::milliseconds kMemoryLimit{5'000};

// Reference, section 16, without what is told by the services that a process hosts.
constexpr std::array<std::wstring_view, 7> kCriticalPrograms{
    L"smss.exe",  L"csrss.exe",    L"wininit.exe", L"logonui.exe",
    L"lsass.exe", L"services.exe", L"winlogon.exe"};
constexpr std::uint32_t kSystemPid = 4;

bool is_critical_program(const std::wstring& program) {
    std::wstring folder(MAX_PATH, L'\0');
    folder.resize(GetSystemDirectoryW(folder.data(), MAX_PATH));
    const auto is = [&](std::wstring_view name) {
        const auto path = folder + L'\\' + std::wstring{name};
        return CompareStringOrdinal(path.c_str(), -1, program.c_str(), -1, TRUE) == CSTR_EQUAL;
    };
    return std::ranges::any_of(kCriticalPrograms, is);
}

/// Its end would be the system's (29), or it is protected from all others. What the system does not
/// know (Wine: both) is neither.
bool kernel_says_critical(HANDLE process) {
    ULONG breaks = 0;
    UCHAR protection = 0;
    const auto has = [process](PROCESSINFOCLASS what, auto& value) {
        return nt::query_process(process, what, &value, sizeof value) >= 0 && value != 0;
    };
    return has(ProcessBreakOnTermination, breaks) || has(nt::kProcessProtection, protection);
}

bool is_console_program(HANDLE process) {
    nt::ImageInformation image{};
    return nt::query_process(process, nt::kProcessImage, &image, sizeof image) >= 0 &&
           image.subsystem == IMAGE_SUBSYSTEM_WINDOWS_CUI;
}

/// Off: whoever logs on runs all he starts with his full token, so that no program has more rights
/// than its session. Wine calls every token a full one, and says that it is off.
bool uac_is_off() {
    DWORD on = 1;
    DWORD size = sizeof on;
    return RegGetValueW(HKEY_LOCAL_MACHINE,
                        L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System",
                        L"EnableLUA", RRF_RT_REG_DWORD, nullptr, &on, &size) == ERROR_SUCCESS &&
           on == 0;
}

std::optional<core::TokenFacts> facts_of(HANDLE process) {
    UniqueHandle token;
    if (OpenProcessToken(process, TOKEN_QUERY, token.out()) == FALSE) {
        return std::nullopt;
    }
    auto facts = read_token_facts(system_token_api(), token.get());
    return facts.has_value() ? std::optional{std::move(*facts)} : std::nullopt;
}

/// Whether it has more rights than its session would give it: it is the full half of a split token,
/// or runs as the system does. High integrity alone is not: a token that was never split has it
/// where UAC does not apply to its user, in all that he runs.
bool is_elevated(const core::TokenFacts& facts) {
    return facts.integrity >= SECURITY_MANDATORY_SYSTEM_RID ||
           (facts.elevation_type == TokenElevationTypeFull && !uac_is_off());
}

/// Whether it has fewer: it runs in a sandbox. Started again it would run outside, with a command
/// line that it chose itself.
bool is_confined(const core::TokenFacts& facts) {
    const auto is_known = [](const std::string& sid) { return sid != kRestrictionsUnknown; };
    return facts.integrity < SECURITY_MANDATORY_MEDIUM_RID || !facts.app_container.empty() ||
           std::ranges::any_of(facts.restricted_sids, is_known);
}

std::optional<engine::RestartRegistration> restart_of(HANDLE process,
                                                      const ProcessParameters& parameters) {
    std::wstring command_line(RESTART_MAX_CMD_LINE + 1, L'\0');
    auto units = static_cast<DWORD>(command_line.size());
    DWORD flags = 0;
    const HRESULT got = GetApplicationRestartSettings(process, command_line.data(), &units, &flags);
    if (got == E_NOTIMPL) {
        return wine_restart(process, parameters.environment());
    }
    if (FAILED(got)) {
        return std::nullopt;
    }
    return engine::RestartRegistration{narrow(command_line.c_str()), flags};
}

/// What the process's memory tells; shared with a look that may hang.
struct Inside {
    bool is_console = false;
    std::optional<engine::RestartRegistration> restart;
    std::string command_line;
    std::string directory;
};

Inside look_inside(HANDLE process) {
    Inside inside;
    if (const auto parameters = ProcessParameters::find(process)) {
        inside.is_console = parameters->has_console() && is_console_program(process);
        inside.command_line = narrow(parameters->command_line());
        inside.directory = narrow(parameters->directory());
        inside.restart = restart_of(process, *parameters);
    }
    return inside;
}

/// What is known of a process before its memory is looked at.
struct Opened {
    result<UniqueHandle> outside;
    std::shared_ptr<const UniqueHandle> inside;  // null where it may not be looked into
    /// As the job leaves it; default where there is none.
    std::shared_ptr<Inside> answer = std::make_shared<Inside>();
    JobOutcome outcome = JobOutcome::carried_out;
};

Opened open(const core::ProcessKey& process) {
    Opened opened{open_running(process, 0), nullptr};
    if (opened.outside.has_value()) {
        auto inside = open_running(process, PROCESS_QUERY_INFORMATION | PROCESS_VM_READ);
        if (inside.has_value()) {
            opened.inside = std::make_shared<const UniqueHandle>(std::move(*inside));
        }
    }
    return opened;
}

void look_inside_in_time(TimedJobs& jobs, std::span<const core::ProcessKey> processes,
                         const std::stop_token& stop, std::vector<Opened>& all) {
    std::vector<TimedJob> looks;
    std::vector<Opened*> of;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].inside) {
            of.push_back(&all[i]);
            looks.push_back({{processes[i]},
                             user_of(all[i].inside->get()),
                             [process = all[i].inside, answer = all[i].answer] {
                                 *answer = look_inside(process->get());
                             }});
        }
    }
    const auto outcomes = jobs.run(std::move(looks), kMemoryLimit, stop);
    for (std::size_t i = 0; i < of.size(); ++i) {
        of[i]->outcome = outcomes[i];
    }
}

/// Of programs, each of which may run many times.
class FriendlyNames {
public:
    explicit FriendlyNames(IoWatchdog& watchdog) : watchdog_{watchdog} {}

    const std::string& of(const std::string& program) {
        const auto [place, is_new] = known_.try_emplace(program);
        if (is_new) {
            place->second = file_description(watchdog_, program);
        }
        return place->second;
    }

private:
    IoWatchdog& watchdog_;
    std::map<std::string, std::string> known_;
};

result<engine::ProcessDetails> assemble(const core::ProcessKey& process, const Opened& opened,
                                        FriendlyNames& names) {
    if (opened.outside.has_error() && opened.outside.error().code == Code::file_not_found) {
        return opened.outside.error();
    }
    // Not as if it had registered for nothing: it would be ended and never started again.
    if (opened.outcome != JobOutcome::carried_out) {
        return Error{Code::sem_timeout,
                     "reading its memory: " + std::string{describe(opened.outcome)}};
    }
    engine::ProcessDetails details;
    details.is_critical = process.pid == kSystemPid;
    if (opened.outside.has_error()) {
        return details;
    }
    const HANDLE handle = opened.outside->get();
    const auto program = image_path(handle);
    details.friendly_name = names.of(program);
    details.is_critical =
        details.is_critical || is_critical_program(wide(program)) || kernel_says_critical(handle);
    const auto facts = facts_of(handle);
    details.is_elevated = facts && is_elevated(*facts);
    details.is_console = opened.answer->is_console;
    // Nothing to start it with where it is not to be started.
    if (facts && !is_confined(*facts)) {
        details.restart = std::move(opened.answer->restart);
        details.command_line = std::move(opened.answer->command_line);
        details.directory = std::move(opened.answer->directory);
    }
    return details;
}

}  // namespace

std::vector<result<engine::ProcessDetails>> read_details(
    IoWatchdog& watchdog, TimedJobs& jobs, std::span<const core::ProcessKey> processes,
    const std::stop_token& stop) {
    std::vector<Opened> opened;
    for (const auto& process : processes) {
        opened.push_back(open(process));
    }
    look_inside_in_time(jobs, processes, stop, opened);
    FriendlyNames names{watchdog};
    std::vector<result<engine::ProcessDetails>> all;
    for (std::size_t i = 0; i < processes.size(); ++i) {
        if (stop.stop_requested()) {
            all.push_back(Error{Code::cancelled, "the look at the processes was cancelled"});
        } else {
            all.push_back(assemble(processes[i], opened[i], names));
        }
    }
    return all;
}

}  // namespace rmb::win
