#pragma once

#include <windows.h>

#include <string>

namespace rmb::e2e {

struct ProcessStart {
    std::wstring command_line;
    DWORD flags = 0;
    bool inherits = false;
    const wchar_t* directory = nullptr;  // the own one
};

/// CreateProcess. Wine refuses one start in some thousands for no reason to be seen: that one is
/// tried once more.
[[nodiscard]] inline bool create_process(ProcessStart start, STARTUPINFOW& startup,
                                         PROCESS_INFORMATION& made) {
    const auto create = [&] {
        return CreateProcessW(nullptr, start.command_line.data(), nullptr, nullptr,
                              start.inherits ? TRUE : FALSE, start.flags, nullptr, start.directory,
                              &startup, &made) != FALSE;
    };
    return create() || (GetLastError() == ERROR_INTERNAL_ERROR && create());
}

}  // namespace rmb::e2e
