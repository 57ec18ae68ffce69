// The POSIX thread functions that GCC's runtime calls, made of Win32's, so that winpthreads stays
// out of the DLL. winpthreads gives memory and two handles to each thread that comes by, on x86
// already when the DLL is loaded (libgcc registers its unwind tables under a mutex), and does not
// give them back when the DLL is unloaded.
//
// Exactly what libgcc and libstdc++'s exception support need is here. If a change makes the runtime
// need more, the linker takes winpthreads' object file and complains of double definitions.
#include "client/dll/mingw_threads.hpp"

#include <windows.h>

#include <array>
#include <cerrno>
#include <cstdint>

namespace {

using Destructor = void (*)(void*);

struct Key {
    DWORD slot = FLS_OUT_OF_INDEXES;
    Destructor destructor = nullptr;
};
// libgcc makes one, for its emulated thread-local variables.
constinit std::array<Key, 2> keys;

/// FLS and not TLS: its callback runs at the end of a thread, and for all threads when the slot is
/// freed. A callback is not told the slot, so each key has its own.
template <std::size_t Index>
void WINAPI destroy(void* value) {
    if (keys[Index].destructor != nullptr) {
        keys[Index].destructor(value);
    }
}
constexpr std::array<PFLS_CALLBACK_FUNCTION, 2> kCallbacks{&destroy<0>, &destroy<1>};

constinit SRWLOCK once_lock = SRWLOCK_INIT;
constexpr long kOnceDone = 2;

/// winpthreads' static initialiser is -1, an SRWLOCK's 0. No SRWLOCK in use is -1: its low bits are
/// flags that do not occur together.
SRWLOCK* as_lock(std::intptr_t* mutex) {
    std::intptr_t fresh = -1;
    __atomic_compare_exchange_n(mutex, &fresh, 0, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    return reinterpret_cast<SRWLOCK*>(mutex);
}
static_assert(sizeof(SRWLOCK) == sizeof(std::intptr_t));

}  // namespace

// The types are those behind pthread.h's names; the header itself would import them from a DLL.
extern "C" {

int pthread_mutex_init(std::intptr_t* mutex, const unsigned* /*attributes*/) {
    *mutex = 0;
    return 0;
}

int pthread_mutex_destroy(std::intptr_t* /*mutex*/) {
    return 0;
}

int pthread_mutex_lock(std::intptr_t* mutex) {
    AcquireSRWLockExclusive(as_lock(mutex));
    return 0;
}

int pthread_mutex_unlock(std::intptr_t* mutex) {
    ReleaseSRWLockExclusive(as_lock(mutex));
    return 0;
}

int pthread_once(long* once, void (*run)()) {
    if (__atomic_load_n(once, __ATOMIC_ACQUIRE) == kOnceDone) {
        return 0;
    }
    AcquireSRWLockExclusive(&once_lock);
    if (*once != kOnceDone) {
        run();
        __atomic_store_n(once, kOnceDone, __ATOMIC_RELEASE);
    }
    ReleaseSRWLockExclusive(&once_lock);
    return 0;
}

int pthread_key_create(unsigned* key, Destructor destructor) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i].slot == FLS_OUT_OF_INDEXES) {
            keys[i] = {FlsAlloc(kCallbacks[i]), destructor};
            *key = keys[i].slot;
            return keys[i].slot == FLS_OUT_OF_INDEXES ? EAGAIN : 0;
        }
    }
    return EAGAIN;
}

void* pthread_getspecific(unsigned key) {
    // Win32 resets the last error here, and this runs inside expressions that look at it.
    const auto error = GetLastError();
    auto* const value = FlsGetValue(key);
    SetLastError(error);
    return value;
}

int pthread_setspecific(unsigned key, const void* value) {
    return FlsSetValue(key, const_cast<void*>(value)) != FALSE ? 0 : ENOMEM;
}

}  // extern "C"

namespace rmb::client {

void release_runtime_threads() {
    for (auto& key : keys) {
        if (key.slot != FLS_OUT_OF_INDEXES) {
            FlsFree(key.slot);
            key = {};
        }
    }
}

}  // namespace rmb::client
