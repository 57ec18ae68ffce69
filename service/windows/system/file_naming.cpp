#include "windows/system/file_naming.hpp"

#include "windows/system/file_identity.hpp"
#include "windows/system/folder_entries.hpp"
#include "windows/system/local_path.hpp"

namespace rmb::win {
namespace {

/// The system's code as one of those that engine::System promises.
Error naming_error(std::string_view what, DWORD code, bool expired) {
    if (expired && (code == ERROR_OPERATION_ABORTED || code == ERROR_CANCELLED)) {
        return error_as(Code::sem_timeout, what, code);
    }
    switch (code) {
        case ERROR_PATH_NOT_FOUND:
        case ERROR_NOT_READY:
        case ERROR_INVALID_NAME:
        case ERROR_BAD_PATHNAME:
        case ERROR_FILENAME_EXCED_RANGE:
        case ERROR_DIRECTORY:
        case ERROR_CANT_RESOLVE_FILENAME:
            return error_as(Code::file_not_found, what, code);
        case ERROR_SHARING_VIOLATION:
        case ERROR_PRIVILEGE_NOT_HELD:
        case ERROR_BAD_IMPERSONATION_LEVEL:
            return error_as(Code::access_denied, what, code);
        default:
            return win32_error(what, code);
    }
}

/// Asked before anything is opened. A letter is resolved as the calling thread's user has it.
result<void> check_volume(const LocalPath& local) {
    switch (GetDriveTypeW(local.root.c_str())) {
        case DRIVE_FIXED:
        case DRIVE_REMOVABLE:
        case DRIVE_RAMDISK:
            return {};
        case DRIVE_NO_ROOT_DIR:
        case DRIVE_UNKNOWN:
            return Error{Code::file_not_found, "there is no volume " + narrow(local.root)};
        default:
            return Error{Code::bad_arguments,
                         "not a local fixed or removable volume: " + narrow(local.root)};
    }
}

// What is opened may be a server that somebody put in a file's place: it can learn who asks, and
// not act as him. (The first bit is FILE_FLAG_OPEN_NO_RECALL too, which is as welcome.)
constexpr DWORD kFlags =
    FILE_FLAG_BACKUP_SEMANTICS | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION;

/// Links are followed, and one may lead off the machine: what was opened is looked at once more.
result<UniqueFile> open_local(const std::string& path, DWORD access, Links links,
                              const IoWatchdog::Watch& watch) {
    const auto local = parse_local_path(path);
    if (local.has_error()) {
        return local.error();
    }
    if (const auto volume = check_volume(*local); volume.has_error()) {
        return volume.error();
    }
    const DWORD flags = links == Links::follow ? kFlags : kFlags | FILE_FLAG_OPEN_REPARSE_POINT;
    UniqueFile file{CreateFileW(local->path.c_str(), access,
                                FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                OPEN_EXISTING, flags, nullptr)};
    if (!file) {
        const DWORD code = GetLastError();
        return naming_error("opening " + path, code, watch.expired());
    }
    if (!is_local_disk_file(file.get())) {
        return Error{Code::bad_arguments, "it leads to no local file: " + path};
    }
    return file;
}

/// The code of an operation on a file that is open already.
Error with_limit(const Error& error, const IoWatchdog::Watch& watch) {
    return watch.expired() ? Error{Code::sem_timeout, error.message} : error;
}

}  // namespace

result<engine::FileFacts> identify_path(IoWatchdog& watchdog, const std::string& path,
                                        Links links) {
    const IoWatchdog::Watch watch{watchdog};
    const auto file = open_local(path, FILE_READ_ATTRIBUTES, links, watch);
    if (file.has_error()) {
        return file.error();
    }
    const auto id = identity_of(file->get());
    if (id.has_error()) {
        return with_limit(id.error(), watch);
    }
    FILE_BASIC_INFO basic{};
    if (GetFileInformationByHandleEx(file->get(), FileBasicInfo, &basic, sizeof basic) == FALSE) {
        return with_limit(last_error("reading the attributes of " + path), watch);
    }
    return engine::FileFacts{*id, (basic.FileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0};
}

result<std::vector<engine::FolderEntry>> list_folder(IoWatchdog& watchdog,
                                                     const std::string& folder, std::size_t most) {
    const IoWatchdog::Watch watch{watchdog};
    const auto file =
        open_local(folder, FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES, Links::follow, watch);
    if (file.has_error()) {
        return file.error();
    }
    auto entries = read_entries(file->get(), most);
    if (entries.has_error()) {
        return with_limit(entries.error(), watch);
    }
    return entries;
}

std::string join_path(const std::string& folder, const std::string& name) {
    const auto joined = [&name](const std::string& to) {
        const bool separated = to.ends_with('\\') || to.ends_with('/');
        return separated ? to + name : to + '\\' + name;
    };
    // Win32 would drop these, and mean another file.
    if (name.ends_with('.') || name.ends_with(' ')) {
        if (const auto local = parse_local_path(folder); local.has_value()) {
            return joined(narrow(local->path));
        }
    }
    return joined(folder);
}

}  // namespace rmb::win
