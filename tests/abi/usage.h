/* What this process holds. Counted by hand: Wine's GetProcessMemoryInfo and GetProcessHandleCount
 * give the same numbers whatever happens. */
#pragma once

#include <windows.h>

struct usage {
    SIZE_T heap_bytes;     /* allocated blocks of all heaps */
    SIZE_T committed;      /* private pages */
    ULONG_PTR next_handle; /* value of a new handle: the lowest free one, near enough */
};

static SIZE_T allocated_in(HANDLE heap) {
    SIZE_T bytes = 0;
    PROCESS_HEAP_ENTRY entry = {0};
    if (!HeapLock(heap)) {
        return 0;
    }
    while (HeapWalk(heap, &entry)) {
        if ((entry.wFlags & PROCESS_HEAP_ENTRY_BUSY) != 0) {
            bytes += entry.cbData;
        }
    }
    HeapUnlock(heap);
    return bytes;
}

static SIZE_T committed_pages(void) {
    SIZE_T bytes = 0;
    MEMORY_BASIC_INFORMATION region;
    for (const BYTE* at = NULL; VirtualQuery(at, &region, sizeof region) == sizeof region;
         at = (const BYTE*)region.BaseAddress + region.RegionSize) {
        if (region.State == MEM_COMMIT && region.Type == MEM_PRIVATE) {
            bytes += region.RegionSize;
        }
    }
    return bytes;
}

static struct usage usage_now(void) {
    struct usage now = {0, 0, 0};
    HANDLE heaps[64];
    const DWORD count = GetProcessHeaps(64, heaps);
    for (DWORD i = 0; i < count && i < 64; ++i) {
        now.heap_bytes += allocated_in(heaps[i]);
    }
    now.committed = committed_pages();
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    now.next_handle = (ULONG_PTR)event;
    CloseHandle(event);
    return now;
}
