#pragma once

#include "harness/child_process.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace rmb::e2e {

/// RM_PROCESS_INFO.
struct ListedApp {
    DWORD pid = 0;
    std::uint64_t start_time = 0;
    int type = 0;
    DWORD status = 0;
    DWORD windows_session = 0;
    bool is_restartable = false;
    std::string service;
    std::string name;
};

/// What RmGetList gave.
struct Listing {
    DWORD code = 0;
    UINT needed = 0;
    UINT count = 0;
    DWORD reasons = 0;
    UINT written = 0;  // elements of the array, whether or not they count
    std::vector<ListedApp> apps;

    /// NULL where it is not among them.
    [[nodiscard]] const ListedApp* of(DWORD pid) const;
    [[nodiscard]] const ListedApp* of(const std::string& service) const;
};

/// What RmShutdown or RmRestart gave.
struct TaskEnd {
    DWORD code = 0;
    bool was_told_on_its_thread = false;
    std::vector<unsigned> percents;

    /// Whether it was told to the end, each percentage higher than the one before.
    [[nodiscard]] bool rose_to_100() const;
};

/// A target of a registration or a filter.
[[nodiscard]] std::string file_target(const std::filesystem::path& file);
[[nodiscard]] std::string process_target(DWORD pid);
[[nodiscard]] std::string process_target(DWORD pid, std::uint64_t start_time);
[[nodiscard]] std::string service_target(const std::string& name);
[[nodiscard]] std::string null_target();

/// A child as an installer with one session: the DLL's functions as this test's. `child` must
/// outlive it.
class Installer {
public:
    /// Throws where no session is to be had.
    explicit Installer(ChildProcess& child);
    /// Joins the session of that key, as a secondary.
    Installer(ChildProcess& child, const std::string& key);

    DWORD add(const std::vector<std::string>& targets);
    Listing list();
    /// One call, with that room.
    Listing list(UINT capacity);
    TaskEnd shut_down(DWORD flags = 0);
    TaskEnd restart();
    DWORD cancel();
    DWORD add_filter(const std::vector<std::string>& targets, DWORD action);
    DWORD remove_filter(const std::vector<std::string>& targets);
    DWORD end();

    /// On a thread of the child; the next finish_...() waits for it.
    void begin_list();
    void begin_shutdown(DWORD flags = 0);
    void begin_restart();
    Listing finish_list();
    TaskEnd finish_task();
    /// Cancels again and again, since a call that was begun need not have come to the broker, until
    /// it finishes. False where it does not, or a cancel is refused.
    [[nodiscard]] bool cancel_what_was_begun();

    /// COMMAND HANDLE REST, for what the calls above cannot say.
    std::string ask(const std::string& command, const std::string& rest = {});

    [[nodiscard]] const std::string& key() const {
        return key_;
    }
    [[nodiscard]] ChildProcess& child() {
        return child_;
    }

private:
    DWORD ask_code(const std::string& command, const std::string& rest = {});

    ChildProcess& child_;
    DWORD handle_ = 0;
    std::string key_;
};

}  // namespace rmb::e2e
