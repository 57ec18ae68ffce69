#include "linux/proc_system.hpp"

#include "linux/file_at.hpp"
#include "linux/proc_process.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace rmb::os_linux {
namespace {

using engine::Code;
using engine::Error;

Error path_error(const std::string& path, int failure) {
    const auto code = [failure] {
        switch (failure) {
            case ENOENT:
            case ENOTDIR:
            case ELOOP:
                return Code::file_not_found;
            case EACCES:
            case EPERM:
                return Code::access_denied;
            case ENAMETOOLONG:
                return Code::bad_arguments;
            default:
                return Code::internal_error;
        }
    }();
    return {code, path + ": " + std::generic_category().message(failure)};
}

bool is_full_path(const std::string& path) {
    return path.starts_with('/') && path.find('\0') == std::string::npos;
}

/// Links are followed, but not those of /proc that lead to what a process has open: /proc/self is
/// the host, with whatever rights its thread looks.
engine::result<Descriptor> open_path(const std::string& path, std::uint64_t flags) {
    if (!is_full_path(path)) {
        return Error{Code::bad_arguments, "expected a full path"};
    }
    open_how how{};
    how.flags = flags | O_CLOEXEC;
    how.resolve = RESOLVE_NO_MAGICLINKS;
    Descriptor file{
        static_cast<int>(syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof(how)))};
    if (!file) {
        return path_error(path, errno);
    }
    return file;
}

/// The id that a name in /proc stands for; nullopt for its other names.
std::optional<std::uint32_t> process_id(const std::string& name) {
    std::uint32_t pid = 0;
    const auto* end = name.data() + name.size();
    const auto [stop, failure] = std::from_chars(name.data(), end, pid);
    return failure == std::errc{} && stop == end ? std::optional{pid} : std::nullopt;
}

/// nullopt when it has ended.
std::optional<ProcProcess> open_same(const core::ProcessKey& process) {
    auto found = ProcProcess::open(process.pid);
    return found && found->stat().start_time == process.start_time ? std::move(found)
                                                                   : std::nullopt;
}

void look_into(std::uint32_t pid, engine::Snapshot& snapshot) {
    const auto process = ProcProcess::open(pid);
    if (!process || process->stat().kernel_thread) {
        return;
    }
    std::vector<engine::Holding> holdings;
    std::vector<engine::Unseen> unseen;
    process->look(snapshot.processes.size(), holdings, unseen);
    auto described = process->describe();
    if (!process->runs()) {
        return;
    }
    snapshot.processes.push_back(std::move(described));
    snapshot.holdings.insert(snapshot.holdings.end(), holdings.begin(), holdings.end());
    snapshot.unseen.insert(snapshot.unseen.end(), unseen.begin(), unseen.end());
}

}  // namespace

engine::result<engine::FileFacts> ProcSystem::identify(const std::string& path) {
    // O_PATH opens no device and needs no right to the file itself, only to the folders before it.
    const auto file = open_path(path, O_PATH);
    if (!file) {
        return file.error();
    }
    const auto facts = file_at(file->get(), "", AT_EMPTY_PATH);
    if (!facts) {
        return path_error(path, errno);
    }
    return engine::FileFacts{facts->file, S_ISDIR(facts->mode)};
}

engine::result<std::vector<engine::FolderEntry>> ProcSystem::enumerate(const std::string& folder) {
    const auto opened = open_path(folder, O_RDONLY | O_DIRECTORY);
    if (!opened) {
        return opened.error();
    }
    const auto names = names_in(*opened, most_entries_ + 1);
    if (!names) {
        return path_error(folder, errno);
    }
    if (names->size() > most_entries_) {
        return Error{Code::not_enough_quota,
                     folder + ": more than " + std::to_string(most_entries_) + " entries"};
    }
    std::vector<engine::FolderEntry> entries;
    entries.reserve(names->size());
    for (const auto& name : *names) {
        const auto file = file_at(opened->get(), name.c_str(), AT_SYMLINK_NOFOLLOW);
        if (file) {
            entries.push_back({name, {}, file->file, S_ISDIR(file->mode), S_ISLNK(file->mode)});
        } else if (errno != ENOENT) {
            return path_error(join(folder, name), errno);
        }
    }
    return entries;
}

std::string ProcSystem::join(const std::string& folder, const std::string& name) const {
    return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

engine::result<engine::Snapshot> ProcSystem::look(std::stop_token stop) {
    const auto names = names_in(open_at(AT_FDCWD, "/proc", O_RDONLY | O_DIRECTORY));
    if (!names) {
        return path_error("/proc", errno);
    }
    engine::Snapshot snapshot;
    for (const auto& name : *names) {
        if (stop.stop_requested()) {
            return Error{Code::cancelled, "the look at the processes was cancelled"};
        }
        const auto pid = process_id(name);
        if (pid && *pid != static_cast<std::uint32_t>(getpid())) {
            look_into(*pid, snapshot);
        }
    }
    return snapshot;
}

bool ProcSystem::may_query(const core::ProcessKey& process) {
    const auto found = open_same(process);
    return found && found->may_look();
}

std::optional<engine::PathParts> ProcSystem::take_apart(const std::string& path) const {
    if (!is_full_path(path)) {
        return std::nullopt;
    }
    const auto trim = [](std::string_view text) {
        return text.substr(0, text.find_last_not_of('/') + 1);
    };
    const auto whole = trim(path);
    const auto slash = std::min(whole.rfind('/'), whole.size());
    const auto folder = trim(whole.substr(0, slash));
    engine::PathParts parts;
    parts.folder = folder.empty() ? "/" : folder;
    parts.name = whole.empty() ? whole : whole.substr(slash + 1);
    // Only a folder can be opened with a slash at the end.
    if (!path.ends_with('/')) {
        parts.name_key = name_key(parts.name);
    }
    return parts;
}

std::string ProcSystem::name_key(const std::string& name) const {
    const bool is_one = name.find('/') == std::string::npos && name != "." && name != "..";
    return is_one ? name : std::string{};
}

engine::result<std::vector<engine::ServiceFacts>> ProcSystem::services() {
    return std::vector<engine::ServiceFacts>{};
}

std::vector<engine::result<engine::ProcessDetails>> ProcSystem::details(
    std::span<const core::ProcessKey> processes, std::stop_token stop) {
    std::vector<engine::result<engine::ProcessDetails>> all;
    for (const auto& process : processes) {
        if (stop.stop_requested()) {
            all.emplace_back(Error{Code::cancelled, "the look at the processes was cancelled"});
        } else if (const auto found = open_same(process)) {
            all.emplace_back(found->details());
        } else {
            all.emplace_back(Error{Code::file_not_found,
                                   "process " + std::to_string(process.pid) + " has ended"});
        }
    }
    return all;
}

bool ProcSystem::may_stop(const core::ProcessKey& process) {
    const auto found = open_same(process);
    return found && found->may_signal();
}

bool ProcSystem::may_stop_service(const std::string& /*name*/) {
    return false;
}

}  // namespace rmb::os_linux
