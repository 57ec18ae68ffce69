#pragma once

#ifdef _WIN32
#include <windows.h>
#else
#include <mutex>
#endif

namespace rmb::client {

/// A mutex for std::lock_guard. On Windows not std::mutex: winpthreads' allocates on first use and
/// is never freed, so a DLL that is loaded and unloaded again and again would leak.
#ifdef _WIN32
class Lock {
public:
    void lock() {
        AcquireSRWLockExclusive(&lock_);
    }
    void unlock() {
        ReleaseSRWLockExclusive(&lock_);
    }

private:
    SRWLOCK lock_ = SRWLOCK_INIT;
};
#else
using Lock = std::mutex;
#endif

}  // namespace rmb::client
