/* The functions of a DLL that was loaded, by name. */
#pragma once

#include <windows.h>

struct api {
    DWORD(WINAPI* start)(DWORD*, DWORD, WCHAR*);
    DWORD(WINAPI* join)(DWORD*, const WCHAR*);
    DWORD(WINAPI* end)(DWORD);
    DWORD(WINAPI* register_resources)
    (DWORD, UINT, LPCWSTR*, UINT, RM_UNIQUE_PROCESS*, UINT, LPCWSTR*);
    DWORD(WINAPI* get_list)(DWORD, UINT*, UINT*, RM_PROCESS_INFO*, LPDWORD);
    DWORD(WINAPI* shutdown)(DWORD, ULONG, RM_WRITE_STATUS_CALLBACK);
    DWORD(WINAPI* restart)(DWORD, DWORD, RM_WRITE_STATUS_CALLBACK);
    DWORD(WINAPI* cancel)(DWORD);
    DWORD(WINAPI* add_filter)(DWORD, LPCWSTR, RM_UNIQUE_PROCESS*, LPCWSTR, RM_FILTER_ACTION);
    DWORD(WINAPI* remove_filter)(DWORD, LPCWSTR, RM_UNIQUE_PROCESS*, LPCWSTR);
    DWORD(WINAPI* get_filters)(DWORD, PBYTE, DWORD, LPDWORD);
    DWORD(WINAPI* reserve_heap)(DWORD);
};

static FARPROC find(HMODULE library, const char* name) {
    return GetProcAddress(library, name);
}

/* 0 if one is missing. */
static int find_all(HMODULE library, struct api* api) {
    const struct {
        const char* name;
        void* pointer; /* to the member */
    } wanted[] = {{"RmStartSession", &api->start},
                  {"RmJoinSession", &api->join},
                  {"RmEndSession", &api->end},
                  {"RmRegisterResources", &api->register_resources},
                  {"RmGetList", &api->get_list},
                  {"RmShutdown", &api->shutdown},
                  {"RmRestart", &api->restart},
                  {"RmCancelCurrentTask", &api->cancel},
                  {"RmAddFilter", &api->add_filter},
                  {"RmRemoveFilter", &api->remove_filter},
                  {"RmGetFilterList", &api->get_filters},
                  {"RmReserveHeap", &api->reserve_heap}};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; ++i) {
        const FARPROC found = find(library, wanted[i].name);
        if (found == NULL) {
            return 0;
        }
        memcpy(wanted[i].pointer, &found, sizeof found);
    }
    return 1;
}
