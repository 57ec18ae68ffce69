#include "linux/proc_process.hpp"

#include "linux/file_at.hpp"
#include "linux/users.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

namespace rmb::os_linux {
namespace {

using engine::HoldKind;

/// As the names in map_files are written: without the leading zeros that `maps` has.
std::string range_name(const MappedFile& mapping) {
    std::array<char, 40> text{};
    auto* end = text.data() + text.size();
    auto* dash = std::to_chars(text.data(), end, mapping.begin, 16).ptr;
    *dash = '-';
    end = std::to_chars(dash + 1, end, mapping.end, 16).ptr;
    return {text.data(), end};
}

std::optional<ProcessStat> read_stat(const Descriptor& folder) {
    const auto text = text_at(folder.get(), "stat");
    auto stat = text ? parse_stat(*text) : std::nullopt;
    return stat && !stat->zombie ? stat : std::nullopt;
}

}  // namespace

/// One look at one process.
class ProcProcess::Look {
public:
    Look(const ProcProcess& process, std::size_t index, std::vector<engine::Holding>& holdings,
         std::vector<engine::Unseen>& unseen)
        : process_(process), index_(index), holdings_(holdings), unseen_(unseen) {}

    /// False when nothing of it can be seen.
    bool program() {
        const auto file = file_at(folder(), "exe");
        if (file) {
            program_ = file->file;
            hold(file->file, HoldKind::image);
        }
        return file || !not_seen("what it holds");
    }

    void handles() {
        const auto descriptors = names_in(open_at(folder(), "fd", O_RDONLY | O_DIRECTORY));
        if (!descriptors) {
            (void)not_seen("its handles");
            return;
        }
        for (const auto& number : *descriptors) {
            const auto file = file_at(folder(), ("fd/" + number).c_str());
            if (!file) {
                (void)not_seen("handle " + number);
            } else if (S_ISREG(file->mode) || S_ISDIR(file->mode)) {
                const auto info = text_at(folder(), ("fdinfo/" + number).c_str());
                hold(file->file, HoldKind::handle, info ? parse_access(*info) : 0);
            }
        }
    }

    void mappings() {
        const auto maps = text_at(folder(), "maps");
        if (!maps) {
            (void)not_seen("its mappings");
            return;
        }
        for (const auto& mapping : parse_maps(*maps)) {
            // On btrfs and older overlayfs the device in `maps` is not the one that stat(2) tells.
            // Only root may follow map_files; others have to make do with it.
            const auto file = file_at(folder(), ("map_files/" + range_name(mapping)).c_str());
            if (file && !S_ISREG(file->mode)) {
                continue;
            }
            const auto id = file ? file->file : file_id(mapping.device, mapping.inode);
            if (id != program_) {
                hold(id, mapping.executable ? HoldKind::image : HoldKind::mapping);
            }
        }
    }

    void working_directory() {
        if (const auto file = file_at(folder(), "cwd")) {
            hold(file->file, HoldKind::working_directory);
        } else {
            (void)not_seen("its working directory");
        }
    }

private:
    [[nodiscard]] int folder() const {
        return process_.folder_.get();
    }
    void hold(const engine::FileId& file, HoldKind how, std::uint32_t access = 0) {
        holdings_.push_back({index_, file, how, access});
    }
    /// Notes why by errno; false where it is just no longer there.
    bool not_seen(const std::string& what) {
        if (errno == ENOENT || errno == ESRCH) {
            return false;
        }
        unseen_.push_back(
            {"process " + std::to_string(process_.pid_) + " (" + process_.stat_.name + "): " + what,
             std::generic_category().message(errno)});
        return true;
    }

    const ProcProcess& process_;
    std::size_t index_;
    std::vector<engine::Holding>& holdings_;
    std::vector<engine::Unseen>& unseen_;
    engine::FileId program_;
};

std::optional<ProcProcess> ProcProcess::open(std::uint32_t pid) {
    auto folder =
        open_at(AT_FDCWD, ("/proc/" + std::to_string(pid)).c_str(), O_RDONLY | O_DIRECTORY);
    auto stat = folder ? read_stat(folder) : std::nullopt;
    if (!stat) {
        return std::nullopt;
    }
    return ProcProcess{pid, std::move(folder), *std::move(stat)};
}

bool ProcProcess::runs() const {
    return read_stat(folder_).has_value();
}

bool ProcProcess::may_look() const {
    return link_at(folder_.get(), "exe").has_value();
}

bool ProcProcess::may_signal() const {
    const auto ids = users();
    const auto self = geteuid();
    return ids && (self == 0 || self == ids->real || self == ids->saved);
}

std::optional<UserIds> ProcProcess::users() const {
    const auto status = text_at(folder_.get(), "status");
    return status ? parse_users(*status) : std::nullopt;
}

engine::Process ProcProcess::describe() const {
    engine::Process process;
    process.key = {pid_, stat_.start_time};
    process.program = link_at(folder_.get(), "exe").value_or(stat_.name);
    if (const auto ids = users()) {
        process.user = sid_of(ids->effective);
    }
    process.windows_session = kWindowsSession;
    return process;
}

engine::ProcessDetails ProcProcess::details() const {
    constexpr std::uint32_t kInit = 1;
    const auto ids = users();
    engine::ProcessDetails details;
    details.is_critical = pid_ == kInit || stat_.kernel_thread;
    details.is_elevated = ids && ids->effective == 0;
    details.command_line = parse_command_line(text_at(folder_.get(), "cmdline").value_or(""));
    details.directory = link_at(folder_.get(), "cwd").value_or("");
    return details;
}

void ProcProcess::look(std::size_t index, std::vector<engine::Holding>& holdings,
                       std::vector<engine::Unseen>& unseen) const {
    Look look{*this, index, holdings, unseen};
    if (look.program()) {
        look.handles();
        look.mappings();
        look.working_directory();
    }
}

}  // namespace rmb::os_linux
