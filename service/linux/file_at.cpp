#include "linux/file_at.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <memory>
#include <string_view>

namespace rmb::os_linux {
namespace {

struct CloseFolder {
    void operator()(DIR* folder) const {
        closedir(folder);
    }
};

}  // namespace

engine::FileId file_id(std::uint64_t device, std::uint64_t inode) {
    engine::FileId file{.volume = device};
    static_assert(sizeof(inode) <= sizeof(file.id));
    std::memcpy(file.id.data(), &inode, sizeof(inode));
    return file;
}

std::optional<FileAt> file_at(int folder, const char* name, int flags) {
    struct statx facts {};
    if (statx(folder, name, flags | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_TYPE | STATX_INO,
              &facts) != 0) {
        return std::nullopt;
    }
    return FileAt{file_id(makedev(facts.stx_dev_major, facts.stx_dev_minor), facts.stx_ino),
                  facts.stx_mode};
}

std::optional<std::string> text_at(int folder, const char* name) {
    const auto file = open_at(folder, name, O_RDONLY);
    if (!file) {
        return std::nullopt;
    }
    std::string text;
    std::array<char, 16'384> buffer{};
    for (;;) {
        const auto got = read(file.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return std::nullopt;
        }
        if (got == 0) {
            return text;
        }
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

std::optional<std::string> link_at(int folder, const char* name) {
    std::array<char, PATH_MAX> target{};
    const auto length = readlinkat(folder, name, target.data(), target.size());
    if (length < 0) {
        return std::nullopt;
    }
    return std::string{target.data(), static_cast<std::size_t>(length)};
}

Descriptor open_at(int folder, const char* name, int flags) {
    return Descriptor{openat(folder, name, flags | O_CLOEXEC)};
}

std::optional<std::vector<std::string>> names_in(const Descriptor& folder, std::size_t most) {
    // The stream closes what it reads from.
    Descriptor copy{fcntl(folder.get(), F_DUPFD_CLOEXEC, 0)};
    const std::unique_ptr<DIR, CloseFolder> stream{fdopendir(copy.get())};
    if (!stream) {
        return std::nullopt;
    }
    (void)copy.release();
    std::vector<std::string> names;
    errno = 0;
    while (names.size() < most) {
        const auto* entry = readdir(stream.get());
        if (entry == nullptr) {
            if (errno != 0) {
                return std::nullopt;
            }
            break;
        }
        const std::string_view name{static_cast<const char*>(entry->d_name)};
        if (name != "." && name != "..") {
            names.emplace_back(name);
        }
    }
    return names;
}

}  // namespace rmb::os_linux
