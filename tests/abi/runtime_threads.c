/* The DLL's own thread functions (client/dll/mingw_threads.cpp): threads that throw, several at
 * once, leave nothing behind when they end; releasing gives back what living ones hold. */
#include <windows.h>

#include "check.h"
#include "usage.h"

int throw_and_catch(void);
void release_runtime_threads(void);

enum { threads = 8, rounds = 50, throws = 200 };

static DWORD WINAPI throw_often(LPVOID unused) {
    (void)unused;
    for (int i = 0; i < throws; ++i) {
        if (!throw_and_catch()) {
            return 1;
        }
    }
    return 0;
}

static int run_round(void) {
    HANDLE running[threads];
    int good = 1;
    for (int i = 0; i < threads; ++i) {
        running[i] = CreateThread(NULL, 0, throw_often, NULL, 0, NULL);
        good = good && running[i] != NULL;
    }
    for (int i = 0; i < threads; ++i) {
        DWORD code = 1;
        WaitForSingleObject(running[i], 30000);
        GetExitCodeThread(running[i], &code);
        CloseHandle(running[i]);
        good = good && code == 0;
    }
    return good;
}

static int run_rounds(int count) {
    int good = 1;
    for (int i = 0; i < count; ++i) {
        good = run_round() && good;
    }
    return good;
}

int main(void) {
    /* 400 threads; a block each would be more than this. */
    enum { most_bytes = 4 * 1024, most_handles = 4 * 32 };
    check_equal((unsigned long)run_rounds(5), 1, "threads throw and catch");
    check(throw_and_catch(), "so does this one");
    const struct usage before = usage_now();
    check(run_rounds(rounds), "many of them do");
    const struct usage after = usage_now();
    printf("     heap bytes %lu -> %lu, next handle %lu -> %lu\n", (unsigned long)before.heap_bytes,
           (unsigned long)after.heap_bytes, (unsigned long)before.next_handle,
           (unsigned long)after.next_handle);
    check(after.heap_bytes <= before.heap_bytes + most_bytes, "heap bytes stay");
    check(after.next_handle <= before.next_handle + most_handles, "handles stay");
    release_runtime_threads();
    check(usage_now().heap_bytes < after.heap_bytes, "releasing gives this thread's back");
    return exit_code();
}
