#pragma once

#include "engine/system.hpp"
#include "windows/api.hpp"
#include "windows/own_helpers.hpp"

#include <memory>
#include <vector>

namespace rmb::win {

/// A process that is held open, so that its id stays its own, with the rights to look into it where
/// the system gives them.
struct SeenProcess {
    engine::Process facts;
    /// For its handles, memory and image; shared with looks that may hang. Null: see `refused`.
    std::shared_ptr<const UniqueHandle> inside;
    /// For its image's path alone.
    std::shared_ptr<const UniqueHandle> outside;
    std::string refused;  // why there is no `inside`
};

struct ProcessList {
    std::vector<SeenProcess> processes;
    std::vector<engine::Unseen> unseen;  // that could not be opened at all
};

/// All processes that run, without this one and its helpers; some may have ended meanwhile.
[[nodiscard]] result<ProcessList> open_processes(const OwnHelpers& helpers);

/// "process 12 (lsass.exe)".
[[nodiscard]] std::string describe(std::uint32_t pid, std::string_view program);

/// The SID of the process's user, empty where it cannot be read.
[[nodiscard]] std::string user_of(HANDLE process);

/// Whether the process can be opened to be queried by the calling thread, and is still the one
/// with that start time.
[[nodiscard]] bool can_query(const core::ProcessKey& process);

}  // namespace rmb::win
