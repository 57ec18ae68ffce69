#pragma once

#include <windows.h>

#include <string>
#include <vector>

namespace rmb::e2e {

/// Files that the child keeps busy, until it ends or lets go of all. Each call returns a Win32
/// code.
class Holdings {
public:
    Holdings() = default;
    Holdings(const Holdings&) = delete;
    Holdings& operator=(const Holdings&) = delete;
    ~Holdings() {
        release();
    }

    /// An open handle with GENERIC_READ, everything shared; of a folder too.
    DWORD open(const std::wstring& path);
    /// A mapped section of the file, and no handle.
    DWORD map(const std::wstring& path);
    /// A loaded library.
    DWORD load(const std::wstring& path);
    /// A pipe in which a thread waits for bytes that never come, without overlapped I/O: what asks
    /// the handle anything may have to wait as long.
    DWORD wait_in_pipe();

    /// Lets go of files and libraries; the pipe stays.
    void release();

private:
    std::vector<HANDLE> handles_;
    std::vector<void*> views_;
    std::vector<HMODULE> libraries_;
};

}  // namespace rmb::e2e
