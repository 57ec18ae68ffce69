#pragma once

#include "engine/session_agent.hpp"
#include "windows/api.hpp"

#include <map>

namespace rmb::win {

/// Programs that were created and do not run yet. They end with this, or with the process.
class HeldPrograms {
public:
    /// As this process's user, in its Windows session. The system's code where it does not start.
    [[nodiscard]] result<core::ProcessKey> create(const engine::ProgramStart& start);
    /// Lets it run, and lets it be. file_not_found where it is not held.
    [[nodiscard]] result<void> release(const core::ProcessKey& process);

    [[nodiscard]] bool empty() const {
        return held_.empty();
    }

private:
    struct Held {
        UniqueHandle job;
        UniqueHandle process;
        UniqueHandle thread;
    };
    std::map<core::ProcessKey, Held> held_;
};

}  // namespace rmb::win
