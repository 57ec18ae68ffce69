// How the DLL calls a program's function (client/dll/status_callback.cpp).
#include <rmbclient/restartmanager.h>

#include "check.h"

namespace rmb::client {
void tell_percent(RM_WRITE_STATUS_CALLBACK callback, UINT percent) noexcept;
}  // namespace rmb::client

namespace {

constexpr UINT kPercent = 37;
UINT told = 0;

void plain(UINT percent) {
    told = percent;
}

void WINAPI taking_its_argument_off(UINT percent) {
    told = percent;
}

[[noreturn]] void throwing(UINT percent) {
    told = percent;
    throw percent;
}

#ifdef __i386__
UINT stack_pointer() {
    UINT value = 0;
    __asm__ volatile("movl %%esp, %0" : "=r"(value));
    return value;
}
#else
UINT stack_pointer() {
    return 0;
}
#endif

void check_call(RM_WRITE_STATUS_CALLBACK callback, const char* what) {
    told = 0;
    const auto before = stack_pointer();
    rmb::client::tell_percent(callback, kPercent);
    check_equal(told, kPercent, what);
    check(stack_pointer() == before, "the stack is as it was");
}

}  // namespace

int main() {
    check_call(&plain, "cdecl");
    // Through void (*)(), which GCC lets pass; on x64 they are the same.
    check_call(reinterpret_cast<RM_WRITE_STATUS_CALLBACK>(
                   reinterpret_cast<void (*)()>(&taking_its_argument_off)),
               "stdcall");
    check_call(&throwing, "throws");
    return exit_code();
}
