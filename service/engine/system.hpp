#pragma once

#include "core/identity.hpp"
#include "core/ports.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the engine sees of the machine. Windows: service/windows/system; Linux: /proc; tests: a
/// scripted fake.
namespace rmb::engine {

using core::Code;
using core::Error;
using core::result;

/// Which file, whatever path leads to it (FILE_ID_INFO; st_dev and st_ino).
struct FileId {
    std::uint64_t volume = 0;
    std::array<std::uint8_t, 16> id{};

    auto operator<=>(const FileId&) const = default;
};

struct FileIdHash {
    std::size_t operator()(const FileId& file) const noexcept;
};

/// A named file or folder.
struct FileFacts {
    FileId file;
    bool is_folder = false;
};

/// One entry of a folder, without "." and "..".
struct FolderEntry {
    std::string name;        // one component, UTF-8
    std::string short_name;  // 8.3, empty where there is none
    FileId file;             // of the entry itself: of a link, not of what it leads to
    bool is_folder = false;
    bool is_link = false;  // leads elsewhere: symbolic link, junction, mount point (a name
                           // surrogate; other reparse points are plain files and folders)
};

/// How a process keeps a file busy.
enum class HoldKind {
    handle,            // an open handle
    image,             // the program itself or a library it has loaded
    mapping,           // another mapped section
    working_directory  // the current folder of the process
};
[[nodiscard]] std::string_view to_string(HoldKind kind);

struct Process {
    core::ProcessKey key;
    std::string program;  // full path, or the bare name where the path cannot be read
    std::string user;     // SID, empty where it cannot be read
    std::uint32_t windows_session = 0;

    bool operator==(const Process&) const = default;
};

struct Holding {
    std::size_t process = 0;  // index into Snapshot::processes
    FileId file;
    HoldKind how = HoldKind::handle;
    std::uint32_t access = 0;  // of a handle: its granted access mask; else 0
};

/// Something that could not be looked at.
struct Unseen {
    std::string what;  // "process 12 (lsass.exe): its handles"
    std::string why;   // the system's words

    bool operator==(const Unseen&) const = default;
};

/// Who holds what, at about one moment. Processes that ended while it was taken are left out;
/// the service itself is never in it.
struct Snapshot {
    std::vector<Process> processes;
    std::vector<Holding> holdings;
    std::vector<Unseen> unseen;
};

/// A service as SCM knows it. Nothing of it is secret: every user may list services.
struct ServiceFacts {
    std::string name;  // short name, in SCM's spelling
    std::string display_name;
    std::uint32_t pid = 0;    // of its process; 0 where it does not run
    bool is_running = false;  // in any state but stopped

    bool operator==(const ServiceFacts&) const = default;
};

/// RegisterApplicationRestart.
struct RestartRegistration {
    std::string command_line;  // without the program's name
    std::uint32_t flags = 0;   // RESTART_NO_PATCH (4), ...

    bool operator==(const RestartRegistration&) const = default;
};
inline constexpr std::uint32_t kRestartNoPatch = 4;

/// What matters of one process once it is known to hold something. What cannot be read is empty.
struct ProcessDetails {
    std::string friendly_name;  // of the version resource; empty where there is none
    bool is_critical = false;   // its end is the system's, or it is protected: never to be stopped
    bool is_console = false;    // a console program that has a console
    bool is_elevated = false;   // has more rights than its user's session gives to programs
    /// What to start it again with: none of a program with fewer rights than its user's session
    /// gives (a sandbox), which would be started outside of it.
    std::optional<RestartRegistration> restart;
    std::string command_line;  // secret
    std::string directory;     // current

    bool operator==(const ProcessDetails&) const = default;
};

/// A path taken apart, without asking the system.
struct PathParts {
    std::string folder;
    std::string name;      // last component
    std::string name_key;  // equal for two names that the file system takes for the same; empty for
                           // a name of which only opening it tells what it leads to (streams,
                           // trailing dots)
};

/// Every method blocks, may be called on several threads at a time, and keeps to a time limit of
/// its own wherever the system could hang (a pipe's handle, an offline volume): then it answers
/// sem_timeout, or reports the object as unseen.
class System {
public:
    System() = default;
    System(const System&) = delete;
    System& operator=(const System&) = delete;
    virtual ~System() = default;

    /// The file behind a full path, links followed. Called with the caller's rights assumed.
    /// Opens nothing but local fixed and removable volumes, for its attributes only, sharing
    /// everything. bad_arguments: not a full path of such a volume; file_not_found;
    /// access_denied; sem_timeout.
    [[nodiscard]] virtual result<FileFacts> identify(const std::string& path) = 0;

    /// What is in a folder, in one pass. Rights, errors and paths as for identify(); and
    /// not_enough_quota when there is more in it than one query may come to.
    [[nodiscard]] virtual result<std::vector<FolderEntry>> enumerate(const std::string& folder) = 0;

    /// `name` below `folder`, with the system's own separator.
    [[nodiscard]] virtual std::string join(const std::string& folder,
                                           const std::string& name) const = 0;

    /// One look at the whole system, with the service's own rights, reading only. cancelled when
    /// `stop` was requested meanwhile; sem_timeout where too much of it did not answer.
    [[nodiscard]] virtual result<Snapshot> look(std::stop_token stop) = 0;

    /// Whether the process can be opened to be queried, and so may be disclosed. Called with the
    /// caller's rights assumed. False too when it has ended.
    [[nodiscard]] virtual bool may_query(const core::ProcessKey& process) = 0;

    /// nullopt where identify() would say bad_arguments.
    [[nodiscard]] virtual std::optional<PathParts> take_apart(const std::string& path) const = 0;
    /// PathParts::name_key of one component, as enumerate() gives it.
    [[nodiscard]] virtual std::string name_key(const std::string& name) const = 0;

    /// All services, with the service's own rights; empty where there are none.
    [[nodiscard]] virtual result<std::vector<ServiceFacts>> services() = 0;

    /// With the service's own rights, in the order given; file_not_found where a process has ended,
    /// sem_timeout where it did not answer, cancelled for the rest when `stop` was requested.
    [[nodiscard]] virtual std::vector<result<ProcessDetails>> details(
        std::span<const core::ProcessKey> processes, std::stop_token stop) = 0;
    [[nodiscard]] result<ProcessDetails> details_of(const core::ProcessKey& process) {
        return std::move(details({&process, 1}, {}).front());
    }

    /// Whether the process can be opened to be ended, or the service to be stopped and started.
    /// Called with the caller's rights assumed.
    [[nodiscard]] virtual bool may_stop(const core::ProcessKey& process) = 0;
    [[nodiscard]] virtual bool may_stop_service(const std::string& name) = 0;
};

}  // namespace rmb::engine
