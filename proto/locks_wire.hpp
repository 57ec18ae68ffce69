#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What locks.query carries.
namespace rmb::proto {

struct LocksParams {
    std::vector<std::string> paths;
    std::optional<bool> recursive;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("paths", self.paths, "full paths of files and folders, 1 to 1000");
        visit("recursive", self.recursive, "what is below a folder counts too; false if absent");
    }
};

/// One way in which one process holds one file.
struct HolderInfo {
    std::uint32_t pid = 0;
    std::uint64_t start_time = 0;
    std::string program;
    std::string user;
    std::uint32_t windows_session = 0;
    std::string file;
    std::string how;
    std::uint32_t access = 0;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("pid", self.pid, "process id");
        visit("startTime", self.start_time, "creation time as FILETIME (100 ns since 1601, UTC)");
        visit("program", self.program, "full path of the executable, or its name");
        visit("user", self.user, "SID of the user it runs as, empty if not readable");
        visit("windowsSession", self.windows_session, "id of its Windows (terminal) session");
        visit("file", self.file, "what it holds: the path asked for, or something below it");
        visit("how", self.how, "handle, image, mapping or workingDirectory");
        visit("access", self.access, "access mask of a handle, else 0");
    }
};

/// A refusal that concerns one of several things asked for.
struct PartError {
    std::uint32_t code = 0;
    std::string message;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("code", self.code, "Win32 error code");
        visit("message", self.message, "what was expected, what came");
    }
};

struct PathLocksInfo {
    std::string path;
    std::optional<PartError> error;
    std::vector<HolderInfo> holders;
    std::uint32_t hidden = 0;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("path", self.path, "as it was asked for");
        visit("error", self.error, "why it could not be looked up; no holders are given then");
        visit("holders", self.holders, "by process, then file, then kind");
        visit("hidden", self.hidden, "more processes that hold it and that the caller may not see");
    }
};

struct UnseenInfo {
    std::string what;
    std::string why;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("what", self.what, "what could not be looked at");
        visit("why", self.why, "the system's reason");
    }
};

struct LocksResult {
    std::vector<PathLocksInfo> paths;
    std::vector<UnseenInfo> unseen;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("paths", self.paths, "one row a path, in the order asked for");
        visit("unseen", self.unseen,
              "folders that the caller could not list; processes that could not be looked into, "
              "for administrators only");
    }
};

}  // namespace rmb::proto
