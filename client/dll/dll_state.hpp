#pragma once

#include "client/dll/system_restart_manager.hpp"
#include "client/lib/caller.hpp"
#include "client/lib/clock.hpp"
#include "client/lib/local.hpp"
#include "client/lib/policy.hpp"
#include "client/lib/restart_manager.hpp"

#include <memory>

namespace rmb::client {

/// What the DLL holds in a process from its first call on. Which back end carries the calls out is
/// decided then and kept: sessions must end where they were started.
class DllState {
public:
    DllState();

    [[nodiscard]] BackEnd back_end() const {
        return back_end_;
    }
    /// Where back_end() is broker.
    [[nodiscard]] RestartManager& broker() {
        return broker_;
    }
    /// Where back_end() is system.
    [[nodiscard]] const SystemRestartManager& system() const {
        return system_;
    }

private:
    const Policy policy_;
    SystemClock clock_;
    SystemRestartManager system_;
    BackEnd back_end_;
    const std::unique_ptr<Dialer> dialer_;
    Caller caller_;
    RestartManager broker_;
};

/// Made by the first call, from whichever thread. Throws std::bad_alloc; the next call tries again.
[[nodiscard]] DllState& dll_state();

/// For DllMain, when the DLL is unloaded from a process that goes on: closes the connections and
/// gives back all memory.
void release_dll_state();

}  // namespace rmb::client
