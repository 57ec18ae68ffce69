#pragma once

#include "engine/system.hpp"
#include "linux/descriptor.hpp"
#include "linux/proc_text.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rmb::os_linux {

/// One process as /proc shows it. The open folder stands for this very process: when it has ended
/// nothing below can be read, even if its id is in use again.
class ProcProcess {
public:
    /// nullopt when there is none, or none but a zombie.
    [[nodiscard]] static std::optional<ProcProcess> open(std::uint32_t pid);

    [[nodiscard]] const ProcessStat& stat() const {
        return stat_;
    }
    [[nodiscard]] bool runs() const;

    /// Whether the thread may look into it: the kernel's own rule for reading of a process
    /// (ptrace(2), PTRACE_MODE_READ_FSCREDS), asked by reading which program it runs. It must be
    /// the same user and group with all its ids and not have shut itself off (PR_SET_DUMPABLE),
    /// or the thread have CAP_SYS_PTRACE.
    [[nodiscard]] bool may_look() const;

    /// Whether the thread may end it: its effective user is root or the process's user. kill(2)
    /// would do too where the thread's real user is, which is the host's own when the thread acts
    /// as somebody else (UserRights).
    [[nodiscard]] bool may_signal() const;

    [[nodiscard]] engine::Process describe() const;
    [[nodiscard]] engine::ProcessDetails details() const;

    /// What it holds goes to `holdings` as process number `index`; what of it cannot be seen to
    /// `unseen`. What it let go meanwhile is neither.
    void look(std::size_t index, std::vector<engine::Holding>& holdings,
              std::vector<engine::Unseen>& unseen) const;

private:
    class Look;

    [[nodiscard]] std::optional<UserIds> users() const;

    ProcProcess(std::uint32_t pid, Descriptor folder, ProcessStat stat)
        : pid_(pid), folder_(std::move(folder)), stat_(std::move(stat)) {}

    std::uint32_t pid_;
    Descriptor folder_;
    ProcessStat stat_;
};

}  // namespace rmb::os_linux
