#include "client/dll/dll_state.hpp"

#include <windows.h>

#ifdef __MINGW32__
#include "client/dll/mingw_threads.hpp"

namespace __gnu_cxx {
// libstdc++'s own, made for leak checkers: gives back the memory that it keeps from load on for
// exceptions under memory shortage, 73 KB each time the DLL is loaded.
void __freeres();
}  // namespace __gnu_cxx
#endif

/// Does nothing at load. `reserved` is NULL when the library is unloaded, and not NULL at the end
/// of the process, when other threads were stopped wherever they were and the system cleans up.
extern "C" BOOL WINAPI DllMain(HINSTANCE /*library*/, DWORD reason, LPVOID reserved) {
    if (reason == DLL_PROCESS_DETACH && reserved == nullptr) {
        rmb::client::release_dll_state();
#ifdef __MINGW32__
        rmb::client::release_runtime_threads();
        __gnu_cxx::__freeres();
#endif
    }
    return TRUE;
}
