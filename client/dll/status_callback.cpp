#include "client/dll/status_callback.hpp"

// On x86 the stack pointer after the call is not what the compiler expects if the function was
// stdcall. This puts it back from the frame pointer.
#if defined(__i386__)
extern "C" void rmb_call_status(RM_WRITE_STATUS_CALLBACK callback, UINT percent);
__asm__(
    ".text\n"
    ".globl _rmb_call_status\n"
    "_rmb_call_status:\n"
    ".cfi_startproc\n"
    "pushl %ebp\n"
    ".cfi_def_cfa_offset 8\n"
    ".cfi_offset ebp, -8\n"
    "movl %esp, %ebp\n"
    ".cfi_def_cfa_register ebp\n"
    // A compiler that expects more than the ABI's 4 bytes gets the usual 16.
    "andl $-16, %esp\n"
    "subl $12, %esp\n"
    "pushl 12(%ebp)\n"
    "call *8(%ebp)\n"
    "leave\n"
    ".cfi_restore ebp\n"
    ".cfi_def_cfa esp, 4\n"
    "ret\n"
    ".cfi_endproc\n");
#elif defined(_M_IX86)
extern "C" __declspec(naked) void __cdecl rmb_call_status(RM_WRITE_STATUS_CALLBACK /*callback*/,
                                                          UINT /*percent*/) {
    __asm {
        push ebp
        mov ebp, esp
        push dword ptr [ebp + 12]
        call dword ptr [ebp + 8]
        mov esp, ebp
        pop ebp
        ret
    }
}
#else
static void rmb_call_status(RM_WRITE_STATUS_CALLBACK callback, UINT percent) {
    callback(percent);
}
#endif

namespace rmb::client {

void tell_percent(RM_WRITE_STATUS_CALLBACK callback, UINT percent) noexcept {
    try {
        rmb_call_status(callback, percent);
    } catch (...) {
        // Programs are told not to throw. The connection is in the middle of a call: without its
        // answer nobody would know what was stopped.
    }
}

}  // namespace rmb::client
