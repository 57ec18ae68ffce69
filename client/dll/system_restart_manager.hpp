#pragma once

#include <windows.h>

namespace rmb::client {

/// The operating system's own rstrtmgr.dll, for machines without the broker. It is never unloaded:
/// FreeLibrary must not be called from DllMain, and its sessions live in it.
class SystemRestartManager {
public:
    /// From the system folder by its full path; no search path is asked. False if it is not there
    /// or lacks a function.
    [[nodiscard]] bool load();

    /// Where load() returned true. Arguments and codes are passed as they are.
    DWORD start_session(DWORD* handle, DWORD flags, WCHAR* key) const {
        return start_(handle, flags, key);
    }
    DWORD join_session(DWORD* handle, const WCHAR* key) const {
        return join_(handle, key);
    }
    DWORD end_session(DWORD handle) const {
        return end_(handle);
    }

private:
    using Start = DWORD(WINAPI*)(DWORD*, DWORD, WCHAR*);
    using Join = DWORD(WINAPI*)(DWORD*, const WCHAR*);
    using End = DWORD(WINAPI*)(DWORD);

    Start start_ = nullptr;
    Join join_ = nullptr;
    End end_ = nullptr;
};

}  // namespace rmb::client
