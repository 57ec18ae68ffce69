#include "windows/helper/console_child.hpp"

#include "windows/helper/console_lists.hpp"
#include "windows/security_descriptor.hpp"
#include "windows/wine.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rmb::win {
namespace {

constexpr DWORD kTurnMilliseconds = 1'000;

/// One such child of a Windows session at a time is attached to anything, or each would be a
/// bystander to the other. Whoever keeps the turn for itself only delays the others.
class Turn {
public:
    Turn() {
        // SYNCHRONIZE | MUTEX_MODIFY_STATE for all, of whatever integrity.
        const auto descriptor =
            SecurityDescriptor::from_sddl("D:(A;;0x100001;;;WD)S:(ML;;NW;;;LW)");
        if (descriptor.has_error()) {
            return;
        }
        auto attributes = descriptor->attributes();
        mutex_.reset(CreateMutexExW(&attributes, LR"(Local\rmbroker-console)", 0,
                                    SYNCHRONIZE | MUTEX_MODIFY_STATE));
        if (mutex_) {
            const DWORD waited = WaitForSingleObject(mutex_.get(), kTurnMilliseconds);
            is_held_ = waited == WAIT_OBJECT_0 || waited == WAIT_ABANDONED;
        }
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
        if (is_held_) {
            ReleaseMutex(mutex_.get());
        }
    }

private:
    UniqueHandle mutex_;
    bool is_held_ = false;
};

class Attachment {
public:
    explicit Attachment(std::uint32_t pid) : is_attached_{AttachConsole(pid) != FALSE} {}
    Attachment(const Attachment&) = delete;
    Attachment& operator=(const Attachment&) = delete;
    ~Attachment() {
        if (is_attached_) {
            FreeConsole();
        }
    }
    [[nodiscard]] explicit operator bool() const {
        return is_attached_;
    }

private:
    bool is_attached_;
};

/// All on the console that this process is attached to, without this one; nullopt where the system
/// does not say.
std::optional<std::vector<std::uint32_t>> attached_here() {
    std::vector<DWORD> pids(64);
    for (;;) {
        const DWORD count = GetConsoleProcessList(pids.data(), static_cast<DWORD>(pids.size()));
        if (count == 0) {
            return std::nullopt;
        }
        if (count <= pids.size()) {
            pids.resize(count);
            break;
        }
        pids.resize(std::size_t{count} * 2);
    }
    std::vector<std::uint32_t> others;
    for (const DWORD pid : pids) {
        if (pid != GetCurrentProcessId()) {
            others.push_back(pid);
        }
    }
    std::ranges::sort(others);
    return others;
}

/// Ctrl-C to all on the console that this process is attached to.
bool send_ctrl_c() {
    if (!under_wine()) {
        return GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0) != FALSE;
    }
    // Wine takes 0 for the sender's own group and does not tell anybody's: each that there can be
    // is named, and only those on this console hear of it. They are called by their first process.
    constexpr DWORD kStep = 4;
    constexpr DWORD kEnd = 0x1'0000;
    bool is_sent = true;
    for (DWORD group = kStep; group < kEnd; group += kStep) {
        is_sent = GenerateConsoleCtrlEvent(CTRL_C_EVENT, group) != FALSE && is_sent;
    }
    return is_sent;
}

bool write_all(HANDLE to, const std::string& text) {
    DWORD written = 0;
    return WriteFile(to, text.data(), static_cast<DWORD>(text.size()), &written, nullptr) != FALSE;
}

}  // namespace

ConsoleOutcome list_consoles_here(std::span<const std::uint32_t> pids) {
    // Attaching may put the console's own handles in its place.
    const HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);
    // Whoever sits at that console may press Ctrl-C meanwhile.
    SetConsoleCtrlHandler(nullptr, TRUE);
    const Turn turn;
    std::set<std::uint32_t> seen;
    for (const auto pid : pids) {
        if (seen.contains(pid)) {
            continue;
        }
        if (!write_all(output, console_line_begin(pid))) {
            return ConsoleOutcome::failed;
        }
        std::vector<std::uint32_t> attached;
        if (const Attachment console{pid}; console) {
            attached = attached_here().value_or(std::vector<std::uint32_t>{});
        }
        seen.insert(attached.begin(), attached.end());
        if (!write_all(output, console_line_end(attached))) {
            return ConsoleOutcome::failed;
        }
    }
    return ConsoleOutcome::done;
}

ConsoleOutcome interrupt_console_here(std::uint32_t pid, std::span<const std::uint32_t> expected) {
    // This process is attached too.
    SetConsoleCtrlHandler(nullptr, TRUE);
    const Turn turn;
    const Attachment console{pid};
    if (!console) {
        return ConsoleOutcome::no_console;
    }
    const auto attached = attached_here();
    if (!attached) {
        return ConsoleOutcome::failed;
    }
    const std::set<std::uint32_t> wanted{expected.begin(), expected.end()};
    // Some of those may have ended meanwhile.
    if (!std::ranges::includes(wanted, *attached)) {
        return ConsoleOutcome::others_attached;
    }
    // Attaching puts a process's control handlers back.
    SetConsoleCtrlHandler(nullptr, TRUE);
    return send_ctrl_c() ? ConsoleOutcome::done : ConsoleOutcome::failed;
}

}  // namespace rmb::win
