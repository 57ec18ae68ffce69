/* Calls a function as a 32-bit caller's code does and tells what it left on the stack. */
#pragma once

#include <windows.h>

#ifdef __i386__
/* Pushes the arguments, the first one last, and nothing else: the stack is deliberately aligned to
 * 4 bytes only, which is all that this ABI promises. Returns the bytes that the function did not
 * take off, 0 for stdcall. */
static int left_on_stack(FARPROC function, const DWORD* arguments, int count, DWORD* result) {
    int left = count;
    DWORD code = 0;
    __asm__ volatile(
        "movl %%esp, %%esi\n\t"
        "1: testl %%ecx, %%ecx\n\t"
        "jz 2f\n\t"
        "decl %%ecx\n\t"
        "pushl (%%ebx,%%ecx,4)\n\t"
        "jmp 1b\n\t"
        "2: call *%%edx\n\t"
        "movl %%esi, %%ecx\n\t"
        "subl %%esp, %%ecx\n\t"
        "movl %%esi, %%esp\n\t"
        : "+c"(left), "=a"(code), "+d"(function)
        : "b"(arguments)
        : "esi", "memory", "cc");
    *result = code;
    return left;
}
#endif
