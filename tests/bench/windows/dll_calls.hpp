#pragma once

#include <rmbclient/restartmanager.h>

namespace rmb::bench {

/// RmStartSession and RmEndSession of the rmbclient.dll beside this program.
class DllCalls {
public:
    DllCalls();

    [[nodiscard]] DWORD start() const;
    void end(DWORD session) const;

private:
    DWORD(WINAPI* start_)(DWORD*, DWORD, WCHAR[]) = nullptr;
    DWORD(WINAPI* end_)(DWORD) = nullptr;
};

}  // namespace rmb::bench
