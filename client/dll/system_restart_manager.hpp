#pragma once

#include <rmbclient/restartmanager.h>

namespace rmb::client {

/// The operating system's own rstrtmgr.dll, for machines without the broker. It is never unloaded:
/// FreeLibrary must not be called from DllMain, and its sessions live in it.
struct SystemRestartManager {
    /// From the system folder by its full path; no search path is asked. False if it is not there
    /// or lacks a function.
    [[nodiscard]] bool load();

    // Where load() returned true.
    decltype(&RmStartSession) start_session = nullptr;
    decltype(&RmJoinSession) join_session = nullptr;
    decltype(&RmEndSession) end_session = nullptr;
    decltype(&RmRegisterResources) register_resources = nullptr;
    decltype(&RmGetList) get_list = nullptr;
    decltype(&RmShutdown) shutdown = nullptr;
    decltype(&RmRestart) restart = nullptr;
    decltype(&RmCancelCurrentTask) cancel_current_task = nullptr;
    decltype(&RmAddFilter) add_filter = nullptr;
    decltype(&RmRemoveFilter) remove_filter = nullptr;
    decltype(&RmGetFilterList) get_filter_list = nullptr;
};

}  // namespace rmb::client
