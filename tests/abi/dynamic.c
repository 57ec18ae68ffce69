/* Found by name, as installers do that load the DLL themselves.
 *
 *   rmb-abi-dynamic [--broker] [DLL]
 *
 * Needs no broker. With --broker one must run, and sessions are started, joined and ended too. */
#include <rmbclient/restartmanager.h>

#include "check.h"
#include "exports.h"
#include "stack_check.h"
#include "usage.h"

typedef DWORD(WINAPI* StartFunction)(DWORD*, DWORD, WCHAR*);
typedef DWORD(WINAPI* JoinFunction)(DWORD*, const WCHAR*);
typedef DWORD(WINAPI* EndFunction)(DWORD);

struct api {
    StartFunction start;
    JoinFunction join;
    EndFunction end;
};

enum { key_units = CCH_RM_SESSION_KEY + 1, guard_units = 8, untouched = 0x5A5A };

static FARPROC find(HMODULE library, const char* name) {
    return GetProcAddress(library, name);
}

static struct api find_all(HMODULE library) {
    struct api api;
    /* A cast between function pointer types goes through void(*)(void), which GCC lets pass. */
    api.start = (StartFunction)(void (*)(void))find(library, "RmStartSession");
    api.join = (JoinFunction)(void (*)(void))find(library, "RmJoinSession");
    api.end = (EndFunction)(void (*)(void))find(library, "RmEndSession");
    return api;
}

static void check_arguments(const struct api* api) {
    DWORD handle = untouched;
    WCHAR key[key_units] = {untouched};
    check_equal(api->start(NULL, 0, key), ERROR_BAD_ARGUMENTS, "start without handle");
    check_equal(api->start(&handle, 0, NULL), ERROR_BAD_ARGUMENTS, "start without key");
    check_equal(api->start(&handle, 1, key), ERROR_BAD_ARGUMENTS, "start with flags");
    check_equal(api->join(NULL, key), ERROR_BAD_ARGUMENTS, "join without handle");
    check_equal(api->join(&handle, NULL), ERROR_BAD_ARGUMENTS, "join without key");
    check(handle == untouched && key[0] == untouched, "failures wrote nothing");
}

static void check_convention(HMODULE library) {
#ifdef __i386__
    static const DWORD nothing[3];
    for (int i = 0; i < implemented_count; ++i) {
        const char* const name = implemented[i];
        const int count = strcmp(name, "RmStartSession") == 0  ? 3
                          : strcmp(name, "RmJoinSession") == 0 ? 2
                                                               : 1;
        DWORD code = 0;
        const int left = left_on_stack(find(library, name), nothing, count, &code);
        check_equal((unsigned long)left, 0, name);
    }
#else
    (void)library;
    check(1, "there is one calling convention on this processor");
#endif
}

static int load_and_unload(const char* path, int times) {
    for (int i = 0; i < times; ++i) {
        HMODULE library = LoadLibraryA(path);
        if (library == NULL) {
            return 0;
        }
        find_all(library).end(0);
        if (!FreeLibrary(library)) {
            return 0;
        }
    }
    return 1;
}

static void check_unloading(const char* path) {
    /* One small block left each time would be more than this. */
    enum { times = 1000, most_bytes = 8 * 1024, most_pages = 256 * 1024, most_handles = 4 * 32 };
    check(load_and_unload(path, 20), "loads and unloads");
    const struct usage before = usage_now();
    check(load_and_unload(path, times), "loads, calls and unloads 1000 times");
    const struct usage after = usage_now();
    printf("     heap bytes %lu -> %lu, private pages %lu -> %lu, next handle %lu -> %lu\n",
           (unsigned long)before.heap_bytes, (unsigned long)after.heap_bytes,
           (unsigned long)before.committed, (unsigned long)after.committed,
           (unsigned long)before.next_handle, (unsigned long)after.next_handle);
    check(before.heap_bytes != 0 && after.heap_bytes <= before.heap_bytes + most_bytes,
          "heap bytes stay");
    check(before.committed != 0 && after.committed <= before.committed + most_pages,
          "private pages stay");
    check(after.next_handle <= before.next_handle + most_handles, "handles stay");
    const char* name = strrchr(path, '\\');
    check(GetModuleHandleA(name != NULL ? name + 1 : path) == NULL, "is unloaded after it");
}

/* The text of a key where the page ends: reading on would fault. */
static WCHAR* at_end_of_page(const WCHAR* text, size_t units) {
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    BYTE* pages = VirtualAlloc(NULL, 2 * system.dwPageSize, MEM_RESERVE, PAGE_NOACCESS);
    if (pages == NULL ||
        VirtualAlloc(pages, system.dwPageSize, MEM_COMMIT, PAGE_READWRITE) == NULL) {
        return NULL;
    }
    BYTE* start = pages + system.dwPageSize - units * sizeof(WCHAR);
    memcpy(start, text, units * sizeof(WCHAR));
    return (WCHAR*)(void*)start;
}

static int is_key(const WCHAR* text) {
    for (size_t i = 0; i < CCH_RM_SESSION_KEY; ++i) {
        const int digit = (text[i] >= '0' && text[i] <= '9') ||
                          (text[i] >= 'a' && text[i] <= 'f') || (text[i] >= 'A' && text[i] <= 'F');
        if (!digit) {
            return 0;
        }
    }
    return text[CCH_RM_SESSION_KEY] == 0;
}

static void check_malformed_keys(const struct api* api, const WCHAR* key) {
    DWORD handle = untouched;
    WCHAR text[key_units + 1];
    memcpy(text, key, key_units * sizeof(WCHAR));
    text[CCH_RM_SESSION_KEY] = 'a';
    const WCHAR* endless = at_end_of_page(text, key_units);
    check_equal(api->join(&handle, endless), ERROR_BAD_ARGUMENTS, "join with 33 digits");
    text[31] = 0;
    const WCHAR* short_key = at_end_of_page(text, 32);
    check_equal(api->join(&handle, short_key), ERROR_BAD_ARGUMENTS, "join with 31 digits");
    const WCHAR* empty = at_end_of_page(L"", 1);
    check_equal(api->join(&handle, empty), ERROR_BAD_ARGUMENTS, "join with no digits");
    check_equal(handle, untouched, "failures wrote nothing");
}

static void check_sessions(const struct api* api) {
    DWORD primary = 0;
    DWORD secondary = 0;
    WCHAR key[key_units + guard_units];
    for (size_t i = 0; i < key_units + guard_units; ++i) {
        key[i] = untouched;
    }
    check_equal(api->start(&primary, 0, key), ERROR_SUCCESS, "start");
    check(is_key(key), "the key is 32 hex digits and a NUL");
    check(key[key_units] == untouched, "nothing is written behind it");
    check(primary != 0 && primary != 0xFFFFFFFF, "the handle is not taken for none");

    check_malformed_keys(api, key);
    const WCHAR* exact = at_end_of_page(key, key_units);
    check_equal(api->join(&secondary, exact), ERROR_SUCCESS, "join");
    check(secondary != primary, "two handles");
    check_equal(api->end(secondary), ERROR_SUCCESS, "end of the secondary");
    check_equal(api->end(secondary), ERROR_INVALID_HANDLE, "second end of the secondary");
    check_equal(api->end(primary), ERROR_SUCCESS, "end of the primary");
    check_equal(api->end(primary), ERROR_INVALID_HANDLE, "second end of the primary");
    check_equal(api->join(&secondary, key), ERROR_SESSION_CREDENTIAL_CONFLICT, "join when ended");
}

int main(int count, char** arguments) {
    const char* path = "rmbclient.dll";
    int with_broker = 0;
    for (int i = 1; i < count; ++i) {
        if (strcmp(arguments[i], "--broker") == 0) {
            with_broker = 1;
        } else {
            path = arguments[i];
        }
    }
    HMODULE library = LoadLibraryA(path);
    if (library == NULL) {
        printf("FAIL LoadLibrary %s: %lu\n", path, GetLastError());
        return 1;
    }
    const struct api api = find_all(library);
    check_exports(library);
    if (api.start == NULL || api.join == NULL || api.end == NULL) {
        return exit_code();
    }
    check_arguments(&api);
    check_convention(library);
    if (with_broker) {
        check_sessions(&api);
    }
    FreeLibrary(library);
    check_unloading(path);
    return exit_code();
}
