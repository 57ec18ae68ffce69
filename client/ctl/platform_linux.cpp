#include "client/ctl/platform.hpp"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>
#include <utility>

namespace rmb::ctl {

void use_binary_streams() {}

bool write_stream(Stream stream, std::string_view text) {
    auto* file = stream == Stream::out ? stdout : stderr;
    return std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
}

std::size_t read_stdin(std::span<char> into) {
    for (;;) {
        const auto got = read(STDIN_FILENO, into.data(), into.size());
        if (got >= 0) {
            return static_cast<std::size_t>(got);
        }
        if (errno != EINTR) {
            return 0;
        }
    }
}

/// The test host makes SIDs of user ids: S-1-22-1-N, as Samba does.
std::optional<std::string> account_name(const std::string& sid) {
    constexpr std::string_view kUnixUser = "S-1-22-1-";
    uid_t uid = 0;
    const auto* end = sid.data() + sid.size();
    if (!sid.starts_with(kUnixUser) ||
        std::from_chars(sid.data() + kUnixUser.size(), end, uid).ptr != end) {
        return std::nullopt;
    }
    const auto* entry = getpwuid(uid);
    if (entry == nullptr) {
        return std::nullopt;
    }
    return entry->pw_name;
}

ProcessState process_state(std::uint32_t pid, std::uint64_t start_time) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
    const std::string stat{std::istreambuf_iterator<char>(in), {}};
    // The second field is the program's name in parentheses and may hold anything.
    const auto name_end = stat.rfind(')');
    if (name_end == std::string::npos) {
        return ProcessState::gone;
    }
    std::istringstream fields(stat.substr(name_end + 1));
    std::string state;
    fields >> state;
    constexpr int kFieldsBetween = 18;  // state is the 3rd, the start time the 22nd
    std::string skipped;
    for (int i = 0; i < kFieldsBetween; ++i) {
        fields >> skipped;
    }
    std::uint64_t started = 0;
    fields >> started;
    return state == "Z" || started != start_time ? ProcessState::gone : ProcessState::alive;
}

/// Dots stay: behind a link, what leads up is not what stands before it.
std::optional<std::string> full_path(const std::string& path) {
    std::error_code failure;
    auto full = std::filesystem::absolute(path, failure).string();
    return failure ? std::nullopt : std::optional{std::move(full)};
}

std::string broker_program() {
    return "rmb-testhost";
}

std::string time_of_day() {
    const auto now = std::time(nullptr);
    tm parts{};
    localtime_r(&now, &parts);
    char text[16];
    return {text, std::strftime(text, sizeof text, "%H:%M:%S", &parts)};
}

}  // namespace rmb::ctl
